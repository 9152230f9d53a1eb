import { audioRuns, type WireEvent } from '@hookline/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  eventBuilders,
  fromServer,
  MEDIA,
  openParameters,
  reportSampleCall,
} from '../../test/sample-call.js';
import { renderDiff } from '../diff/render-diff.js';
import { columnWidth } from './cells.js';
import { createLadder, renderLadder } from './create-ladder.js';
import type { LadderOptions } from './ladder.js';

function eventsOf(vantage: 'client' | 'server'): WireEvent[] {
  const events: WireEvent[] = [];
  const runs = audioRuns((event) => events.push(event));
  reportSampleCall(runs, vantage);
  return events;
}

const draw = (vantage: 'client' | 'server', options: Partial<LadderOptions> = {}) =>
  `\n${renderLadder(eventsOf(vantage), { vantage, right: 'bot localhost:8080/book', ...options })}`;

describe('a ladder', () => {
  test('shows a call with the client on the left and the bot on the right', () => {
    expect(draw('client')).toBe(`
        Genesys (hookline)                   bot localhost:8080/book
  0.000 ├─ GET /book  Upgrade  key=de*** signed ──────────────────▶┤
  0.006 ┤◀────────────────────────────────────────── 101 ──────────┤  6 ms
  0.007 ├─ open      seq 1      PCMU 8k external inputs:1 ────────▶┤
  0.031 ┤◀─ opened    seq 1/1    PCMU 8k external ─────────────────┤  24 ms
  0.231 ┤▒▒ audio ▶ 0.2 s in 1 frame                               │
  0.410 ┤◀▓▓ audio   2.4 s in 12 frames ───────────────────────────┤  first audio 379 ms
  0.411 ├─ playback_started seq 2 ────────────────────────────────▶┤
  0.431 ┤▒▒ audio ▶ 0.2 s in 1 frame                               │
  1.000 ├─ ping      seq 3 ───────────────────────────────────────▶┤
  1.002 ┤◀─ pong      seq 2/3 ─────────────────────────────────────┤  2 ms
  1.498 ┤◀─ event     seq 3/3    barge_in ─────────────────────────┤
  1.499 ├─ playback_completed seq 4 1.09 s heard, 1.31 s dropped ─▶┤
  2.500 ├─ dtmf      seq 5      # ────────────────────────────────▶┤
  3.000 ✗ AC-MSG-6  seq 6, expected 4
  4.902 ┤◀─ disconnect completed  outputs: reservationId=R-17 ─────┤
  4.904 ├─ close     seq 6      disconnect ───────────────────────▶┤
  4.907 ┤◀─ closed    seq 5/6 ─────────────────────────────────────┤  3 ms
  4.910 └─ connection closed by the client  1000 ──────────────────┘
`);
  });

  test('shows a call recorded by the bot with the same sides, in ASCII and 78 columns', () => {
    expect(draw('server', { unicode: false, width: 78 })).toBe(`
        Genesys                    bot localhost:8080/book
  0.000 |- GET /book  Upgrade  key=de*** signed -------->|
  0.006 |<-------------------------------- 101 ----------|  6 ms
  0.007 |- open seq 1 PCMU 8k external inputs:1 -------->|
  0.031 |<- opened    seq 1/1    PCMU 8k external -------|  24 ms
  0.231 |:: audio > 0.2 s in 1 frame                     |
  0.410 |<## audio   2.4 s in 12 frames -----------------|  first audio 379 ms
  0.411 |- playback_started seq 2 ---------------------->|
  0.431 |:: audio > 0.2 s in 1 frame                     |
  1.000 |- ping      seq 3 ----------------------------->|
  1.002 |<- pong      seq 2/3 ---------------------------|  2 ms
  1.498 |<- event     seq 3/3    barge_in ---------------|
  1.499 |- playback_completed seq 4      1.09 s played ->|
  2.500 |- dtmf      seq 5      # ---------------------->|
  3.000 x AC-MSG-6  seq 6, expected 4
  4.902 |<- disconnect completed  outputs: --------------|
        |    reservationId=R-17                          |
  4.904 |- close     seq 6      disconnect ------------->|
  4.907 |<- closed    seq 5/6 ---------------------------|  3 ms
  4.910 +- connection closed by the client  1000 --------+
`);
  });

  test('shows a refused upgrade with its status', () => {
    const head = 'HTTP/1.1 401 Unauthorized\r\n\r\n';
    const rows = createLadder({ vantage: 'client' }).push({
      kind: 'response',
      t: 5,
      dir: 'in',
      status: 401,
      head,
    });
    expect(rows).toEqual(['  0.005 ┤◀─ 401 Unauthorized ──────────────────────────────────────┤']);
  });

  test('reads a request head whose lines end in a line feed only', () => {
    const head = 'GET /book HTTP/1.1\nUpgrade: websocket\nX-API-KEY: demo-key-7Q2\n\n';
    const [row] = createLadder({ vantage: 'client' }).push({ kind: 'request', t: 0, dir: 'out', head });
    expect(row).toContain('─ GET /book  Upgrade  key=de*** ─');
  });

  test('names the fault of a malformed message, and an unknown type', () => {
    const ladder = createLadder({ vantage: 'client' });
    const push = (text: string) => ladder.push({ kind: 'message', t: 0, dir: 'in', text })[0];
    expect(push('{"type":"pong"}')).toContain('─ pong malformed: "pong" has nothing at /version');
    expect(push('hello')).toContain('─ text malformed: text frame is not JSON: "hello" ─');
    expect(push(fromServer('reboot', 7, 1))).toContain('─ reboot    seq 7      unknown type ─');
  });

  test('shows that a bot wants no audio, and the kind of a row of a later version', () => {
    const ladder = createLadder({ vantage: 'client' });
    const text = fromServer('opened', 1, 1, { media: [], startPaused: false });
    expect(ladder.push({ kind: 'message', t: 0, dir: 'in', text })[0]).toContain('seq 1/1    no audio ─');
    expect(ladder.push({ kind: 'unknown', t: 1, of: 'mark', row: {} })[0]).toContain('│  mark  ');
    expect(ladder.push({ kind: 'unknown', t: 2, of: '', row: {} })[0]).toContain('│  a row without a kind  ');
  });

  test('shows the latency of the first answer, but not of a repeated one', () => {
    const { client, server } = eventBuilders('client');
    const ladder = createLadder({ vantage: 'client' });
    ladder.push(client(1000, 'ping', 3, 1));
    expect(ladder.push(server(1002, 'pong', 2, 3))[0]).toMatch(/┤ {2}2 ms$/);
    expect(ladder.push(server(1500, 'pong', 3, 3))[0]).toMatch(/┤$/);
  });

  test('merges audio without a visible event between, and shows a long run at once', () => {
    const ladder = createLadder({ vantage: 'client' });
    const run = { kind: 'audio', dir: 'out', frames: 10, bytes: 16_000, arrivalsMs: [], sizes: [] } as const;
    expect(ladder.push({ ...run, t: 0 })).toEqual([]);
    expect(ladder.push({ ...run, t: 2000 })).toEqual([]);
    expect(ladder.push({ ...run, t: 4000 })).toEqual([
      expect.stringMatching(/^ {2}0\.000 ┤▒▒ audio ▶ 6 s in 30 frames +│$/),
    ]);
    expect(ladder.flush()).toEqual([]);
  });

  test('shows how much was heard of a playback that the end of the call cut off', () => {
    const ladder = createLadder({ vantage: 'client' });
    ladder.push({ kind: 'playback', t: 900, heardMs: 200, droppedMs: 300, ended: 'disconnected' });
    expect(ladder.flush()).toEqual([expect.stringContaining('playback cut: 0.2 s heard, 0.3 s dropped')]);
  });

  test('colours only violations, and only if requested', () => {
    const violation = { kind: 'violation', t: 0, clause: 'AC-MSG-6', text: 'x', fatal: true } as const;
    expect(createLadder({ vantage: 'client', color: true }).push(violation)).toEqual([
      '\x1b[31m  0.000 ✗ AC-MSG-6  x\x1b[0m',
    ]);
    expect(createLadder({ vantage: 'client' }).push(violation)).toEqual(['  0.000 ✗ AC-MSG-6  x']);
  });

  test('masks a credential that a bot sends back', () => {
    const [request, , , opened] = eventsOf('client');
    const ladder = createLadder({ vantage: 'client' });
    ladder.push(request!);
    ladder.push(opened!);
    const info = 'no such key: demo-key-7Q2';
    const text = fromServer('disconnect', 2, 1, { reason: 'unauthorized', info });
    const [row] = ladder.push({ kind: 'message', t: 40, dir: 'in', text, type: 'disconnect' });
    expect(row).toContain('no such key: de***');
  });
});

describe('a text that is longer than a row', () => {
  const sentence =
    'opened has no startPaused; a probe has been seen to fail for that, so always send it: {"startPaused":false}';
  const violation = { kind: 'violation', t: 31, clause: 'AC-OPEN-5', text: sentence, fatal: false } as const;
  const text = fromServer('disconnect', 2, 1, {
    reason: 'completed',
    outputVariables: { utterances: '1', heardMs: '2600', comment: 'x'.repeat(60) },
  });
  const disconnect = { kind: 'message', t: 40, dir: 'in', type: 'disconnect', text } as const;

  test.each([true, false])('is wrapped and not truncated, unicode %s', (unicode) => {
    const [frame, mark] = unicode ? ['│', '✗'] : ['|', 'x'];
    const rows = renderLadder([violation, disconnect], { vantage: 'client', width: 80, unicode }).split('\n');
    expect(rows.slice(1, 3)).toEqual([
      `  0.031 ${mark} AC-OPEN-5  opened has no startPaused; a probe has been seen to fail`,
      '          for that, so always send it: {"startPaused":false}',
    ]);
    expect(rows.slice(4, 6)).toEqual([
      `        ${frame}    heardMs=2600                                  ${frame}`,
      `        ${frame}    comment=${'x'.repeat(34)}    ${frame}`,
    ]);
    expect(rows.slice(3, -3).join('')).toContain('outputs: utterances=1');
    expect(Math.max(...rows.map(columnWidth))).toBeLessThanOrEqual(80);
  });

  test('is coloured on each of its rows', () => {
    const rows = createLadder({ vantage: 'client', width: 60, color: true }).push(violation);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.filter((row) => row.startsWith('\x1b[33m') && row.endsWith('\x1b[0m'))).toEqual(rows);
  });

  test('uses the full width of a terminal, where arrows stay within 120 columns', () => {
    const rows = renderLadder([violation, disconnect], { vantage: 'client', width: 170 }).split('\n');
    expect(rows[1]).toBe(`  0.031 ✗ AC-OPEN-5  ${sentence}`);
    expect(Math.max(...rows.slice(2).map(columnWidth))).toBeLessThanOrEqual(120);
  });
});

describe('bot audio in frames of 20 ms whose buffer runs empty', () => {
  const flood = (vantage: 'client' | 'server', frames: number): WireEvent[] => {
    const { client, botDir, callerDir } = eventBuilders(vantage);
    const events: WireEvent[] = [];
    const runs = audioRuns((event) => events.push(event));
    for (let k = 0; k < frames; k++) {
      const t = 100 + k * 30;
      runs.audio?.(botDir, t, new Uint8Array(160));
      runs.event(client(t + 1, 'playback_started', 2 * k + 2, 1));
      if (k % 7 === 6) runs.audio?.(callerDir, t + 5, new Uint8Array(1600));
      if (vantage === 'client')
        runs.event({ kind: 'playback', t: t + 21, heardMs: 20, droppedMs: 0, ended: 'completed' });
      runs.event(client(t + 21, 'playback_completed', 2 * k + 3, 1));
    }
    runs.flush();
    return events;
  };

  test.each(['client', 'server'] as const)(
    'has one row with the number of gaps, from the vantage of the %s',
    (vantage) => {
      const events = flood(vantage, 106);
      const ladder = createLadder({ vantage, width: 80 });
      const live = events.flatMap((event) => ladder.push(event));
      expect([...live, ...ladder.flush()].filter((row) => !row.includes('▒▒'))).toEqual([
        '  0.100 ┤◀▓▓ audio   0.02 s in 1 frame ────────────────────┤',
        '  0.101 ├─ playback_started seq 2 ────────────────────────▶┤',
        expect.stringMatching(/^ {2}0\.121 ├─ playback_completed seq 3/),
        '  0.130 ┤◀▓▓ audio   2.1 s in 105 frames, 105 gaps ────────┤',
      ]);
    },
  );

  test('has a new row after another visible event', () => {
    const { client } = eventBuilders('client');
    const ladder = createLadder({ vantage: 'client', unicode: false });
    const events = flood('client', 3).filter((event) => event.kind !== 'audio' || event.dir === 'in');
    for (const event of events) ladder.push(event);
    const rows = ladder.push(client(300, 'ping', 9, 1));
    expect(rows[0]).toContain('0.04 s in 2 frames, 2 gaps -');
    expect(rows[1]).toContain('ping');
  });

  test('counts gaps from the first on, before the audio after it arrives', () => {
    const { client } = eventBuilders('client');
    const ladder = createLadder({ vantage: 'client', unicode: false, width: 80 });
    for (const event of [
      client(0, 'playback_started', 2, 1),
      client(20, 'playback_completed', 3, 1),
      client(130, 'playback_started', 4, 1),
    ])
      ladder.push(event);
    const frames = {
      kind: 'audio',
      dir: 'in',
      frames: 2,
      bytes: 320,
      arrivalsMs: [0, 20],
      sizes: [160, 160],
    } as const;
    ladder.push({ ...frames, t: 140 });
    expect(ladder.flush().map((row) => row.trimEnd())).toEqual([
      expect.stringMatching(/^ {2}0\.130 .* audio +0\.04 s in 2 frames, 1 gap -/),
    ]);
  });

  test('is not merged if it consists of two complete prompts', () => {
    const { client } = eventBuilders('client');
    const ladder = createLadder({ vantage: 'client' });
    const rows = [
      client(0, 'playback_started', 2, 1),
      client(1500, 'playback_completed', 3, 1),
      client(1510, 'playback_started', 4, 1),
      client(3000, 'playback_completed', 5, 1),
    ].flatMap((event) => ladder.push(event));
    expect(rows).toHaveLength(4);
  });
});

describe('a repeated violation', () => {
  const broken = (t: number, bytes: number, fatal = false): WireEvent => ({
    kind: 'violation',
    t,
    clause: 'AC-AUDIO-3',
    text: `audio of ${bytes} bytes came while the session is closing`,
    fatal,
  });
  const events: WireEvent[] = [
    ...Array.from({ length: 15 }, (_, k) => broken(k * 10, 1600 + k)),
    { kind: 'end', t: 200, by: 'self', code: 1000, reason: '' },
  ];

  test('has one row with its count in the ladder of a finished call', () => {
    const rows = renderLadder(events, { vantage: 'client' }).split('\n').slice(1, -2);
    expect(rows.join(' ').replace(/ +/g, ' ')).toBe(
      ' 0.000 ✗ AC-AUDIO-3 ×15 audio of 1600 bytes came while the session is closing',
    );
    expect(renderLadder(events, { vantage: 'client', unicode: false })).toContain('AC-AUDIO-3 x15  audio');
  });

  test('is the same with other numbers and ids, but not with other words', () => {
    const at = (t: number, id: string, word = 'unknown'): WireEvent => ({
      kind: 'violation',
      t,
      clause: 'AC-MSG-4',
      text: `pong has the ${word} id ${id} after 1.${t} s`,
      fatal: false,
    });
    const ladderOf = (...list: WireEvent[]) => renderLadder(list, { vantage: 'client' });
    const ids = ['30b0e395-84d3-4570-ac13-9a62d8f514c0', 'F0329671-00aa-1111-bbbb-0123456789ab'] as const;
    expect(ladderOf(at(1, ids[0]), at(2, ids[1]), at(3, ids[0]))).toContain('AC-MSG-4 ×3');
    expect(ladderOf(at(1, ids[0]), at(2, ids[0], 'foreign'))).not.toContain('×');
    expect(ladderOf(at(1, ids[0]), at(2, 'abcdefgh'))).not.toContain('×');
  });

  test('has a row at once in a live ladder, and its count at the end', () => {
    const ladder = createLadder({ vantage: 'client', width: 100 });
    const rows = events.flatMap((event) => ladder.push(event));
    expect(rows.slice(0, -1)).toEqual([
      '  0.000 ✗ AC-AUDIO-3  audio of 1600 bytes came while the session is closing',
      '  0.140 ✗ AC-AUDIO-3 ×15  in all',
    ]);
    expect(ladder.flush()).toEqual([]);
  });

  test('has another row if it ends the call', () => {
    const ladder = createLadder({ vantage: 'client' });
    ladder.push(broken(0, 1600));
    expect(ladder.push(broken(1, 1600, true))).toHaveLength(1);
  });
});

describe('a hostile bot', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 90 }),
    fc.constantFrom(
      '\x1b[2J\x1b]0;owned\x07',
      '\u202egnp.exe',
      'a\r\n  0.000 ✗ AC-MSG-1',
      '\u009b31m',
      'Z\u0300'.repeat(40),
    ),
    fc.string({ unit: fc.constantFrom('漢', '🙂', '\u0301', '\u200d', 'e', '\u3000'), maxLength: 90 }),
  );

  test('cannot move the cursor or break a row with any text', () => {
    fc.assert(
      fc.property(nasty, nasty, fc.boolean(), fc.integer({ min: 60, max: 120 }), (a, b, unicode, width) => {
        const { server, client } = eventBuilders('client');
        const events: WireEvent[] = [
          { kind: 'request', t: 0, dir: 'out', head: `GET /${a} HTTP/1.1\r\nX-API-KEY: ${b}` },
          { kind: 'response', t: 1, dir: 'in', status: 500, head: `HTTP/1.1 500 ${a}` },
          client(2, 'open', 1, 0, {
            ...openParameters,
            media: [{ type: a, format: b, channels: [a], rate: 1 }],
          }),
          { kind: 'message', t: 3, dir: 'in', text: a },
          server(4, a, 2, 1),
          server(5, 'disconnect', 3, 1, { reason: 'error', info: a, outputVariables: { [a]: b } }),
          server(6, 'event', 4, 1, { entities: [{ type: a, data: b }] }),
          { kind: 'violation', t: 7, clause: 'AC-MSG-6', text: a, fatal: true },
          { kind: 'end', t: 8, by: 'peer', code: 1000, reason: b },
        ];
        const text = renderLadder(events, { vantage: 'client', unicode, width, left: a, right: b });
        const rows = text.split('\n').slice(0, -1);
        expect(rows.length).toBeGreaterThanOrEqual(events.length + 1);
        // A continuation row has no time, so that the text cannot fake one.
        expect(rows.filter((row) => /^ *[\d.]+ /.test(row.slice(0, 8)))).toHaveLength(events.length);
        for (const row of rows) {
          expect(row).not.toMatch(/[\p{C}\u2028\u2029]/u);
          if (!unicode) expect(row).toMatch(/^[\x20-\x7e]*$/);
          expect(columnWidth(row)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 400 },
    );
  });
});

describe('the time of a row', () => {
  test.each([
    [0, '  0.000 '],
    [999_999, '999.999 '],
    [1_000_000, '   1000 '],
    [9_999_999_000, '9999999 '],
  ])('of %i ms has the same width as any other', (t, shown) => {
    const { client } = eventBuilders('client');
    const ladder = createLadder({ vantage: 'client' });
    const [row = ''] = [...ladder.push(client(t, 'dtmf', 2, 1, { digit: '1' })), ...ladder.flush()];
    expect(row.slice(0, 8)).toBe(shown);
  });
});

describe('the first audio of the bot', () => {
  test.each(['client', 'server'] as const)(
    'has its latency since `opened` once, from the vantage of the %s',
    (vantage) => {
      const { client, server } = eventBuilders(vantage);
      const ladder = createLadder({ vantage });
      const [caller, bot] = vantage === 'client' ? (['out', 'in'] as const) : (['in', 'out'] as const);
      const audio = { kind: 'audio', frames: 1, bytes: 1600, offset: 0, arrivalsMs: [], sizes: [] } as const;
      const run = (t: number, dir: 'in' | 'out') => ({ ...audio, t, dir });
      const rows = [
        client(0, 'open', 1, 0),
        run(10, bot),
        server(40, 'opened', 1, 1, { media: [MEDIA] }),
        run(200, caller),
        run(340, bot),
        client(341, 'playback_started', 2, 1),
        run(900, bot),
        client(1100, 'playback_completed', 3, 1),
        run(2000, bot),
      ].flatMap((event) => ladder.push(event));
      rows.push(...ladder.flush());
      expect(rows.filter((row) => row.includes('first audio'))).toEqual([
        expect.stringMatching(/^ {2}0\.340 .* {2}first audio 300 ms$/),
      ]);
    },
  );
});

test.each([
  ['without a hold', [], '4 s'],
  ['without the holds', [1500, 2500, 3000, 3200], '2.8 s'],
  ['without a hold that lasts', [4000], '3 s'],
])('a playback without a report of what was heard has its duration %s', (_, changes, played) => {
  const { client } = eventBuilders('server');
  const gap = { start: 'PT0S', discarded: 'PT0S' };
  const ladder = createLadder({ vantage: 'server' });
  const rows = [
    client(200, 'paused', 1, 1),
    client(900, 'resumed', 2, 1, gap),
    client(1000, 'playback_started', 3, 1),
    ...changes.map((t, index) =>
      index % 2 === 0 ? client(t, 'paused', 4 + index, 1) : client(t, 'resumed', 4 + index, 1, gap),
    ),
    client(5000, 'playback_completed', 9, 1),
  ].flatMap((event) => ladder.push(event));
  expect(rows.at(-1)).toContain(` ${played} played`);
});

test.each([
  ['the rest of its audio', 24_000, '3 s'],
  ['no more than fits in the time', 80_000, '4 s'],
  ['what was played before the hold, if no audio is known', 0, '1 s'],
])('a playback whose hold ends during a pause of the bot counts %s', (_, bytes, played) => {
  const { client, server, botDir } = eventBuilders('server');
  const ladder = createLadder({ vantage: 'server' });
  const audio = { kind: 'audio', t: 900, dir: botDir, frames: 1, arrivalsMs: [0], sizes: [bytes] } as const;
  const rows = [
    ...(bytes === 0 ? [] : [{ ...audio, bytes, offset: 0 }]),
    client(1000, 'playback_started', 1, 1),
    client(2000, 'paused', 2, 1),
    server(2100, 'pause', 2, 2),
    client(2200, 'paused', 3, 2),
    client(5000, 'playback_completed', 4, 2),
  ].flatMap((event) => ladder.push(event));
  expect(rows.at(-1)).toContain(` ${played} played`);
});

test('a barge-in that drops nothing does not add the audio of one playback to the next', () => {
  const { client, server, botDir } = eventBuilders('server');
  const ladder = createLadder({ vantage: 'server' });
  const audio = (t: number, bytes: number) =>
    ({
      kind: 'audio',
      t,
      dir: botDir,
      frames: 1,
      arrivalsMs: [0],
      sizes: [bytes],
      bytes,
      offset: 0,
    }) as const;
  const rows = [
    server(100, 'event', 2, 1, { entities: [{ type: 'barge_in', data: {} }] }),
    audio(200, 24_000),
    client(300, 'playback_started', 2, 2),
    client(3300, 'playback_completed', 3, 2),
    audio(9900, 8000),
    client(10_000, 'playback_started', 4, 2),
    client(10_500, 'paused', 5, 2),
    server(10_600, 'pause', 3, 5),
    client(10_700, 'paused', 6, 3),
    client(15_000, 'playback_completed', 7, 3),
  ].flatMap((event) => ladder.push(event));
  expect(rows.at(-1)).toContain(' 1 s played');
});

test.each([
  [0, 60],
  [60, 60],
  [61.9, 61],
  [88, 88],
  [119, 119],
  [120, 120],
  [200, 120],
])('a ladder of width %d has arrows that leave room for a note in %d columns', (width, columns) => {
  const ping = eventBuilders('client').client(0, 'ping', 2, 1);
  const row = renderLadder([ping], { vantage: 'client', width })
    .split('\n')
    .find((line) => line.includes('ping'));
  // Two spaces and a note of 18 columns have their place behind the border.
  expect(columnWidth(row ?? '')).toBe(columns - 20);
});

test('a response that is not HTTP is called so, instead of status 0', () => {
  const response = { kind: 'response', t: 1, dir: 'out', status: 0, head: 'SSH-2.0-x' } as const;
  expect(renderLadder([response], { vantage: 'proxy' })).toMatch(/ no HTTP .*\n$/);
});

test.each([Number.NaN, Number.NEGATIVE_INFINITY, '80'])('a width of %o is refused by name', (width) => {
  const wrong = { vantage: 'client', width } as { vantage: 'client'; width: number };
  const refused = expect.objectContaining({
    code: 'TRACE_BAD_OPTION',
    message: expect.stringMatching(
      /: width is .*; expected a finite number, or Infinity: the columns of a row/,
    ),
  });
  for (const render of [
    () => createLadder(wrong),
    () => renderLadder([], wrong),
    () => renderDiff([], wrong),
  ])
    expect(render).toThrow(refused);
  expect(() => renderLadder([], { vantage: 'client', width: Number.POSITIVE_INFINITY })).not.toThrow();
});
