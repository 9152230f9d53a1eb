import type { Clock } from '@hookline/runtime';
import type { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };

/** The version of the command. */
export const version: string = manifest.version;

/** The environment that the command runs in. No other module of the command uses `process` for these. */
export interface CliContext {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The input of `call --stdin`. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Calls `listener` on each SIGINT and SIGTERM, and on the first SIGHUP. Returns an unsubscribe function. */
  onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void;
  /** Exits immediately, without cleanup. */
  exitNow(code: number): void;
}

/** Adds a verb to the program. The verb calls `exit` with its exit code; without a call the code is 0. */
export type Verb = (program: Command, context: CliContext, exit: (code: number) => void) => void;
