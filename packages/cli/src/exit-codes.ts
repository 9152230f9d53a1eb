import { HooklineError } from '@hookline/runtime';

/** The exit codes of the command; README.md describes them. */
export const EXIT = {
  success: 0,
  expectationFailed: 1,
  usage: 2,
  unauthorized: 3,
  unreachable: 4,
  failurePath: 5,
  protocolViolation: 6,
  tooSlow: 7,
  internal: 8,
  interrupted: 130,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The `code` of a `HooklineError` that the command throws. */
export type CliErrorCode =
  /** The command line is not valid. */
  | 'CLI_USAGE'
  /** The server of `check --start` did not start. */
  | 'CLI_START'
  /** A line of `call --stdin` is not a valid command. */
  | 'CLI_COMMAND'
  /** `record` cannot listen on its port. */
  | 'CLI_LISTEN'
  /** `--cert` and `--key` of `record` cannot be used. */
  | 'CLI_TLS';

/** The command line is not valid. Exit code 2; no connection was made. */
export class UsageError extends HooklineError<CliErrorCode> {
  static override get name(): string {
    return 'UsageError';
  }

  constructor(message: string) {
    super('CLI_USAGE', message, { isUsage: true });
  }
}
