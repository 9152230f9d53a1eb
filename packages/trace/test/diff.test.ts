import { describe, expect, test } from 'vitest';
import {
  type ComparedTrace,
  createPersonalDataMask,
  type DiffOptions,
  diffTraces,
  PERSONAL_DATA,
  renderDiff,
  type TraceRow,
} from '../src/index.js';
import { eventBuilders, MEDIA, openParameters, sampleHeader } from './sample-call.js';

const OTHER_ID = 'f0329671-84d3-4570-ac13-9a62d8f514c0';
type Vantage = 'client' | 'server';

interface CallVariation {
  readonly vantage?: Vantage;
  /** Added to every time. */
  readonly lateMs?: number;
  /** Added to every counter, as after more pings. */
  readonly counted?: number;
  readonly frames?: number;
  readonly outputs?: object;
  readonly turn?: string;
  readonly end?: number;
  readonly pings?: number;
  readonly result?: unknown;
}

/** A short call: a turn, one utterance, a key, outputs. */
function call(variation: CallVariation = {}): ComparedTrace {
  const {
    vantage = 'client',
    lateMs = 0,
    counted = 0,
    frames = 12,
    turn = 'Which day?',
    pings = 1,
  } = variation;
  const { client, server, botDir, callerDir } = eventBuilders(vantage);
  const at = (t: number) => t + lateMs;
  const size = 1600;
  const audio = (t: number, dir: 'in' | 'out', count: number): TraceRow => ({
    kind: 'audio',
    t: at(t),
    dir,
    frames: count,
    bytes: size * count,
    arrivalsMs: Array.from({ length: count }, () => 0),
    sizes: Array.from({ length: count }, () => size),
    offset: 0,
  });
  const entities = [{ type: 'bot_turn_response', data: { disposition: 'match', text: turn } }];
  const outputVariables = variation.outputs ?? { reservationId: 'R-17' };
  const rows: TraceRow[] = [
    { kind: 'request', t: 0, dir: callerDir, head: 'GET /book HTTP/1.1\r\n\r\n' },
    {
      kind: 'response',
      t: at(1),
      dir: botDir,
      status: 101,
      head: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    },
    client(at(7), 'open', 1, 0, openParameters),
    server(at(31), 'opened', 1, 1, { media: [MEDIA], startPaused: false }),
    audio(100, callerDir, 1),
    server(at(400), 'event', 2 + counted, 1, { entities }),
    ...(frames === 0 ? [] : [audio(410, botDir, frames)]),
    ...Array.from({ length: pings }, (_, k) => client(at(420 + k), 'ping', 9 + k, 1)),
    client(at(425), 'playback_started', 2 + counted, 2),
    audio(430, callerDir, 2 + pings),
    client(at(2830), 'playback_completed', 3 + counted, 2),
    client(at(3000), 'dtmf', 4, 2, { digit: '#' }),
    server(at(4902), 'disconnect', 3, 4, { reason: 'completed', outputVariables }),
    client(at(4904), 'close', 5, 3, { reason: 'disconnect' }),
    server(at(4907), 'closed', 4, 5),
    {
      kind: 'end',
      t: at(4910),
      by: vantage === 'client' ? 'self' : 'peer',
      code: variation.end ?? 1000,
      reason: '',
    },
  ];
  return {
    header: sampleHeader(vantage),
    rows,
    ...('result' in variation ? { result: variation.result } : {}),
  };
}

const texts = (a: ComparedTrace, b: ComparedTrace, options?: DiffOptions) =>
  diffTraces(a, b, options).map(({ text }) => text);

describe('a diff of two traces', () => {
  test.each<[string, CallVariation]>([
    ['when it happened', { lateMs: 900 }],
    ['counters, and how many pings there were', { counted: 3, pings: 3 }],
    ['who took it', { vantage: 'server' }],
    ['a frame of audio more', { frames: 13 }],
  ])('is empty if calls differ only in %s', (_what, told) => {
    expect(texts(call(), call(told))).toEqual([]);
    expect(texts(call(told), call())).toEqual([]);
  });

  test('ignores identifiers, durations and timestamps everywhere', () => {
    const outputs = (id: string, when: string, span: string) => ({ id: `order ${id}`, when, span });
    const a = call({ outputs: outputs(OTHER_ID, '2026-11-22T11:50:00Z', 'PT1.5S') });
    const b = call({ outputs: outputs(crypto.randomUUID(), '2027-01-02T03:04:05.678+01:00', 'PT2M') });
    expect(texts(a, b)).toEqual([]);
    expect(texts(a, call({ outputs: outputs('R-17', 'PT', 'P') }))).toHaveLength(3);
  });

  test('compares a field with the name of a property of Object.prototype', () => {
    const [only, ...more] = diffTraces(call({ outputs: { toString: 'x' } }), call({ outputs: {} }));
    expect(only).toMatchObject({ path: 'parameters.outputVariables.toString', a: 'x' });
    expect([only?.b, more]).toEqual([undefined, []]);
  });

  test('does not compare what one of the traces masks', () => {
    const mask = createPersonalDataMask();
    const a = call({ outputs: { reservationId: 'R-17', note: '' } });
    const masked = {
      header: { ...a.header, redactions: [...PERSONAL_DATA] },
      rows: a.rows.map((row) => (row.kind === 'message' ? mask.event(row) : row)),
    };
    expect(texts(a, masked)).toEqual([]);
    expect(texts(masked, a)).toEqual([]);
    const other = call({ turn: 'Which time?', outputs: { reservationId: 'R-18', seats: '2' } });
    expect(texts(masked, other)).toEqual([
      'disconnect from the bot at 4.902 s: parameters.outputVariables.note is "" in A, not there in B',
      'disconnect from the bot at 4.902 s: parameters.outputVariables.seats is not there in A, "***" in B',
    ]);
  });

  test('ignores the order of fields', () => {
    expect(texts(call({ outputs: { a: '1', b: '2' } }), call({ outputs: { b: '2', a: '1' } }))).toEqual([]);
  });

  test('names a changed field and both values', () => {
    const b = call({ outputs: { reservationId: 'R-18', seats: '2' } });
    expect(diffTraces(call(), b)).toMatchObject([
      {
        kind: 'changed',
        of: 'message',
        lane: 'bot',
        type: 'disconnect',
        path: 'parameters.outputVariables.reservationId',
        a: 'R-17',
        b: 'R-18',
        text:
          'disconnect from the bot at 4.902 s: parameters.outputVariables.reservationId is "R-17" in A, ' +
          '"R-18" in B',
      },
      { path: 'parameters.outputVariables.seats', b: '2', text: expect.stringContaining('not there in A') },
    ]);
  });

  test('compares the texts of turns, unless they are ignored', () => {
    const b = call({ turn: 'On which day?' });
    expect(texts(call(), b)).toEqual([
      'event from the bot at 0.400 s: parameters.entities[0].data.text is "Which day?" in A, "On which day?" in B',
    ]);
    expect(texts(call(), b, { ignoreText: true })).toEqual([]);
  });

  test('reports a message that only one call has, and continues with the next', () => {
    const whole = call();
    const less = { ...whole, rows: whole.rows.filter((row) => !('type' in row && row.type === 'dtmf')) };
    expect(texts(whole, less)).toEqual(['dtmf # from Genesys is missing in B (in A at 3.000 s)']);
    expect(diffTraces(less, whole)).toMatchObject([
      { kind: 'extra', lane: 'caller', type: 'dtmf', atB: 3000 },
    ]);
  });

  test('finds equal messages after a turn that only one call has', () => {
    const { server } = eventBuilders('client');
    const turn = (t: number, text: string) =>
      server(t, 'event', 1, 1, {
        entities: [{ type: 'bot_turn_response', data: { disposition: 'match', text } }],
      });
    const rows = ['one', 'two', 'three', 'four'].map((text, k) => turn(k * 1000, text));
    const a = { header: sampleHeader('client'), rows };
    expect(texts(a, { ...a, rows: rows.slice(2) })).toEqual([
      'event turn match "one" from the bot is missing in B (in A at 0.000 s)',
      'event turn match "two" from the bot is missing in B (in A at 1.000 s)',
    ]);
  });

  test('compares times only with a tolerance, and reports a delay once', () => {
    expect(texts(call(), call({ lateMs: 900 }), { timesWithinMs: 1000 })).toEqual([]);
    expect(texts(call(), call({ lateMs: 900 }), { timesWithinMs: 500 })).toEqual([
      expect.stringMatching(/^open .* from Genesys arrives 900 ms later in B \(0\.007 s and 0\.907 s\)$/),
      expect.stringMatching(/^opened .* from the bot arrives 900 ms later in B/),
    ]);
  });

  test('reports the number and the durations of utterances', () => {
    expect(texts(call(), call({ frames: 0 }))).toEqual(['the bot is heard once in A, never in B']);
    const kinds = (a: ComparedTrace, b: ComparedTrace) =>
      diffTraces(a, b).flatMap(({ kind, of }) => (of === 'audio' ? [kind] : []));
    expect([kinds(call(), call({ frames: 0 })), kinds(call({ frames: 0 }), call())]).toEqual([
      ['missing'],
      ['extra'],
    ]);
    expect(texts(call(), call({ frames: 4 }))).toEqual([
      'the 1st utterance of the bot lasts 2.4 s in A, 0.8 s in B',
    ]);
    expect(texts(call(), call({ frames: 4 }), { audioWithinMs: 1600 })).toEqual([]);
    expect(texts(call(), call({ frames: 4 }), { audioWithinMs: 1599 })).toHaveLength(1);
  });

  test('reports the start time of an utterance that consists of several runs', () => {
    const { rows, ...a } = call({ frames: 6 });
    const inTwoRuns = rows.flatMap((row) => (row.t === 410 ? [row, { ...row, t: 1700 }] : [row]));
    expect(diffTraces({ ...a, rows: inTwoRuns }, call({ frames: 2 }))).toMatchObject([
      { of: 'audio', a: 2400, b: 400, atA: 410, atB: 410 },
    ]);
  });

  test('compares the upgrade, the end, violations of the same vantage, and the result', () => {
    const refused = call({ end: 1011 });
    const rows = refused.rows.map((row) => (row.kind === 'response' ? { ...row, status: 401 } : row));
    rows.push({ kind: 'violation', t: 1, clause: 'AC-MSG-6', text: 'seq 6', fatal: false });
    const b = { ...refused, rows, result: { path: 'failure', cause: 'unauthorized' } };
    const a = call({ result: { path: 'success' } });
    expect(texts(a, b)).toEqual([
      'the status of the upgrade is 101 in A, 401 in B',
      'the end of the connection is "closed by the client with 1000" in A, "closed by the client with 1011" in B',
      'AC-MSG-6 is broken only in B',
      'path of the result is "success" in A, "failure" in B',
      'cause of the result is not there in A, "unauthorized" in B',
    ]);
    const seenByTheBot = call({ vantage: 'server', end: 1011 });
    expect(texts(seenByTheBot, { ...b, rows: rows.filter(({ kind }) => kind !== 'response') })).toEqual([
      'the status of the upgrade is 101 in A, not there in B',
    ]);
  });

  test('accepts frames that are not messages, and unknown rows', () => {
    const odd: TraceRow[] = [
      { kind: 'message', t: 1, dir: 'in', text: '{"type":' },
      { kind: 'message', t: 2, dir: 'in', text: '[]' },
      { kind: 'message', t: 3, dir: 'in', text: '{"__proto__":1,"type":"constructor"}' },
      { kind: 'unknown', t: 4, of: 'mark', row: {} },
    ];
    const a = { header: sampleHeader('client'), rows: odd };
    expect(texts(a, a)).toEqual([]);
    expect(texts(a, { ...a, rows: odd.slice(1) })).toHaveLength(1);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d as a tolerance', (value) => {
    for (const name of ['timesWithinMs', 'audioWithinMs'])
      expect(() => diffTraces(call(), call(), { [name]: value })).toThrow(
        expect.objectContaining({ code: 'TRACE_DIFF', message: expect.stringContaining(name) }),
      );
  });

  test('compares an hour of messages that all differ in a short time', () => {
    const { server } = eventBuilders('client');
    const rows = (word: string) =>
      Array.from({ length: 5000 }, (_, k) =>
        server(k, 'event', k, 1, {
          entities: [{ type: 'bot_turn_response', data: { text: `${word}${k}` } }],
        }),
      );
    const started = performance.now();
    const found = diffTraces(
      { header: sampleHeader('client'), rows: rows('a') },
      { header: sampleHeader('client'), rows: rows('b') },
    );
    expect(found).toHaveLength(5000);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('a rendered diff', () => {
  test('has no line wider than the given width', () => {
    const difference = { kind: 'missing', of: 'rule', text: 'x'.repeat(59) } as const;
    expect(renderDiff([difference], { width: 60 })).toBe(`- ${'x'.repeat(58)}\n  x\n`);
    expect(renderDiff([difference], { width: 61 })).toBe(`- ${'x'.repeat(59)}\n`);
  });

  test('marks missing and extra items, changed values and times, wraps lines, and is limited to ASCII on request', () => {
    const b = call({ turn: '\x1b[2JTag für Tag', outputs: {} });
    const lines = renderDiff(diffTraces(call(), b), { width: 60, unicode: false }).split('\n');
    expect(lines[0]).toMatch(/^! event from the bot at 0\.400 s:/);
    expect(lines.join('\n')).not.toMatch(/[^\n\x20-\x7e]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(renderDiff([])).toBe('');
  });
});
