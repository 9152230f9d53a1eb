import type { CallResult } from '@hookline/client';

/** The outcome of a simulated call. */
export interface SimulationReport {
  readonly seed: number;
  /** The violated invariants, one sentence each; empty if all held. */
  readonly violations: readonly string[];
  /** Undefined if the call had no result, which is a violation. */
  readonly result: CallResult | undefined;
  /** Whether the network had only latency and jitter. */
  readonly faultFree: boolean;
  /** The duration until both sides had closed, in milliseconds of virtual time. */
  readonly virtualMs: number;
  /** The log of the call, with a line for each message and each fault. */
  trace(): readonly string[];
}

/** The command that repeats the call of a seed. */
export function repeatCommand(seed: number): string {
  return `npm run simulate -- --seed ${seed}`;
}
