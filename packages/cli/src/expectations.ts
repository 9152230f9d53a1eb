import type { CallResult, Cause } from '@hookline/client';
import { exitCodeOfCause } from './cause-exit-codes.js';
import { EXIT } from './exit-codes.js';
import { pluralize } from './output/text.js';

/** The expected outcome of a call. */
export interface Expectations {
  readonly path?: CallResult['path'];
  readonly cause?: Cause;
  readonly errorType?: string;
  /** The longest time from `opened` to the first bot audio, in milliseconds. */
  readonly firstAudioMs?: number;
  /** Whether a broken rule of the protocol fails the call. */
  readonly noRulesBroken?: boolean;
  readonly outputs: readonly (readonly [name: string, value: string])[];
}

/** One expectation and its result. */
export interface Expectation {
  /** The subject, such as `path` or `output customerId`. */
  readonly of: string;
  readonly expected: string;
  readonly got: string;
  readonly met: boolean;
}

/** The verdict on a call: the exit code, and the reason if it is not 0. */
export interface Verdict {
  readonly exitCode: number;
  readonly reason?: string;
  /** In the order of evaluation. */
  readonly expectations: readonly Expectation[];
}

/**
 * Compares a call with its expectations. A call on the failure path fails, unless an expectation names a path, a cause
 * or an `errorType`.
 *
 * @param formatOutput - formats the value of an output; default `JSON.stringify`
 */
export function evaluateCall(
  result: CallResult,
  expected: Expectations,
  brokenRules: number,
  formatOutput: (value: string) => string = JSON.stringify,
): Verdict {
  const expectations = evaluateExpectations(result, expected, brokenRules, formatOutput);
  const failureIsExpected =
    expected.path !== undefined || expected.cause !== undefined || expected.errorType !== undefined;
  if (result.path === 'failure' && !failureIsExpected) {
    return {
      exitCode: exitCodeOfCause(result.cause),
      reason: result.failureOutputs.errorMessage,
      expectations,
    };
  }
  const unmet = expectations.filter(({ met }) => !met);
  if (unmet.length === 0) return { exitCode: EXIT.success, expectations };
  const reason = `${pluralize(unmet.length, 'expectation')} not met: ${unmet.map(describeUnmet).join('; ')}`;
  return { exitCode: EXIT.expectationFailed, reason, expectations };
}

function describeUnmet({ of, expected, got }: Expectation): string {
  return `expected ${of}${of.startsWith('output ') ? '=' : ' '}${expected}, got ${got}`;
}

const MISSING = 'nothing';

function evaluateExpectations(
  result: CallResult,
  expected: Expectations,
  brokenRules: number,
  formatOutput: (value: string) => string,
): Expectation[] {
  const failure = result.path === 'failure' ? result : undefined;
  const { firstAudioMs } = result.timings;
  const same = (of: string, wanted: string | undefined, got: string): Expectation[] =>
    wanted === undefined ? [] : [{ of, expected: wanted, got, met: wanted === got }];
  return [
    ...same('path', expected.path, result.path),
    ...same('cause', expected.cause, failure?.cause ?? MISSING),
    ...same('errorType', expected.errorType, failure?.failureOutputs.errorType ?? MISSING),
    ...(expected.firstAudioMs === undefined
      ? []
      : [
          {
            of: 'first audio',
            expected: `within ${expected.firstAudioMs} ms`,
            got: firstAudioMs === undefined ? MISSING : `${Math.round(firstAudioMs)} ms`,
            met: firstAudioMs !== undefined && firstAudioMs <= expected.firstAudioMs,
          },
        ]),
    ...(expected.noRulesBroken
      ? [{ of: 'broken rules', expected: '0', got: String(brokenRules), met: brokenRules === 0 }]
      : []),
    ...expected.outputs.map(([name, value]): Expectation => {
      const got = outputOf(result, name);
      return {
        of: `output ${name}`,
        expected: formatOutput(value),
        got: got === undefined ? MISSING : formatOutput(got),
        met: got === value,
      };
    }),
  ];
}

function outputOf(result: CallResult, name: string): string | undefined {
  return result.path === 'success' && Object.hasOwn(result.outputs, name) ? result.outputs[name] : undefined;
}
