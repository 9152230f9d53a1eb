import type { Clock } from '@hookline/runtime';

/** What a run of the command stands on: given in, so that nothing below reaches for the process. */
export interface Run {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Calls `listener` when the process is asked to stop. Returns what takes it back. */
  onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once, without tidying up. */
  exitNow(code: number): void;
}
