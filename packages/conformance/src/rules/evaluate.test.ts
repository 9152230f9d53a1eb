import { decodeMulaw, encodeL16 } from '@hookline/audio';
import { type ClauseId, PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { audio, end, opened, received, record, sent, start } from '../../test/scripted-call.js';
import { speechSound } from '../caller/speech.js';
import type { CallEvent } from '../record/call-event.js';
import type { CallPurpose, CallRecord } from '../record/call-record.js';
import { evaluateCall, evaluateCalls } from './evaluate.js';

const violatedBy = (events: readonly CallEvent[], purpose?: CallPurpose): string[] =>
  evaluateCall(record(events, purpose))
    .filter((one) => !one.passed)
    .map(({ clause }) => clause);
const passedBy = (events: readonly CallEvent[], purpose?: CallPurpose): Set<ClauseId> =>
  new Set(
    evaluateCall(record(events, purpose))
      .filter((one) => one.passed)
      .map(({ clause }) => clause),
  );

describe('a call without violations', () => {
  const events = [
    ...start,
    opened,
    sent(1010, 'ping', 2),
    received(1012, 'pong', 2, 2),
    audio(1100, 1600),
    sent(2000, 'close', 3, { reason: 'end' }),
    received(2001, 'closed', 3, 3),
    end(2300),
  ];

  test('breaks no clause', () => {
    expect(violatedBy(events)).toEqual([]);
  });

  test('gives evidence only for the clauses that it exercises', () => {
    const held = passedBy(events);
    for (const id of ['AC-OPEN-3', 'AC-PING-2', 'AC-CLOSE-2', 'AC-MSG-6', 'AC-DISC-4'] as const)
      expect(held).toContain(id);
    for (const id of ['AC-DISC-1', 'AC-OUT-1', 'AC-BARGE-1', 'AC-RATE-4'] as const)
      expect(held).not.toContain(id);
  });

  test('is not evaluated if it misbehaves on purpose', () => {
    expect(evaluateCall(record([...start, end(10, 'loss')], { kind: 'attack' }))).toEqual([]);
  });
});

describe('a violation', () => {
  test.each<readonly [string, readonly CallEvent[]]>([
    ['AC-OPEN-2', [sent(6000, 'close', 2, { reason: 'end' }), received(6001, 'closed', 1, 2), end(6300)]],
    ['AC-OPEN-3', [received(5100, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL] })]],
    [
      'AC-OPEN-4',
      [received(10, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL, PCMU_EXTERNAL] })],
    ],
    [
      'AC-MSG-6',
      [
        received(10, 'opened', 2, 1, { startPaused: false, media: [PCMU_EXTERNAL] }),
        received(20, 'event', 3, 1, { entities: [] }),
      ],
    ],
    ['AC-AUDIO-2', [audio(8, 1600), opened]],
    ['AC-AUDIO-4', [opened, audio(20, 64_001)]],
    ['AC-CLOSE-4', [opened, received(20, 'closed', 2, 1)]],
    [
      'AC-CLOSE-4',
      [
        opened,
        received(20, 'disconnect', 2, 1, { reason: 'completed' }),
        sent(21, 'close', 2, { reason: 'disconnect' }),
        received(21.4, 'closed', 3, 1),
        end(322),
      ],
    ],
    ['AC-DISC-4', [opened, end(20, 'loss')]],
    ['AC-PING-4', [opened, received(20, 'pong', 2, 1)]],
    ['AC-MSG-7', [opened, received(20, 'event', 2, 7, { entities: [] })]],
    ['AC-RATE-2', [opened, ...Array.from({ length: 40 }, (_, i) => audio(20 + i * 20, 160))]],
    [
      'AC-OUT-2',
      [opened, received(20, 'disconnect', 2, 1, { reason: 'completed', outputVariables: { n: 1 } })],
    ],
    [
      'AC-OUT-1',
      [
        opened,
        received(20, 'disconnect', 2, 1, { reason: 'completed' }),
        sent(21, 'close', 2, { reason: 'disconnect' }),
        received(22, 'closed', 3, 2, { outputVariables: { digits: '1' } }),
        end(322),
      ],
    ],
    ['AC-PLAY-4', [opened, audio(20, 16_000), received(30, 'disconnect', 2, 1, { reason: 'completed' })]],
  ])('of %s is reported alone', (clause, events) => {
    expect(violatedBy([...start, ...events])).toEqual([clause]);
  });

  test('of `opened` hides its consequences', () => {
    const events = [
      received(10, 'opened', 1, 1, { startPaused: false, media: [{ ...PCMU_EXTERNAL, codec: 'x' }] }),
      end(20, 'loss'),
    ];
    expect(violatedBy([...start, ...events])).toEqual(['AC-MEDIA-1']);
  });

  test('of a sample hides no more severe one that follows', () => {
    const late = received(5100, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL] });
    expect(violatedBy([...start, late, end(6000, 'loss')])).toEqual(['AC-OPEN-3', 'AC-DISC-4']);
  });

  test('of AC-MSG-7 is not reported while the client message may be in flight', () => {
    expect(
      violatedBy([...start, opened, sent(100, 'update', 2), received(1500, 'event', 2, 1, { entities: [] })]),
    ).toEqual([]);
    expect(
      violatedBy([...start, opened, sent(100, 'update', 2), received(2500, 'event', 2, 1, { entities: [] })]),
    ).toEqual(['AC-MSG-7']);
  });

  test('of AC-MSG-7 is not reported for what arrived while the bot prepared `opened` or `closed` in time', () => {
    const late = (t: number) => received(t, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL] });
    const event = (t: number) => received(t, 'event', 2, 1, { entities: [] });
    const close = (t: number, seq: number) => sent(t, 'close', seq, { reason: 'end' });
    expect(violatedBy([...start, close(7, 2), late(4500), event(4501)])).toEqual([]);
    expect(violatedBy([...start, sent(100, 'update', 2), late(4500), event(6501)])).toEqual(['AC-MSG-7']);
    const twice = [close(100, 2), close(101, 3)];
    expect(violatedBy([...start, opened, ...twice, received(9400, 'closed', 2, 2), end(9700)])).toEqual([]);
  });
});

test.each([['AC-MSG-1' as const], ['AC-CONN-6' as const], [undefined]])(
  'a frame that the caller had to refuse breaks %s and nothing else, although it ends the call',
  (clause) => {
    const text = 'an invalid WebSocket frame, refused with close code 1007 (Invalid UTF-8 sequence)';
    const refused: CallEvent = {
      kind: 'end',
      t: 1015,
      by: 'self',
      code: 1007,
      reason: text,
      refused: { text, ...(clause ? { clause } : {}) },
    };
    const found = evaluateCall(record([...start, opened, sent(1010, 'ping', 2), refused]));
    expect(found.filter(({ passed }) => !passed)).toEqual(
      clause ? [{ clause, passed: false, index: 5, got: text }] : [],
    );
  },
);

describe('a stimulus that the bot must tolerate', () => {
  const mark: CallEvent = {
    kind: 'mark',
    t: 20,
    expected: 'tolerate',
    clause: 'AC-MSG-11',
    description: 'a field',
  };

  test('was tolerated if a later ping is answered', () => {
    expect(passedBy([...start, opened, mark, sent(21, 'ping', 2), received(22, 'pong', 2, 2)])).toContain(
      'AC-MSG-11',
    );
  });

  test('was not tolerated if the bot ends the call, and this is the only violation', () => {
    const refused = received(25, 'disconnect', 2, 2, { reason: 'error' });
    expect(violatedBy([...start, opened, mark, sent(21, 'ping', 2), refused])).toEqual(['AC-MSG-11']);
  });

  test('is not the reason if the bot completes the call, even with a fault in its `disconnect`', () => {
    const completed = received(25, 'disconnect', 2, 2, { reason: 'completed', info: null });
    expect(violatedBy([...start, opened, mark, sent(21, 'ping', 2), completed])).toEqual(['AC-DISC-1']);
  });

  test('was not tolerated if the connection ends, which is reported too, unless the clause is as severe', () => {
    const dropped = (one: CallEvent) =>
      violatedBy([...start, opened, one, sent(21, 'ping', 2), end(25, 'loss')]);
    expect(dropped(mark)).toEqual(['AC-MSG-11', 'AC-DISC-4']);
    expect(dropped({ ...mark, clause: 'AC-AUDIO-6' })).toEqual(['AC-AUDIO-6']);
    // An attack on another call: the bot crashed.
    expect(dropped({ ...mark, clause: 'AC-CONN-10' })).toEqual(['AC-CONN-10']);
  });

  test('gives no evidence if the bot completes the call or does not answer the ping', () => {
    const completed = received(25, 'disconnect', 2, 2, { reason: 'completed' });
    expect(violatedBy([...start, opened, mark, sent(21, 'ping', 2), completed])).toEqual([]);
    expect(passedBy([...start, opened, mark, sent(21, 'ping', 2)])).not.toContain('AC-MSG-11');
  });

  test('a late disconnect that names the unknown message belongs to it, and not to the ping after it', () => {
    const unknown: CallEvent = {
      kind: 'mark',
      t: 20,
      expected: 'tolerate',
      clause: 'AC-MSG-12',
      description: 'a message of an unknown type',
    };
    const before = [...start, opened, unknown, sent(21, 'hookline_unknown', 2), sent(221, 'ping', 3)];
    const ended = (clientseq: number) => received(225, 'disconnect', 2, clientseq, { reason: 'error' });
    expect(violatedBy([...before, ended(2)])).toEqual(['AC-MSG-12']);
    expect(violatedBy([...before, ended(3)])).toEqual(['AC-MSG-13']);
    // A bot that counts neither: the message before its end is taken for the cause.
    expect(violatedBy([...before, ended(1)])).toEqual(['AC-MSG-13']);
  });
});

describe('a refusal', () => {
  const purpose: CallPurpose = { kind: 'refusal', clause: 'AC-AUTH-3', description: 'no signature' };
  const answer = (status: number, body: string): CallEvent[] => [
    { kind: 'request', t: 0, head: 'GET / HTTP/1.1' },
    { kind: 'response', t: 5, head: `HTTP/1.1 ${status}`, status, body },
  ];

  test('passes with HTTP 401 and a reason', () => {
    expect(violatedBy(answer(401, 'no signature'), purpose)).toEqual([]);
    expect(passedBy(answer(401, 'no signature'), purpose)).toContain('AC-AUTH-3');
  });

  test('of a malformed signature may have another status or reason, but not be an error of the server or a lost connection', () => {
    const malformed: CallPurpose = { kind: 'refusal', clause: 'AC-SIG-12', description: '31 bytes' };
    const status = (code: number): CallEvent => ({
      kind: 'response',
      t: 5,
      head: 'HTTP/1.1',
      status: code,
      body: '',
    });
    const refused = received(10, 'disconnect', 1, 1, { reason: 'error', info: '' });
    for (const answer of [[status(401)], [status(403)], [...start, refused, end(20)]])
      expect(violatedBy(answer, malformed)).toEqual([]);
    for (const answer of [[status(500)], [...start, end(20, 'loss')]])
      expect(violatedBy(answer, malformed)).toEqual(['AC-SIG-12']);
  });

  test('as one call too many is no crash; wrong credentials excuse it only beside another call', () => {
    const signature: CallPurpose = { kind: 'refusal', clause: 'AC-SIG-12', description: '31 bytes' };
    const after: CallPurpose = {
      kind: 'acceptance',
      clause: 'AC-CONN-10',
      description: 'a call after a lost connection',
      mustOpen: true,
    };
    const expected = [
      [purpose, 'AC-AUTH-2'],
      [signature, 'AC-SIG-12'],
    ] as const;
    for (const status of [503, 429])
      for (const [one, broken] of expected) {
        const alone = record(answer(status, 'busy'), one);
        expect(evaluateCall({ ...alone, besideAnother: true })).toEqual([]);
        // Of a malformed signature, any 4xx is a refusal.
        const isRefusal = status === 429 && broken === 'AC-SIG-12';
        expect(violatedBy(alone.events, one)).toEqual(isRefusal ? [] : [broken]);
        expect(violatedBy(answer(status, 'busy'), after)).toEqual([]);
      }
    expect(violatedBy(answer(500, 'broken'), after)).toEqual(['AC-CONN-10']);
  });

  test('fails with another status, without a reason, with the secret, or if the call is opened', () => {
    expect(violatedBy(answer(403, 'no'), purpose)).toEqual(['AC-AUTH-2']);
    expect(violatedBy(answer(401, ''), purpose)).toEqual(['AC-AUTH-7']);
    expect(violatedBy(answer(401, 'expected the-secret'), purpose)).toEqual(['AC-AUTH-7']);
    expect(violatedBy([...start, opened], purpose)).toEqual(['AC-AUTH-3']);
  });
});

describe('an answer to `open` that is no `opened`', () => {
  const text = (t: number, message: string): CallEvent => ({ kind: 'message', t, dir: 'in', text: message });
  const hangUp = [sent(8000, 'close', 2, { reason: 'end' }), end(8300)];
  const openedText = (opened as Extract<CallEvent, { kind: 'message' }>).text;

  test.each([
    ['a JSON array', `[${openedText}]`],
    ['text with a byte order mark', `\ufeff${openedText}`],
    ['text that is not JSON', 'opened'],
  ])('and no JSON object breaks only AC-MSG-1: %s', (_, message) => {
    expect(violatedBy([...start, text(10, message), ...hangUp])).toEqual(['AC-MSG-1']);
  });

  test.each([
    ['another type', [text(10, openedText.replace('"opened"', '"Opened"'))], /; the bot sent \{.*"Opened"/],
    [
      'binary frames of JSON',
      [{ kind: 'audio', t: 10, dir: 'in', bytes: Buffer.from(openedText) } satisfies CallEvent],
      /; the bot sent a binary frame of \d+ bytes that starts like .*messages are text frames/,
    ],
  ])('is quoted with the missing answer: %s', (_, messages, shown) => {
    const [first] = evaluateCall(record([...start, ...messages, ...hangUp])).filter((one) => !one.passed);
    expect(first).toMatchObject({ clause: 'AC-OPEN-2', got: expect.stringMatching(shown) });
  });
});

describe('an error of an independent bot', () => {
  const sound = (t: number, bytes: Uint8Array): CallEvent => ({ kind: 'audio', t, dir: 'in', bytes });
  const speech = speechSound(2000);

  test('is a message in a binary frame: this is its only fault, however many frames of audio precede it', () => {
    const pong = received(1012, 'pong', 2, 2);
    const bytes = Buffer.from((pong as Extract<CallEvent, { kind: 'message' }>).text);
    const before = [opened, audio(100, 1600), audio(300, 1600), audio(500, 1600), audio(700, 1600)];
    const after = [received(2000, 'event', 3, 2, { entities: [] }), end(12_000)];
    const wrong = evaluateCall(
      record([...start, ...before, sent(1010, 'ping', 2), sound(1012, bytes), ...after]),
    ).filter(({ passed }) => !passed);
    expect(wrong).toMatchObject([
      { clause: 'AC-AUDIO-1', got: expect.stringMatching(/messages are text frames: \{.*"pong"/) },
    ]);
  });

  test('is a second pong to one ping: AC-PING-4, not AC-PING-2 for the next one', () => {
    const pongs = [received(1012, 'pong', 2, 2), sent(1013, 'ping', 3), received(1014, 'pong', 3, 2)];
    expect(violatedBy([...start, opened, sent(1010, 'ping', 2), ...pongs])).toEqual(['AC-PING-4']);
  });

  test('is PCM16 if µ-law was selected; µ-law speech and selected L16 pass', () => {
    const pcm = encodeL16(decodeMulaw(speech));
    expect(violatedBy([...start, opened, sound(100, pcm)])).toEqual(['AC-AUDIO-1']);
    expect(violatedBy([...start, opened, sound(100, speech)])).toEqual([]);
    const l16 = { ...PCMU_EXTERNAL, format: 'L16' as const };
    const offered = [...start.slice(0, 2), sent(6, 'open', 1, { media: [l16] })];
    const chosen = received(10, 'opened', 1, 1, { startPaused: false, media: [l16] });
    expect(violatedBy([...offered, chosen, sound(100, pcm)])).toEqual([]);
  });

  test('is a stream that continues after `barge_in`, even if a turn is reported right after it', () => {
    const mark: CallEvent = {
      kind: 'mark',
      t: 1600,
      expected: 'bargeIn',
      description: 'the caller speaks',
      durationMs: 1500,
    };
    const frames = (from: number, to: number) =>
      Array.from({ length: Math.floor((to - from) / 250) + 1 }, (_, at) =>
        sound(from + 250 * at, speech.subarray(0, 2000)),
      );
    const bargeIn = received(2100, 'event', 2, 1, { entities: [{ type: 'barge_in', data: {} }] });
    const before = [...start, opened, ...frames(500, 1500), mark, ...frames(1750, 2000), bargeIn];
    const turn = received(2101, 'event', 3, 1, {
      entities: [{ type: 'bot_turn_response', data: { disposition: 'match' } }],
    });
    expect(violatedBy([...before, turn, ...frames(2250, 4000), end(4100)])).toEqual(['AC-BARGE-3']);
    // Another turn, which starts immediately and has its own schedule.
    const next = [2120, 2130, 2380, 2630].map((t) => sound(t, speech.subarray(0, 2000)));
    expect(violatedBy([...before, turn, ...next, end(4100)])).toEqual([]);
  });

  test('is audio right after `barge_in` only while the caller speaks, not after a key', () => {
    const key: CallEvent = { kind: 'mark', t: 1600, expected: 'bargeIn', description: 'a key' };
    const bargeIn = received(1600, 'event', 2, 1, { entities: [{ type: 'barge_in', data: {} }] });
    const frames = (times: readonly number[]) => times.map((t) => sound(t, speech.subarray(0, 2000)));
    const playing = [...start, opened, ...frames([500, 750, 1000, 1250, 1500])];
    // Also if the next prompt happens to keep the schedule of the one before.
    for (const next of [frames([1600, 1850]), frames([1750, 2000])]) {
      expect(violatedBy([...playing, key, bargeIn, ...next, end(4100)])).toEqual([]);
      expect(violatedBy([...playing, { ...key, durationMs: 1500 }, bargeIn, ...next, end(4100)])).toEqual([
        'AC-BARGE-3',
      ]);
    }
  });

  test('is to refuse a call without inputs and open one with an input', () => {
    const purpose: CallPurpose = { kind: 'refusal', clause: 'AC-VAR-2', description: 'no inputs' };
    expect(violatedBy([...start, opened], purpose)).toEqual(['AC-VAR-2']);
    const refused = received(10, 'disconnect', 1, 1, { reason: 'error', info: 'not today' });
    expect(violatedBy([...start, refused], purpose)).toEqual([]);
  });

  test('is another name for `barge_in`; an additional entity passes', () => {
    const named = (seq: number, type: string) =>
      received(1000 + seq, 'event', seq, 1, { entities: [{ type, data: {} }] });
    expect(violatedBy([...start, opened, named(2, 'interruption')])).toEqual(['AC-BARGE-1']);
    expect(violatedBy([...start, opened, named(2, 'barge_in'), named(3, 'interruption')])).toEqual([]);
  });

  test('is to end every call because of a routine message, which is not attributed to the stimulus of another call', () => {
    const refused = (clientseq: number) =>
      received(1020, 'disconnect', 2, clientseq, { reason: 'error', info: 'KeyError' });
    const plain = record([...start, opened, sent(1010, 'ping', 2), refused(2)]);
    const mark: CallEvent = {
      kind: 'mark',
      t: 800,
      expected: 'tolerate',
      clause: 'AC-ERR-3',
      description: 'error 400',
    };
    const asked = record([...start, opened, mark, sent(810, 'error', 2), sent(1010, 'ping', 3), refused(3)]);
    const ids = (records: CallRecord[]) =>
      evaluateCalls(records).map((evidence) =>
        evidence.filter(({ passed }) => !passed).map(({ clause }) => clause),
      );
    expect(ids([plain, asked])).toEqual([['AC-PING-1'], []]);
    expect(ids([asked])).toEqual([['AC-ERR-3']]);
  });
});

describe('the audio of a bot in a call with two channels', () => {
  const offering = (media: object) => [...start.slice(0, 2), sent(6, 'open', 1, { media: [media] })];
  const choosing = (media: object) => received(10, 'opened', 1, 1, { startPaused: false, media: [media] });
  const channels = ['external', 'internal'];

  test.each([
    ['PCMU', 1601, []],
    ['L16', 3202, []],
    ['L16', 3203, ['AC-AUDIO-5']],
  ] as const)('has one channel: a frame of %s of %i bytes breaks %j', (format, bytes, broken) => {
    const media = { ...PCMU_EXTERNAL, format, channels };
    expect(violatedBy([...offering(media), choosing(media), audio(20, bytes)])).toEqual(broken);
  });

  test('lasts as long as with one', () => {
    const media = { ...PCMU_EXTERNAL, channels };
    const completed = (t: number) => received(t, 'disconnect', 2, 1, { reason: 'completed' });
    const playing = [...offering(media), choosing(media), audio(20, 16_000)];
    expect(violatedBy([...playing, completed(1100)])).toEqual(['AC-PLAY-4']);
    expect(violatedBy([...playing, completed(2000)])).toEqual([]);
  });
});

describe('the choice of media', () => {
  const both = { ...PCMU_EXTERNAL, channels: ['external', 'internal'] } as const;
  const internal = { ...PCMU_EXTERNAL, channels: ['internal'] } as const;
  const l16 = { ...PCMU_EXTERNAL, format: 'L16' } as const;
  const offers = [l16, both, internal, PCMU_EXTERNAL];
  const choosing = (chosen: object) =>
    evaluateCall(
      record([
        ...start.slice(0, 2),
        sent(6, 'open', 1, { media: offers }),
        received(10, 'opened', 1, 1, { startPaused: false, media: [chosen] }),
      ]),
    ).find(({ clause }) => clause === 'AC-MEDIA-4');

  test.each([both, internal, l16])(
    'is compared with the best offer, and not with any better one: %j',
    (chosen) => {
      expect(choosing(chosen)).toMatchObject({
        passed: false,
        got: expect.stringContaining('expected the offer PCMU with external:'),
      });
    },
  );

  test('passes with the best offer', () => {
    expect(choosing(PCMU_EXTERNAL)).toMatchObject({ passed: true });
  });
});

describe('the end of a call by the bot', () => {
  const ping = [sent(1010, 'ping', 2), received(1012, 'pong', 2, 2)];
  const failed = (t: number, clientseq: number) =>
    received(t, 'disconnect', 3, clientseq, { reason: 'error', info: 'unknown customer' });
  const violatedIn = (...calls: readonly (readonly CallEvent[])[]) =>
    evaluateCalls(calls.map((events) => record([...start, opened, ...events]))).map((evidence) =>
      evidence.filter(({ passed }) => !passed).map(({ clause }) => clause),
    );

  test('with an error is not blamed on a ping that it has answered', () => {
    expect(violatedIn([...ping, failed(1500, 2)])).toEqual([[]]);
    const unanswered = received(1015, 'disconnect', 2, 2, { reason: 'error', info: 'KeyError' });
    expect(violatedIn([sent(1010, 'ping', 2), unanswered])).toEqual([['AC-PING-1']]);
  });

  test('soon after `playback_started` is not blamed on this message if the bot went on after it in another call', () => {
    const started = sent(200, 'playback_started', 2);
    const refused = received(205, 'disconnect', 2, 2, { reason: 'error', info: 'no account' });
    const lived = [started, sent(1010, 'ping', 3), received(1012, 'pong', 2, 3)];
    expect(violatedIn([started, refused])).toEqual([['AC-MSG-12']]);
    expect(violatedIn([started, refused], lived)).toEqual([[], []]);
    expect(violatedIn([started, end(205, 'peer')], lived)).toEqual([['AC-DISC-4'], []]);
    // The bot may still answer what was sent with it, also after it has ended the call.
    const together = [
      started,
      sent(201, 'ping', 3),
      received(202, 'pong', 2, 3),
      received(205, 'disconnect', 3, 2, { reason: 'error', info: 'no account' }),
    ];
    const afterwards = [
      started,
      received(205, 'disconnect', 2, 2, { reason: 'error', info: 'no account' }),
      sent(1010, 'ping', 3),
      received(1012, 'pong', 3, 3),
    ];
    for (const call of [together, afterwards])
      expect(violatedIn([started, refused], call)[0]).toEqual(['AC-MSG-12']);
  });

  test('is not blamed on a message if the bot was asked to fail', () => {
    const events = [
      ...start,
      opened,
      sent(200, 'playback_started', 2),
      received(205, 'disconnect', 2, 2, { reason: 'error', info: 'no account' }),
    ];
    expect(
      evaluateCalls([{ ...record(events), scenario: 'failure' }])[0]?.filter((one) => !one.passed),
    ).toEqual([]);
  });

  test('without `disconnect` is reported even if a note explains it', () => {
    expect(violatedIn([sent(200, 'playback_started', 2), end(205, 'peer')])).toEqual([
      ['AC-MSG-12', 'AC-DISC-4'],
    ]);
  });
});
