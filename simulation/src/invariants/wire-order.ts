import { SAMPLES_PER_MS, sampleBytes } from '@hookline/audio';
import { durationToMs, MAX_BOT_FRAME_BYTES } from '@hookline/protocol';
import type { Passed } from '../call-log.js';
import type { Evidence } from '../evidence.js';

/** What the server may send when `disconnect` is out: AC-DISC-2. */
const AFTER_DISCONNECT: ReadonlySet<string> = new Set(['pong', 'closed']);
/** What the client may send when `close` is out: AC-CLOSE-7. */
const AFTER_CLOSE: ReadonlySet<string> = new Set(['error']);

/** Each side keeps the order of the wire in what it sends, whatever the other does. (AC-MSG-6, AC-OPEN-1, AC-DISC-2, AC-CLOSE-3) */
export function wireOrder(evidence: Evidence): string[] {
  const { up, down } = evidence.log.sent;
  return [
    ...countsUp('client', up),
    ...countsUp('server', down),
    ...serverOrder(evidence),
    ...clientOrder(evidence),
  ];
}

function countsUp(side: string, sent: readonly Passed[]): string[] {
  let expected = 1;
  for (const { type, message } of sent) {
    if (type === 'audio') continue;
    if (message?.seq !== expected)
      return [`the ${side} sent ${type} with seq ${message?.seq}; expected ${expected}`];
    expected += 1;
  }
  return [];
}

function serverOrder({ log, plan }: Evidence): string[] {
  const broken: string[] = [];
  const seen = new Set<string>();
  for (const { type, bytes } of log.sent.down) {
    if (seen.has('closed')) broken.push(`the server sent ${type} after closed`);
    else if (seen.has('disconnect') && !AFTER_DISCONNECT.has(type)) {
      broken.push(`the server sent ${type} after disconnect`);
    }
    if (type === 'audio') {
      if (!seen.has('opened')) broken.push('the server sent audio before opened');
      const whole = plan.format === 'PCMU' || bytes % 2 === 0;
      if (bytes === 0 || bytes > MAX_BOT_FRAME_BYTES || !whole)
        broken.push(`the server sent a frame of ${bytes} bytes`);
    }
    if ((type === 'opened' || type === 'disconnect') && seen.has(type)) {
      broken.push(`the server sent a second ${type}`);
    }
    seen.add(type);
  }
  return broken;
}

function clientOrder({ log, plan }: Evidence): string[] {
  const broken: string[] = [];
  const openedAtMs = log.arrived.down.find(({ type }) => type === 'opened')?.atMs ?? Number.POSITIVE_INFINITY;
  const frameBytes = plan.frameMs * SAMPLES_PER_MS * sampleBytes(plan.format);
  let paused = false;
  let closing = false;
  let positionMs = 0;
  for (const [index, { atMs, type, bytes, message }] of log.sent.up.entries()) {
    if ((index === 0) !== (type === 'open')) broken.push(`message ${index} of the client is ${type}`);
    if (closing && !AFTER_CLOSE.has(type)) broken.push(`the client sent ${type} after close`);
    if (type === 'audio') {
      if (atMs < openedAtMs) broken.push('the client sent audio before opened');
      if (paused) broken.push('the client sent audio while paused');
      if (bytes !== frameBytes)
        broken.push(`the client sent a frame of ${bytes} bytes; expected ${frameBytes}`);
      continue;
    }
    paused = type === 'paused' || (paused && type !== 'resumed');
    closing ||= type === 'close';
    const at = typeof message?.position === 'string' ? durationToMs(message.position) : undefined;
    if (at === undefined || at < positionMs)
      broken.push(`the client is at ${message?.position} after ${positionMs} ms`);
    positionMs = at ?? positionMs;
  }
  return broken;
}
