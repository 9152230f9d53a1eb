import type { Clock } from '@hookline/runtime';
import type { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };

/** The version of the command. */
export const version: string = manifest.version;

/** What the command works with: passed in, so that nothing below uses the process itself. */
export interface CliContext {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What `call --stdin` reads. */
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Calls `listener` when the process is asked to stop. Returns an unsubscribe function. */
  onInterrupt(listener: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once, without tidying up. */
  exitNow(code: number): void;
}

/** A verb of the command: adds itself to the program and reports the exit code when it runs. */
export type Verb = (program: Command, context: CliContext, exit: (code: number) => void) => void;
