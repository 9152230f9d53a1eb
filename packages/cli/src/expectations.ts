import type { CallResult, Cause } from '@hookline/client';
import { EXIT, EXIT_OF_CAUSE } from './exit-codes.js';
import { counted } from './output/text.js';

/** What the user says the call must come to. */
export interface Expectations {
  readonly path?: CallResult['path'];
  readonly cause?: Cause;
  readonly errorType?: string;
  /** The bot is heard this soon after `opened`, in milliseconds. */
  readonly firstAudioMs?: number;
  /** No rule of the protocol is broken. */
  readonly noRuleBroken?: boolean;
  readonly outputs: readonly (readonly [name: string, value: string])[];
}

/** One expectation and what became of it. */
export interface Expectation {
  /** What is looked at, such as `path` or `output customerId`. */
  readonly of: string;
  readonly expected: string;
  readonly got: string;
  readonly met: boolean;
}

/** The verdict on a call: the exit code, and why where it is not 0. */
export interface Verdict {
  readonly exitCode: number;
  readonly reason?: string;
  /** In the order in which they are checked. */
  readonly expectations: readonly Expectation[];
}

/**
 * Judges a call by what was expected; without a word on the failure path by its path too.
 *
 * @param shown - how the value of an output is shown; default as JSON
 */
export function judge(
  result: CallResult,
  expected: Expectations,
  brokenRules: number,
  shown: (value: string) => string = JSON.stringify,
): Verdict {
  const expectations = checked(result, expected, brokenRules, shown);
  const failureIsExpected =
    expected.path !== undefined || expected.cause !== undefined || expected.errorType !== undefined;
  if (result.path === 'failure' && !failureIsExpected) {
    return {
      exitCode: EXIT_OF_CAUSE[result.cause],
      reason: result.failureOutputs.errorMessage,
      expectations,
    };
  }
  const unmet = expectations.filter(({ met }) => !met);
  if (unmet.length === 0) return { exitCode: EXIT.success, expectations };
  const reason = `${counted(unmet.length, 'expectation')} not met: ${unmet.map(sentence).join('; ')}`;
  return { exitCode: EXIT.expectationFailed, reason, expectations };
}

function sentence({ of, expected, got }: Expectation): string {
  return `expected ${of}${of.startsWith('output ') ? '=' : ' '}${expected}, got ${got}`;
}

const NONE = 'nothing';

function checked(
  result: CallResult,
  expected: Expectations,
  brokenRules: number,
  shown: (value: string) => string,
): Expectation[] {
  const failure = result.path === 'failure' ? result : undefined;
  const { firstAudioMs } = result.timings;
  const same = (of: string, wanted: string | undefined, got: string): Expectation[] =>
    wanted === undefined ? [] : [{ of, expected: wanted, got, met: wanted === got }];
  return [
    ...same('path', expected.path, result.path),
    ...same('cause', expected.cause, failure?.cause ?? NONE),
    ...same('errorType', expected.errorType, failure?.failureOutputs.errorType ?? NONE),
    ...(expected.firstAudioMs === undefined
      ? []
      : [
          {
            of: 'first audio',
            expected: `within ${expected.firstAudioMs} ms`,
            got: firstAudioMs === undefined ? NONE : `${Math.round(firstAudioMs)} ms`,
            met: firstAudioMs !== undefined && firstAudioMs <= expected.firstAudioMs,
          },
        ]),
    ...(expected.noRuleBroken
      ? [{ of: 'broken rules', expected: '0', got: String(brokenRules), met: brokenRules === 0 }]
      : []),
    ...expected.outputs.map(([name, value]): Expectation => {
      const got = outputOf(result, name);
      return {
        of: `output ${name}`,
        expected: shown(value),
        got: got === undefined ? NONE : shown(got),
        met: got === value,
      };
    }),
  ];
}

function outputOf(result: CallResult, name: string): string | undefined {
  return result.path === 'success' && Object.hasOwn(result.outputs, name) ? result.outputs[name] : undefined;
}
