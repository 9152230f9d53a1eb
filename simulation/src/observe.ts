import type { WireSink } from '@hookline/protocol';
import type { CallLog } from './call-log.js';
import type { CallerRecord } from './caller-record.js';
import type { LinkObserver } from './link.js';
import type { Random } from './random.js';
import type { Trace } from './trace.js';
import type { World } from './world.js';

/** A throwing sink throws after at most this many events. */
const MAX_EVENTS = 20;

/** Returns an observer that writes the traffic of a link to the log and the trace. */
export function observeLink(world: World, log: CallLog, trace: Trace): LinkObserver {
  return {
    sent(direction, packet) {
      trace.add(world.nowMs, direction === 'up' ? 'client >' : '< server', packet);
      const entry = log.toEntry(packet, world.nowMs);
      if (entry) log.sent[direction].push(entry);
    },
    arrived(direction, packet) {
      trace.add(world.nowMs, direction === 'up' ? '> server' : 'client <', packet);
      const entry = log.toEntry(packet, world.nowMs);
      if (entry) log.arrived[direction].push(entry);
    },
    fault(fault) {
      trace.add(world.nowMs, 'network', fault.what);
    },
  };
}

/**
 * Returns a sink for one side that writes reported events to the log.
 *
 * @param throws - the generator for a sink that throws at a random event; undefined for a sink that never throws
 */
export function observeSide(
  side: 'client' | 'server',
  world: World,
  log: CallLog,
  caller: CallerRecord,
  throws: Random | undefined,
): WireSink {
  let eventsLeft = throws ? throws.integer(0, MAX_EVENTS) : Number.POSITIVE_INFINITY;
  const countEvent = (kind: string) => {
    if (eventsLeft-- <= 0) throw new Error(`the sink of the ${side} throws`);
    // Other events may follow the end of the connection, but no traffic.
    const isTransmission = kind === 'message' || kind === 'audio';
    if (isTransmission && log.reportedEnds[side] > 0) log.reportedAfterEnd.push(`${side}: ${kind}`);
  };
  return {
    event(event) {
      countEvent(event.kind);
      if (event.kind === 'end') log.reportedEnds[side] += 1;
      if (event.kind !== 'message') return;
      const message = log.read(event.text);
      log.reported[side].push({
        atMs: world.nowMs,
        dir: event.dir,
        type: event.type ?? '?',
        bytes: 0,
        message,
      });
    },
    audio(dir, _t, bytes) {
      countEvent('audio');
      const heard = { atMs: world.nowMs, dir, type: 'audio', bytes: bytes.length, message: undefined };
      log.reported[side].push(bytes[0] === undefined ? heard : { ...heard, mark: bytes[0] });
    },
    ...(side === 'client' ? { heard: (_t: number, bytes: Uint8Array) => caller.recordHeard(bytes) } : {}),
  };
}
