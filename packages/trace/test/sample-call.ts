import type { AudioRun, WireEvent, WireSink } from '@hookline/protocol';
import type { TraceHeader } from '../src/index.js';

type SampleEvent = Exclude<WireEvent, AudioRun>;

export const SESSION = '30b0e395-84d3-4570-ac13-9a62d8f514c0';
export const MEDIA = { type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 } as const;
export const API_KEY = 'demo-key-7Q2';
export const SIGNATURE = 'NZBwyBHRRyRoeLqy1IzOa9VYBuI8TgMFt2GRDkDuJh4=';
export const NONCE = 'VGhpc0lzQVVuaXF1ZU5vbmNl';

/** The text of a client message. */
export function fromClient(type: string, seq: number, serverseq: number, parameters: object = {}): string {
  return JSON.stringify({ version: '2', id: SESSION, type, seq, serverseq, position: 'PT0S', parameters });
}

/** The text of a server message. */
export function fromServer(type: string, seq: number, clientseq: number, parameters: object = {}): string {
  return JSON.stringify({ version: '2', id: SESSION, type, seq, clientseq, parameters });
}

/** Events as a client reports them, or with reversed directions as a server reports them. */
export function eventBuilders(vantage: 'client' | 'server') {
  const [sent, received] = vantage === 'client' ? (['out', 'in'] as const) : (['in', 'out'] as const);
  return {
    callerDir: sent,
    botDir: received,
    client: (
      t: number,
      type: string,
      seq: number,
      serverseq: number,
      parameters: object = {},
    ): SampleEvent => ({
      kind: 'message',
      t,
      dir: sent,
      type,
      text: fromClient(type, seq, serverseq, parameters),
    }),
    server: (
      t: number,
      type: string,
      seq: number,
      clientseq: number,
      parameters: object = {},
    ): SampleEvent => ({
      kind: 'message',
      t,
      dir: received,
      type,
      text: fromServer(type, seq, clientseq, parameters),
    }),
  };
}

export const openParameters = {
  organizationId: 'd7934305-0972-4844-938e-9060eef73d05',
  conversationId: SESSION,
  participant: { id: SESSION, ani: '+15550001', aniName: 'Ann', dnis: '+18000002' },
  media: [MEDIA],
  inputVariables: { customerId: '42' },
};

export const requestHead = [
  'GET /book HTTP/1.1',
  'Host: localhost:8080',
  'Upgrade: websocket',
  `X-API-KEY: ${API_KEY}`,
  `Signature-Input: sig1=("@request-target" "x-api-key");keyid="${API_KEY}";nonce="${NONCE}";alg="hmac-sha256"`,
  `Signature: sig1=:${SIGNATURE}:`,
  '',
  '',
].join('\r\n');

/** The header of the trace of such a call. */
export const sampleHeader = (vantage: TraceHeader['vantage']): TraceHeader => ({
  format: 'hookline-trace',
  schemaVersion: 1,
  vantage,
  started: '2026-11-22T11:50:00.000Z',
  url: 'ws://localhost:8080/book',
  codec: 'PCMU',
  rate: 8000,
  channels: ['external'],
  redactions: [],
});

/** Reports a short call with a barge-in and outputs. */
export function reportSampleCall(sink: WireSink, vantage: 'client' | 'server'): void {
  const { callerDir, botDir, client, server } = eventBuilders(vantage);
  const frame = new Uint8Array(1600).fill(0xff);
  sink.event({ kind: 'request', t: 0, dir: callerDir, head: requestHead });
  const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
  sink.event({ kind: 'response', t: 6, dir: botDir, status: 101, head });
  sink.event(client(7, 'open', 1, 0, openParameters));
  sink.event(server(31, 'opened', 1, 1, { media: [MEDIA], startPaused: false }));
  sink.audio?.(callerDir, 231, frame);
  for (let k = 0; k < 12; k++) sink.audio?.(botDir, 410 + k / 10, frame);
  sink.event(client(411.2, 'playback_started', 2, 1));
  sink.audio?.(callerDir, 431, frame);
  sink.event(client(1000, 'ping', 3, 1));
  sink.event(server(1002, 'pong', 2, 3));
  sink.event(server(1498, 'event', 3, 3, { entities: [{ type: 'barge_in', data: {} }] }));
  if (vantage === 'client') {
    sink.event({ kind: 'playback', t: 1499, heardMs: 1090, droppedMs: 1310, ended: 'bargeIn' });
  }
  sink.event(client(1499, 'playback_completed', 4, 3));
  sink.event(client(2500, 'dtmf', 5, 3, { digit: '#' }));
  sink.event({ kind: 'violation', t: 3000, clause: 'AC-MSG-6', text: 'seq 6, expected 4', fatal: false });
  const outputVariables = { reservationId: 'R-17' };
  sink.event(server(4902, 'disconnect', 4, 5, { reason: 'completed', outputVariables }));
  sink.event(client(4904, 'close', 6, 4, { reason: 'disconnect' }));
  sink.event(server(4907, 'closed', 5, 6));
  sink.event({ kind: 'end', t: 4910, by: vantage === 'client' ? 'self' : 'peer', code: 1000, reason: '' });
}
