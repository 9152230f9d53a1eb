import type { BotRecord } from './bot-record.js';
import type { CallLog } from './call-log.js';
import type { CallPlan } from './call-plan.js';
import type { CallerRecord } from './caller-record.js';
import type { Neighbour } from './neighbour.js';
import type { NetworkConditions } from './network-conditions.js';

/** What a simulated call left behind, for the invariants to judge. Times are those of the world; dialling is at 0. */
export interface Evidence {
  readonly plan: CallPlan;
  readonly network: NetworkConditions;
  readonly log: CallLog;
  readonly caller: CallerRecord;
  readonly bot: BotRecord;
  /** Another call of the same bot; undefined where there was none. */
  readonly neighbour: Neighbour | undefined;
  /** When both sides were gone; undefined when they never were. */
  readonly goneAtMs: number | undefined;
  /** Timers of the code under test right after both sides were gone, and after everything else had come to rest. */
  readonly pendingTimers: { readonly whenGone: number; readonly atTheEnd: number };
  /** Rejections that nobody saw, what callbacks of timers threw, and what else must not come to pass. */
  readonly stray: readonly string[];
}

/** Something that must hold; says what does not. */
export type Invariant = (evidence: Evidence) => readonly string[];
