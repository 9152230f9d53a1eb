import { SAMPLES_PER_MS, sampleBytes } from '@hookline/audio';
import { durationToMs, MAX_BOT_FRAME_BYTES } from '@hookline/protocol';
import type { WireEntry } from '../call-log.js';
import type { Evidence } from '../evidence.js';

/** What the server may send after `disconnect`: AC-DISC-2. */
const AFTER_DISCONNECT: ReadonlySet<string> = new Set(['pong', 'closed']);
/** What the client may send after `close`: AC-CLOSE-7. */
const AFTER_CLOSE: ReadonlySet<string> = new Set(['error']);

/** Each side sends its messages in the specified order, whatever the other side does. (AC-MSG-6, AC-OPEN-1, AC-DISC-2, AC-CLOSE-3) */
export function wireOrder(evidence: Evidence): string[] {
  const { up, down } = evidence.log.sent;
  return [
    ...checkSequence('client', up),
    ...checkSequence('server', down),
    ...serverOrder(evidence),
    ...clientOrder(evidence),
  ];
}

function checkSequence(side: string, sent: readonly WireEntry[]): string[] {
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
  const violations: string[] = [];
  const seen = new Set<string>();
  for (const { type, bytes } of log.sent.down) {
    if (seen.has('closed')) violations.push(`the server sent ${type} after closed`);
    else if (seen.has('disconnect') && !AFTER_DISCONNECT.has(type)) {
      violations.push(`the server sent ${type} after disconnect`);
    }
    if (type === 'audio') {
      if (!seen.has('opened')) violations.push('the server sent audio before opened');
      const whole = plan.format === 'PCMU' || bytes % 2 === 0;
      if (bytes === 0 || bytes > MAX_BOT_FRAME_BYTES || !whole)
        violations.push(`the server sent a frame of ${bytes} bytes`);
    }
    if ((type === 'opened' || type === 'disconnect') && seen.has(type)) {
      violations.push(`the server sent a second ${type}`);
    }
    seen.add(type);
  }
  return violations;
}

function clientOrder({ log, plan }: Evidence): string[] {
  const violations: string[] = [];
  const openedAtMs = log.arrived.down.find(({ type }) => type === 'opened')?.atMs ?? Number.POSITIVE_INFINITY;
  const frameBytes = plan.frameMs * SAMPLES_PER_MS * sampleBytes(plan.format);
  let paused = false;
  let closing = false;
  let positionMs = 0;
  for (const [index, { atMs, type, bytes, message }] of log.sent.up.entries()) {
    if ((index === 0) !== (type === 'open')) violations.push(`message ${index} of the client is ${type}`);
    if (closing && !AFTER_CLOSE.has(type)) violations.push(`the client sent ${type} after close`);
    if (type === 'audio') {
      if (atMs < openedAtMs) violations.push('the client sent audio before opened');
      if (paused) violations.push('the client sent audio while paused');
      if (bytes !== frameBytes)
        violations.push(`the client sent a frame of ${bytes} bytes; expected ${frameBytes}`);
      continue;
    }
    paused = type === 'paused' || (paused && type !== 'resumed');
    closing ||= type === 'close';
    const reportedMs = typeof message?.position === 'string' ? durationToMs(message.position) : undefined;
    if (reportedMs === undefined || reportedMs < positionMs)
      violations.push(`the client sent position ${message?.position} after ${positionMs} ms`);
    positionMs = reportedMs ?? positionMs;
  }
  return violations;
}
