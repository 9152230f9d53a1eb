import type { CallResult } from '@hookline/client';

/** What a simulated call came to. */
export interface SimulationReport {
  readonly seed: number;
  /** What must hold and did not, one sentence each; empty when all is well. */
  readonly violations: readonly string[];
  /** Undefined when there was none, which is a violation. */
  readonly result: CallResult | undefined;
  /** Whether nothing but latency befell the call. */
  readonly faultFree: boolean;
  /** How long the call and its aftermath took, in milliseconds of its own time. */
  readonly virtualMs: number;
  /** What happened, a line for each message and each fault. */
  trace(): readonly string[];
}

/** The command that repeats the call of a seed. */
export function repeatCommand(seed: number): string {
  return `npm run simulate -- --seed ${seed}`;
}
