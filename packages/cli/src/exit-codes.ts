import type { Cause } from '@hookline/client';
import { HooklineError } from '@hookline/runtime';

/** The exit codes of the command. */
export const EXIT = {
  success: 0,
  expectationFailed: 1,
  usage: 2,
  unauthorized: 3,
  unreachable: 4,
  failurePath: 5,
  protocolBroken: 6,
  behind: 7,
  internal: 8,
  interrupted: 130,
} as const;

// DECISIONS.md #27
/** The exit code of a call that took the failure path, by its cause. */
export const EXIT_OF_CAUSE: Readonly<Record<Cause, number>> = {
  'invalid-action': EXIT.usage,
  unauthorized: EXIT.unauthorized,
  dns: EXIT.unreachable,
  refused: EXIT.unreachable,
  tls: EXIT.unreachable,
  'upgrade-timeout': EXIT.unreachable,
  'http-status': EXIT.unreachable,
  'bad-upgrade': EXIT.unreachable,
  redirect: EXIT.unreachable,
  'bot-error': EXIT.failurePath,
  'connection-lost': EXIT.failurePath,
  'max-duration': EXIT.failurePath,
  'integration-disabled': EXIT.failurePath,
  'feature-not-enabled': EXIT.failurePath,
  'open-timeout': EXIT.protocolBroken,
  'bad-opened': EXIT.protocolBroken,
  'protocol-violation': EXIT.protocolBroken,
  'pong-timeout': EXIT.protocolBroken,
  'rate-limited': EXIT.protocolBroken,
  'buffer-overflow': EXIT.protocolBroken,
  'caller-source': EXIT.internal,
  internal: EXIT.internal,
};

/** Whether a text names a cause of the failure path. */
export function isCause(text: string | undefined): text is Cause {
  return text !== undefined && Object.hasOwn(EXIT_OF_CAUSE, text);
}

/** What the command throws, as `code` of a `HooklineError`. */
export type CliErrorCode =
  /** The command line cannot be carried out as it is given. */
  | 'CLI_USAGE'
  /** The server of `check --start` did not start. */
  | 'CLI_START'
  /** A line of `call --stdin` is no command. */
  | 'CLI_COMMAND'
  /** The port of `record` cannot be opened. */
  | 'CLI_LISTEN'
  /** `--cert` and `--key` of `record` cannot be used. */
  | 'CLI_TLS';

/** The command line cannot be carried out as it stands: exit code 2, nothing was dialled. */
export class UsageError extends HooklineError<CliErrorCode> {
  constructor(message: string) {
    super('CLI_USAGE', message, { isUsage: true });
  }
}
