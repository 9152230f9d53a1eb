import { HooklineError } from '@hookline/runtime';

/** What this package throws, as `code` of a `HooklineError`. */
export type TestingErrorCode =
  /** An option does not exist, or cannot be used. */
  | 'TESTING_BAD_OPTION'
  /** The command of a bot did not come up, or another process listens at its URL. */
  | 'TESTING_START'
  /** The bot did not do what a test expects. */
  | 'TESTING_NOT_MET';

/** An expectation of a test that was not met: its message ends with the ladder and the place of the trace. */
export class NotMet extends HooklineError<TestingErrorCode> {
  static override get name(): string {
    return 'NotMet';
  }

  readonly expected: string;
  readonly got: string;

  /** @param details - the ladder and the place of the trace */
  constructor(expected: string, got: string, details: string) {
    super('TESTING_NOT_MET', `expected ${expected}\n     got ${got}\n\n${details}`);
    this.expected = expected;
    this.got = got;
  }
}
