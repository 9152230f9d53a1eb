import type { WireSink } from '@hookline/protocol';
import type { CallLog } from './call-log.js';
import type { CallerRecord } from './caller-record.js';
import type { LinkObserver } from './link.js';
import type { Random } from './random.js';
import type { Trace } from './trace.js';
import type { World } from './world.js';

/** A sink that is to throw does so after this many events at most. */
const MOST_EVENTS = 20;

/** Writes what passes on a link into the log and the trace. */
export function observeLink(world: World, log: CallLog, trace: Trace): LinkObserver {
  return {
    sent(direction, load) {
      trace.add(world.nowMs, direction === 'up' ? 'client >' : '< server', load);
      const entry = log.passed(load, world.nowMs);
      if (entry) log.sent[direction].push(entry);
    },
    arrived(direction, load) {
      trace.add(world.nowMs, direction === 'up' ? '> server' : 'client <', load);
      const entry = log.passed(load, world.nowMs);
      if (entry) log.arrived[direction].push(entry);
    },
    fault(fault) {
      trace.add(world.nowMs, 'network', fault.what);
    },
  };
}

/**
 * A sink for one side that writes what it is told into the log.
 *
 * @param throws - the choices of a sink that throws at some moment; undefined for one that does not
 */
export function observeSide(
  side: 'client' | 'server',
  world: World,
  log: CallLog,
  caller: CallerRecord,
  throws: Random | undefined,
): WireSink {
  let eventsLeft = throws ? throws.integer(0, MOST_EVENTS) : Number.POSITIVE_INFINITY;
  const passed = (kind: string) => {
    if (eventsLeft-- <= 0) throw new Error(`the sink of the ${side} throws`);
    // What a side makes of the end may follow it; nothing can pass any more.
    const passes = kind === 'message' || kind === 'audio';
    if (passes && log.reportedEnds[side] > 0) log.reportedAfterEnd.push(`${side}: ${kind}`);
  };
  return {
    event(event) {
      passed(event.kind);
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
      passed('audio');
      const heard = { atMs: world.nowMs, dir, type: 'audio', bytes: bytes.length, message: undefined };
      log.reported[side].push(bytes[0] === undefined ? heard : { ...heard, mark: bytes[0] });
    },
    ...(side === 'client' ? { heard: (_t: number, bytes: Uint8Array) => caller.hear(bytes) } : {}),
  };
}
