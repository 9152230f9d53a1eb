import type { CallEvent } from '@hookline/client';
import {
  awaitExpectation,
  describeEventsSince,
  type ExpectationResult,
  isMeasurement,
  unmet,
} from '../live/await-expectation.js';
import { describeEnd, matchesEvent } from '../live/describe-event.js';
import type { LiveCall } from '../live/live-call.js';
import type { EventExpectation, Expectation } from '../scenario.js';

/** One expectation of a parallel step. */
export interface Branch {
  readonly expectation: Expectation;
  readonly optional: boolean;
  /** In milliseconds since dialling. */
  readonly deadlineMs: number;
  /** What the time is measured from, for messages. */
  readonly description: string;
}

/** An expectation that waits for an event of the order. */
interface Waiting extends Branch {
  readonly expectation: EventExpectation;
}

/**
 * Waits until all branches are met, whatever their order, and moves the cursor past the last event that met one.
 *
 * An event meets one branch only. Which one is not fixed until all are met: an event that two branches accept goes to the
 * one that no other event can meet. A measurement or a sound may meet several.
 *
 * @returns the result of the first branch that failed the step, if one did
 */
export async function runParallel(live: LiveCall, branches: readonly Branch[]): Promise<ExpectationResult> {
  const { log } = live;
  const from = log.cursor;
  // The time of each starts now, although a later one is checked only after those before it.
  const startMs = live.nowMs;
  const measuredFrom = new Map(live.measurementCursors);
  const measuredTo = new Map(live.measurementCursors);
  const soundsFromMs = live.nextSoundFromMs;
  let soundsToMs = soundsFromMs;
  const assigned = new Assignment(live, from);
  // An optional branch gets an event only if no other needs it.
  const ordered = [...branches].sort((a, b) => Number(a.optional) - Number(b.optional));
  for (const branch of ordered) {
    const { optional, expectation } = branch;
    let result: ExpectationResult;
    if (expectation.kind === 'event' && !isMeasurement(expectation)) {
      result = await assigned.await({ ...branch, expectation });
    } else {
      log.cursor = from;
      live.nextSoundFromMs = soundsFromMs;
      live.measurementCursors.clear();
      for (const [name, at] of measuredFrom) live.measurementCursors.set(name, at);
      result = await awaitExpectation(live, expectation, { ...branch, startMs });
      for (const [name, at] of live.measurementCursors)
        measuredTo.set(name, Math.max(at, measuredTo.get(name) ?? 0));
      soundsToMs = Math.max(soundsToMs, live.nextSoundFromMs);
    }
    if (!result.met && !optional) return result;
  }
  log.cursor = Math.max(from, assigned.end);
  live.nextSoundFromMs = soundsToMs;
  for (const [name, at] of measuredTo) live.measurementCursors.set(name, at);
  return { met: true };
}

/** Assigns to each branch an event of its own (a bipartite matching). */
class Assignment {
  readonly #live: LiveCall;
  readonly #from: number;
  /** The branch that each event meets, by the index of the event in the log. */
  readonly #branches = new Map<number, Waiting>();

  constructor(live: LiveCall, from: number) {
    this.#live = live;
    this.#from = from;
  }

  /** The index after the last event that meets a branch. */
  get end(): number {
    return Math.max(0, ...[...this.#branches.keys()].map((index) => index + 1));
  }

  /** Waits until this branch and all before it can have an event each. */
  async await(branch: Waiting): Promise<ExpectationResult> {
    const live = this.#live;
    let seen = -1;
    const assigned = await live.waitFor<boolean>(() => {
      const { length } = live.log.events;
      if (length !== seen && this.#assign(branch, new Set())) return true;
      seen = length;
      return live.result ? false : undefined;
    }, branch.deadlineMs);
    if (assigned) return { met: true };
    const { expectation } = branch;
    const taken = live.log.events.some((event, at) => at >= this.#from && meets(event, branch));
    const events = describeEventsSince(live, this.#from, expectation.name);
    const got = taken ? `only ${events}, for this and another expectation of the step` : events;
    // Without the end of the call, the bot would seem to be only late.
    const end = assigned === false && live.result ? `the call ${describeEnd(live.result)} before that; ` : '';
    return unmet(expectation, branch, `${end}${got}`);
  }

  /** Assigns an event to a branch; a branch that has it may move to another event. */
  #assign(branch: Waiting, tried: Set<number>): boolean {
    for (const [index, event] of this.#live.log.events.entries()) {
      if (index < this.#from || tried.has(index) || !meets(event, branch)) continue;
      tried.add(index);
      const other = this.#branches.get(index);
      if (other && !this.#assign(other, tried)) continue;
      this.#branches.set(index, branch);
      return true;
    }
    return false;
  }
}

function meets(event: CallEvent, { expectation, deadlineMs }: Waiting): boolean {
  return event.t <= deadlineMs && matchesEvent(event, expectation);
}
