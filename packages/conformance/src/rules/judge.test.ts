import { decodeMulaw, encodeL16 } from '@hookline/audio';
import { type ClauseId, PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { speechSound } from '../caller/speech.js';
import type { CallEvent } from '../record/call-event.js';
import type { CallPurpose, CallRecord } from '../record/call-record.js';
import { PLATFORM_DEADLINES } from '../record/deadlines.js';
import { evaluateCall, evaluateCalls } from './judge.js';

const ID = '30b0e395-84d3-4570-ac13-9a62d8f514c0';

const out = (t: number, type: string, seq: number, parameters: object = {}): CallEvent => ({
  kind: 'message',
  t,
  dir: 'out',
  text: JSON.stringify({ type, version: '2', id: ID, seq, serverseq: 0, position: 'PT0.0S', parameters }),
});
const back = (
  t: number,
  type: string,
  seq: number,
  clientseq: number,
  parameters: unknown = {},
): CallEvent => ({
  kind: 'message',
  t,
  dir: 'in',
  text: JSON.stringify({ version: '2', id: ID, type, seq, clientseq, parameters }),
});
const audio = (t: number, bytes: number): CallEvent => ({
  kind: 'audio',
  t,
  dir: 'in',
  bytes: new Uint8Array(bytes).fill(0xff),
});
const end = (t: number, by: 'self' | 'peer' | 'loss' = 'self'): CallEvent => ({
  kind: 'end',
  t,
  by,
  code: by === 'loss' ? 1006 : 1000,
  reason: '',
});

const start: readonly CallEvent[] = [
  { kind: 'request', t: 0, head: 'GET / HTTP/1.1' },
  {
    kind: 'response',
    t: 5,
    head: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket',
    status: 101,
    body: '',
  },
  out(6, 'open', 1, { media: [PCMU_EXTERNAL] }),
];
const opened = back(10, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL] });

const record = (events: readonly CallEvent[], purpose: CallPurpose = { kind: 'call' }): CallRecord => ({
  scenario: 'test',
  call: 'test',
  purpose,
  url: 'ws://localhost/',
  deadlines: PLATFORM_DEADLINES,
  publicTrust: true,
  secrets: ['the-secret'],
  events,
});

const brokenBy = (events: readonly CallEvent[], purpose?: CallPurpose): string[] =>
  evaluateCall(record(events, purpose))
    .filter((one) => !one.held)
    .map(({ clause }) => clause);
const heldBy = (events: readonly CallEvent[], purpose?: CallPurpose): Set<ClauseId> =>
  new Set(
    evaluateCall(record(events, purpose))
      .filter((one) => one.held)
      .map(({ clause }) => clause),
  );

describe('a call in order', () => {
  const events = [
    ...start,
    opened,
    out(1010, 'ping', 2),
    back(1012, 'pong', 2, 2),
    audio(1100, 1600),
    out(2000, 'close', 3, { reason: 'end' }),
    back(2001, 'closed', 3, 3),
    end(2300),
  ];

  test('breaks nothing', () => {
    expect(brokenBy(events)).toEqual([]);
  });

  test('shows what it shows, and no more', () => {
    const held = heldBy(events);
    for (const id of ['AC-OPEN-3', 'AC-PING-2', 'AC-CLOSE-2', 'AC-MSG-6', 'AC-DISC-4'] as const)
      expect(held).toContain(id);
    for (const id of ['AC-DISC-1', 'AC-OUT-1', 'AC-BARGE-1', 'AC-RATE-4'] as const)
      expect(held).not.toContain(id);
  });

  test('is not judged when it misbehaves on purpose', () => {
    expect(evaluateCall(record([...start, end(10, 'loss')], { kind: 'attack' }))).toEqual([]);
  });
});

describe('a break', () => {
  test.each<readonly [string, readonly CallEvent[]]>([
    ['AC-OPEN-2', [out(6000, 'close', 2, { reason: 'end' }), back(6001, 'closed', 1, 2), end(6300)]],
    ['AC-OPEN-3', [back(5100, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL] })]],
    ['AC-OPEN-4', [back(10, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL, PCMU_EXTERNAL] })]],
    [
      'AC-MSG-6',
      [
        back(10, 'opened', 2, 1, { startPaused: false, media: [PCMU_EXTERNAL] }),
        back(20, 'event', 3, 1, { entities: [] }),
      ],
    ],
    ['AC-AUDIO-2', [audio(8, 1600), opened]],
    ['AC-AUDIO-4', [opened, audio(20, 64_001)]],
    ['AC-CLOSE-4', [opened, back(20, 'closed', 2, 1)]],
    ['AC-DISC-4', [opened, end(20, 'loss')]],
    ['AC-PING-4', [opened, back(20, 'pong', 2, 1)]],
    ['AC-MSG-7', [opened, back(20, 'event', 2, 7, { entities: [] })]],
    ['AC-RATE-2', [opened, ...Array.from({ length: 40 }, (_, i) => audio(20 + i * 20, 160))]],
    ['AC-OUT-2', [opened, back(20, 'disconnect', 2, 1, { reason: 'completed', outputVariables: { n: 1 } })]],
    ['AC-PLAY-4', [opened, audio(20, 16_000), back(30, 'disconnect', 2, 1, { reason: 'completed' })]],
  ])('of %s is the only thing that is told', (clause, events) => {
    expect(brokenBy([...start, ...events])).toEqual([clause]);
  });

  test('of the first message hides what follows from it', () => {
    const events = [
      back(10, 'opened', 1, 1, { startPaused: false, media: [{ ...PCMU_EXTERNAL, codec: 'x' }] }),
      end(20, 'loss'),
    ];
    expect(brokenBy([...start, ...events])).toEqual(['AC-MEDIA-1']);
  });

  test('of a clientseq is no break while the message may be on its way', () => {
    expect(
      brokenBy([...start, opened, out(100, 'update', 2), back(1500, 'event', 2, 1, { entities: [] })]),
    ).toEqual([]);
    expect(
      brokenBy([...start, opened, out(100, 'update', 2), back(2500, 'event', 2, 1, { entities: [] })]),
    ).toEqual(['AC-MSG-7']);
  });
});

describe('something to bear', () => {
  const mark: CallEvent = { kind: 'mark', t: 20, expected: 'tolerate', clause: 'AC-MSG-11', what: 'a field' };

  test('was borne when a later ping is answered', () => {
    expect(heldBy([...start, opened, mark, out(21, 'ping', 2), back(22, 'pong', 2, 2)])).toContain(
      'AC-MSG-11',
    );
  });

  test('was not borne when the bot ends the call, which is then the one cause', () => {
    expect(brokenBy([...start, opened, mark, out(21, 'ping', 2), end(25, 'peer')])).toEqual(['AC-MSG-11']);
  });

  test('is not shown by a bot that completes, or that answers no ping', () => {
    const completed = back(25, 'disconnect', 2, 2, { reason: 'completed' });
    expect(brokenBy([...start, opened, mark, out(21, 'ping', 2), completed])).toEqual([]);
    expect(heldBy([...start, opened, mark, out(21, 'ping', 2)])).not.toContain('AC-MSG-11');
  });
});

describe('a refusal', () => {
  const purpose: CallPurpose = { kind: 'refusal', clause: 'AC-AUTH-3', what: 'no signature' };
  const answer = (status: number, body: string): CallEvent[] => [
    { kind: 'request', t: 0, head: 'GET / HTTP/1.1' },
    { kind: 'response', t: 5, head: `HTTP/1.1 ${status}`, status, body },
  ];

  test('is 401 with a reason', () => {
    expect(brokenBy(answer(401, 'no signature'), purpose)).toEqual([]);
    expect(heldBy(answer(401, 'no signature'), purpose)).toContain('AC-AUTH-3');
  });

  test('is wrong in form, without a reason, with the secret, or missing', () => {
    expect(brokenBy(answer(403, 'no'), purpose)).toEqual(['AC-AUTH-2']);
    expect(brokenBy(answer(401, ''), purpose)).toEqual(['AC-AUTH-7']);
    expect(brokenBy(answer(401, 'expected the-secret'), purpose)).toEqual(['AC-AUTH-7']);
    expect(brokenBy([...start, opened], purpose)).toEqual(['AC-AUTH-3']);
  });
});

describe('what an independent bot may get wrong', () => {
  const sound = (t: number, bytes: Uint8Array): CallEvent => ({ kind: 'audio', t, dir: 'in', bytes });
  const speech = speechSound(2000);

  test('is a second pong to one ping, and not the number of the next', () => {
    const pongs = [back(1012, 'pong', 2, 2), out(1013, 'ping', 3), back(1014, 'pong', 3, 2)];
    expect(brokenBy([...start, opened, out(1010, 'ping', 2), ...pongs])).toEqual(['AC-PING-4']);
  });

  test('is PCM16 where µ-law was chosen; speech in µ-law is none, nor is L16 that was chosen', () => {
    const pcm = encodeL16(decodeMulaw(speech));
    expect(brokenBy([...start, opened, sound(100, pcm)])).toEqual(['AC-AUDIO-1']);
    expect(brokenBy([...start, opened, sound(100, speech)])).toEqual([]);
    const l16 = { ...PCMU_EXTERNAL, format: 'L16' as const };
    const offered = [...start.slice(0, 2), out(6, 'open', 1, { media: [l16] })];
    const chosen = back(10, 'opened', 1, 1, { startPaused: false, media: [l16] });
    expect(brokenBy([...offered, chosen, sound(100, pcm)])).toEqual([]);
  });

  test('is a stream that goes on after `barge_in`, also when a turn is told right after', () => {
    const mark: CallEvent = {
      kind: 'mark',
      t: 1600,
      expected: 'bargeIn',
      what: 'the caller speaks',
      ms: 1500,
    };
    const beat = (from: number, to: number) =>
      Array.from({ length: Math.floor((to - from) / 250) + 1 }, (_, at) =>
        sound(from + 250 * at, speech.subarray(0, 2000)),
      );
    const told = back(2100, 'event', 2, 1, { entities: [{ type: 'barge_in', data: {} }] });
    const before = [...start, opened, ...beat(500, 1500), mark, ...beat(1750, 2000), told];
    const apart = back(2101, 'event', 3, 1, {
      entities: [{ type: 'bot_turn_response', data: { disposition: 'match' } }],
    });
    expect(brokenBy([...before, apart, ...beat(2250, 4000), end(4100)])).toEqual(['AC-BARGE-3']);
    // Another turn, which begins at once and on a beat of its own.
    const next = [2120, 2130, 2380, 2630].map((t) => sound(t, speech.subarray(0, 2000)));
    expect(brokenBy([...before, apart, ...next, end(4100)])).toEqual([]);
  });

  test('is that a call without inputs is refused where one with an input is taken', () => {
    const purpose: CallPurpose = { kind: 'refusal', clause: 'AC-VAR-2', what: 'no inputs' };
    expect(brokenBy([...start, opened], purpose)).toEqual(['AC-VAR-2']);
    const refused = back(10, 'disconnect', 1, 1, { reason: 'error', info: 'not today' });
    expect(brokenBy([...start, refused], purpose)).toEqual([]);
  });

  test('is a name of its own for `barge_in`, and not one besides', () => {
    const named = (seq: number, type: string) =>
      back(1000 + seq, 'event', seq, 1, { entities: [{ type, data: {} }] });
    expect(brokenBy([...start, opened, named(2, 'interruption')])).toEqual(['AC-BARGE-1']);
    expect(brokenBy([...start, opened, named(2, 'barge_in'), named(3, 'interruption')])).toEqual([]);
  });

  test('is to end every call for a usual message, which is no fault of what else was asked', () => {
    const refused = (clientseq: number) =>
      back(1020, 'disconnect', 2, clientseq, { reason: 'error', info: 'KeyError' });
    const plain = record([...start, opened, out(1010, 'ping', 2), refused(2)]);
    const mark: CallEvent = {
      kind: 'mark',
      t: 800,
      expected: 'tolerate',
      clause: 'AC-ERR-3',
      what: 'error 400',
    };
    const asked = record([...start, opened, mark, out(810, 'error', 2), out(1010, 'ping', 3), refused(3)]);
    const ids = (records: CallRecord[]) =>
      evaluateCalls(records).map((evidence) =>
        evidence.filter(({ held }) => !held).map(({ clause }) => clause),
      );
    expect(ids([plain, asked])).toEqual([['AC-PING-1'], []]);
    expect(ids([asked])).toEqual([['AC-ERR-3']]);
  });
});
