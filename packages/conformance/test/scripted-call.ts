import { PCMU_EXTERNAL } from '@hookline/protocol';
import type { CallEvent } from '../src/record/call-event.js';
import type { CallPurpose, CallRecord } from '../src/record/call-record.js';
import { PLATFORM_DEADLINES } from '../src/record/deadlines.js';

const ID = '30b0e395-84d3-4570-ac13-9a62d8f514c0';

export const sent = (t: number, type: string, seq: number, parameters: object = {}): CallEvent => ({
  kind: 'message',
  t,
  dir: 'out',
  text: JSON.stringify({ type, version: '2', id: ID, seq, serverseq: 0, position: 'PT0.0S', parameters }),
});
export const received = (
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
export const audio = (t: number, bytes: number): CallEvent => ({
  kind: 'audio',
  t,
  dir: 'in',
  bytes: new Uint8Array(bytes).fill(0xff),
});
export const end = (t: number, by: 'self' | 'peer' | 'loss' = 'self'): CallEvent => ({
  kind: 'end',
  t,
  by,
  code: by === 'loss' ? 1006 : 1000,
  reason: '',
});

export const start: readonly CallEvent[] = [
  { kind: 'request', t: 0, head: 'GET / HTTP/1.1' },
  {
    kind: 'response',
    t: 5,
    head: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket',
    status: 101,
    body: '',
  },
  sent(6, 'open', 1, { media: [PCMU_EXTERNAL] }),
];
export const opened = received(10, 'opened', 1, 1, { startPaused: false, media: [PCMU_EXTERNAL] });

export const record = (
  events: readonly CallEvent[],
  purpose: CallPurpose = { kind: 'call' },
): CallRecord => ({
  scenario: 'test',
  call: 'test',
  purpose,
  url: 'ws://localhost/',
  startedMs: 0,
  besideAnother: false,
  deadlines: PLATFORM_DEADLINES,
  publicTrust: true,
  secrets: ['the-secret'],
  events,
});
