import { CAUSES, type CallResult } from '@hookline/client';
import { EXIT } from './exit-codes.js';

/** What the user says the call must come to. */
export interface Expectations {
  readonly path?: CallResult['path'];
  readonly outputs: readonly (readonly [name: string, value: string])[];
}

/** The verdict on a call: the exit code, and what was wrong where it is not 0. */
export interface Verdict {
  readonly exitCode: number;
  readonly reason?: string;
}

/** Judges a call by what was expected; without expectations by its path. */
export function judge(result: CallResult, expected: Expectations): Verdict {
  if (expected.path === undefined && result.path === 'failure') {
    return { exitCode: CAUSES[result.cause].exitCode, reason: result.failureOutputs.errorMessage };
  }
  if (expected.path !== undefined && expected.path !== result.path) {
    return {
      exitCode: EXIT.expectationFailed,
      reason: `expected the outcome ${expected.path}, the call came to ${result.path}${result.path === 'failure' ? `: ${result.failureOutputs.errorMessage}` : ''}`,
    };
  }
  const returned: Readonly<Record<string, string>> = result.path === 'success' ? result.outputs : {};
  for (const [name, value] of expected.outputs) {
    const got = Object.hasOwn(returned, name) ? JSON.stringify(returned[name]) : 'nothing';
    if (got !== JSON.stringify(value)) {
      return {
        exitCode: EXIT.expectationFailed,
        reason: `expected output ${name}=${JSON.stringify(value)}, got ${got}`,
      };
    }
  }
  return { exitCode: EXIT.success };
}
