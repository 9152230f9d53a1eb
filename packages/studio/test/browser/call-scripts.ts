import type {
  BridgeMessage,
  CallOutcome,
  CallState,
  CheckResultMessage,
  Mark,
  Note,
  Row,
  StoredCall,
} from '../../src/messages.js';

export const CALL_ID = '2026-11-29-1100-0001';

export const state = (
  to: CallState,
  more: Partial<Extract<BridgeMessage, { type: 'state' }>> = {},
): BridgeMessage => ({ type: 'state', callId: CALL_ID, state: to, t: 0, onHold: false, ...more });

export const rowsOf = (rows: readonly Row[]): BridgeMessage => ({ type: 'rows', callId: CALL_ID, rows });

const OPENED = {
  version: '2',
  id: '2f6b0a9e-9b1c-4a53-8f1c-2d9cbb1f9f10',
  type: 'opened',
  seq: 1,
  clientseq: 1,
  parameters: {
    startPaused: false,
    media: [{ type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 }],
  },
};

/** A call with every kind of row: audio both ways, a key, a barge-in, a broken rule, outputs. */
export const ROWS: readonly Row[] = [
  {
    n: 0,
    t: 0,
    kind: 'request',
    dir: 'out',
    type: 'request',
    detail: 'GET /v1/book Upgrade key=ho*** signed',
    text: 'GET /v1/book HTTP/1.1\r\nHost: bots.example',
  },
  {
    n: 1,
    t: 31,
    kind: 'response',
    dir: 'in',
    type: 'response',
    detail: '101 Switching Protocols',
    note: '31 ms',
    text: 'HTTP/1.1 101 Switching Protocols',
  },
  {
    n: 2,
    t: 32,
    kind: 'message',
    dir: 'out',
    type: 'open',
    seq: '1',
    detail: 'PCMU 8k external inputs:1',
    text: '{"version":"2","type":"open","seq":1}',
  },
  {
    n: 3,
    t: 56,
    kind: 'message',
    dir: 'in',
    type: 'opened',
    seq: '1/1',
    detail: 'PCMU 8k external',
    note: '24 ms',
    text: JSON.stringify(OPENED),
  },
  {
    n: 4,
    t: 256,
    kind: 'audio',
    dir: 'out',
    type: 'audio',
    detail: '2.4 s in 12 frames',
    audio: { frames: 12, bytes: 19200, ms: 2400 },
  },
  {
    n: 5,
    t: 410,
    kind: 'audio',
    dir: 'in',
    type: 'audio',
    detail: '3.2 s in 16 frames',
    note: 'first audio 354 ms',
    audio: { frames: 16, bytes: 25600, ms: 3200 },
  },
  {
    n: 6,
    t: 411,
    kind: 'message',
    dir: 'out',
    type: 'playback_started',
    seq: '2',
    detail: '',
    text: '{"type":"playback_started"}',
  },
  { n: 7, t: 1056, kind: 'message', dir: 'out', type: 'ping', seq: '3', detail: '', text: '{"type":"ping"}' },
  {
    n: 8,
    t: 1059,
    kind: 'message',
    dir: 'in',
    type: 'pong',
    seq: '2/3',
    detail: '',
    note: '3 ms',
    text: '{"type":"pong"}',
  },
  {
    n: 9,
    t: 1980,
    kind: 'message',
    dir: 'out',
    type: 'dtmf',
    seq: '4',
    detail: '5',
    text: '{"type":"dtmf","parameters":{"digit":"5"}}',
  },
  {
    n: 10,
    t: 2490,
    kind: 'message',
    dir: 'in',
    type: 'event',
    seq: '3/4',
    detail: 'barge_in',
    text: '{"type":"event","parameters":{"entities":[{"type":"barge_in","data":{}}]}}',
  },
  {
    n: 11,
    t: 2491,
    kind: 'message',
    dir: 'out',
    type: 'playback_completed',
    seq: '5',
    detail: '2.08 s heard, 1.12 s dropped',
    text: '{"type":"playback_completed"}',
  },
  {
    n: 12,
    t: 3000,
    kind: 'violation',
    dir: 'none',
    type: 'violation',
    detail: 'AC-MSG-6  serverseq 6, expected 4',
    text: 'serverseq 6, expected 4',
    clause: 'AC-MSG-6',
    effect: 'Genesys Cloud ends the session with error 400.',
    fix: 'Count the messages of the server from 1, without a gap.',
    fatal: false,
  },
  {
    n: 13,
    t: 3200,
    kind: 'message',
    dir: 'in',
    type: 'event',
    seq: '4/5',
    detail: 'bot_turn_response',
    text: '{"type":"event","parameters":{}}',
    fault: 'parameters.entities is missing',
  },
  {
    n: 14,
    t: 6902,
    kind: 'message',
    dir: 'in',
    type: 'disconnect',
    seq: '5/5',
    detail: 'completed outputs: reservationId=R-17',
    text: '{"type":"disconnect","parameters":{"reason":"completed","outputVariables":{"reservationId":"R-17"}}}',
  },
  {
    n: 15,
    t: 6904,
    kind: 'message',
    dir: 'out',
    type: 'close',
    seq: '6',
    detail: 'disconnect',
    text: '{"type":"close"}',
  },
  {
    n: 16,
    t: 6907,
    kind: 'message',
    dir: 'in',
    type: 'closed',
    seq: '6/6',
    detail: '',
    note: '3 ms',
    text: '{"type":"closed"}',
  },
  { n: 17, t: 6910, kind: 'end', dir: 'none', type: 'end', detail: 'connection closed by the client 1000' },
];

export const MARKS: readonly Mark[] = [
  { kind: 'playback', n: 0, from: 411, to: 2491, heardMs: 2080, cutMs: 1120, ended: 'bargeIn', underruns: 0 },
  { kind: 'key', t: 1980, digit: '5' },
  { kind: 'bargeIn', t: 2490 },
  {
    kind: 'playback',
    n: 1,
    from: 3900,
    to: 6300,
    heardMs: 2400,
    ended: 'completed',
    replyMs: 640,
    underruns: 1,
  },
];

/** Three more turns, for the histogram of reply times. */
export const REPLIES: readonly BridgeMessage[] = [720, 810, 1300].map((replyMs, i) => ({
  type: 'mark',
  callId: CALL_ID,
  mark: {
    kind: 'playback',
    n: 2 + i,
    from: 6400 + 100 * i,
    to: 6450 + 100 * i,
    heardMs: 50,
    replyMs,
    underruns: 0,
  },
}));

export const NOTES: readonly Note[] = [
  {
    message: 'The audio of the bot is choppy: 3 gaps of 20 ms or more.',
    t: 4200,
    count: 1,
    clause: 'AC-OUT-4',
    effect: 'The caller hears gaps within words.',
    fix: 'Send audio ahead of real time, up to the limit on frames.',
  },
];

/** Peaks that resemble speech, with words of some 300 ms. */
function speech(buckets: number, from: number, to: number): number[] {
  return Array.from({ length: buckets }, (_, i) => {
    if (i < from || i > to) return 0;
    const word = Math.abs(Math.sin((i - from) / 9)) * 0.7 + Math.abs(Math.sin((i - from) / 2.3)) * 0.3;
    return Math.round(word * 130);
  });
}

const BUCKETS = 345;
const LANES = {
  t: 56,
  bucketMs: 20,
  caller: speech(BUCKETS, 100, 165),
  bot: speech(BUCKETS, 18, 121).map((peak, i) => Math.max(peak, speech(BUCKETS, 192, 312)[i] ?? 0)),
};

const FIGURES = {
  missing: [],
  undeclared: [],
  discardedOutputs: {},
  durationMs: 6910,
  heardMs: 4480,
  flushedMs: 1120,
  cutMs: 0,
  underruns: 1,
  bargeIns: 1,
  callerLateMs: 0,
  micDroppedMs: 0,
  keys: '5',
  connectMs: 31,
  openedMs: 24,
  firstAudioMs: 354,
  rttMs: 3,
  replyMs: [640],
  notes: NOTES,
} as const;

export const SUCCESS: CallOutcome = {
  ...FIGURES,
  path: 'success',
  outputs: { reservationId: 'R-17', partySize: '2' },
  architect: 'The flow takes the Success path of Call Audio Connector.',
};

export const FAILURE: CallOutcome = {
  ...FIGURES,
  path: 'failure',
  outputs: {},
  errorType: 'NoResourceError',
  errorMessage: 'The bot refused the credentials of the integration. HTTP 401: signature is wrong.',
  cause: 'unauthorized',
  clause: 'AC-AUTH-1',
  effect: 'Genesys Cloud does not open the session.',
  fix: 'Enter the client secret that the bot has for this API key.',
  status: 401,
  row: 1,
  architect: 'The flow takes the Failure path of Call Audio Connector.',
  nextStep: 'Compare the client secret with the one that the bot has.',
};

export const ENTRY = {
  id: CALL_ID,
  started: '2026-11-29T11:00:00.000Z',
  url: 'wss://bots.example/v1/book',
  durationMs: 6910,
  path: 'success',
  vantage: 'client',
  origin: 'studio',
} as const;

export const KEPT: StoredCall = {
  entry: ENTRY,
  rows: ROWS.length,
  lanes: LANES,
  marks: MARKS,
  turns: [{ t: 3200, disposition: 'match', text: 'A table for two, tomorrow at eight.' }],
  outcome: SUCCESS,
  facts: [],
  wavOffsetMs: 0,
  truncated: false,
};

/** The messages of the bridge up to the end of the call. */
export const LIVE: readonly BridgeMessage[] = [
  state('dialing'),
  state('opening', { t: 32 }),
  state('connected', { t: 56, openedAtMs: 56, activity: 'bot-speaking' }),
  rowsOf(ROWS.slice(0, 14)),
  { type: 'lanes', callId: CALL_ID, ...LANES },
  ...MARKS.map((mark): BridgeMessage => ({ type: 'mark', callId: CALL_ID, mark })),
  {
    type: 'turn',
    callId: CALL_ID,
    t: 3200,
    disposition: 'match',
    text: 'A table for two, tomorrow at eight.',
  },
  ...NOTES.map((note): BridgeMessage => ({ type: 'note', callId: CALL_ID, ...note })),
];

/** The messages at the end of the call. */
export const ended = (outcome: CallOutcome): readonly BridgeMessage[] => [
  rowsOf(ROWS.slice(14)),
  { type: 'result', callId: CALL_ID, outcome },
  state('ended', { t: 6910 }),
];

/** The result of a run of the checks: one rule failed, one passed, one inconclusive. */
export const CHECKED: CheckResultMessage = {
  type: 'check-result',
  url: 'ws://localhost:8080',
  ok: false,
  durationMs: 8100,
  calls: 12,
  counts: { pass: 1, fail: 1, warn: 0, note: 0, inconclusive: 1, blocked: 0, 'not-applicable': 0 },
  clauses: [
    {
      id: 'AC-OPEN-3',
      area: 'OPEN',
      level: 'MUST',
      basis: 'sample',
      sentence: 'The server answers open with opened within 5 s.',
      outcome: 'fail',
      got: 'opened arrived 7 s after open.',
      effect: 'Genesys Cloud ends the call.',
      fix: 'Answer open before anything that can take long.',
      traceId: CALL_ID,
      row: 3,
    },
    {
      id: 'AC-PING-2',
      area: 'PING',
      level: 'MUST',
      basis: 'sample',
      sentence: 'The server answers each ping with pong.',
      outcome: 'pass',
    },
    {
      id: 'AC-PING-3',
      area: 'PING',
      level: 'SHOULD',
      basis: 'assumed',
      sentence: 'The server does not ping.',
      outcome: 'inconclusive',
      reason: 'no scenario saw it',
    },
  ],
  unseenAreas: [],
  stopped: false,
};

/** Silence as a WAV file: 8 kHz, mono, 16 bits. */
export function silentWav(ms: number): Uint8Array {
  const bytes = Buffer.alloc(44 + ms * 16);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(8000, 24);
  bytes.writeUInt32LE(16_000, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(ms * 16, 40);
  return bytes;
}
