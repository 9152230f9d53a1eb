import type { BotRecord } from './bot-record.js';
import type { CallLog } from './call-log.js';
import type { CallPlan } from './call-plan.js';
import type { CallerRecord } from './caller-record.js';
import type { ConcurrentCall } from './concurrent-call.js';
import type { NetworkConditions } from './network-conditions.js';

/** What happened in a simulated call, for the invariants. Times are virtual, in milliseconds since dialling. */
export interface Evidence {
  readonly plan: CallPlan;
  readonly network: NetworkConditions;
  readonly log: CallLog;
  readonly caller: CallerRecord;
  readonly bot: BotRecord;
  /** Another call of the same bot; undefined if there was none. */
  readonly concurrentCall: ConcurrentCall | undefined;
  /** When both sides had closed; undefined if they never did. */
  readonly bothClosedAtMs: number | undefined;
  /** The number of pending timers of the code under test, after both sides closed and at the end of the simulation. */
  readonly pendingTimers: { readonly afterClose: number; readonly atEnd: number };
  /** Unhandled rejections, errors thrown by timer callbacks, and everything else that must not happen. */
  readonly unexpectedErrors: readonly string[];
}

/** Checks a call; returns a sentence for each violation. */
export type Invariant = (evidence: Evidence) => readonly string[];
