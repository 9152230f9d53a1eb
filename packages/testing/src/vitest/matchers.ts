import type { CallResult } from '@hookline/client';
import type { ExpectationInput } from '@hookline/scenario';
import { expect } from 'vitest';
import { checkNumber, checkOptions, TIME } from '../check.js';
import { type ExpectOptions, TestCall, testCallOf } from '../test-call.js';

/** The expected turn; a string is the expected text. */
export type TurnInput =
  | string
  | RegExp
  | { readonly disposition?: string; readonly text?: string | RegExp; readonly confidence?: string };

/** The matchers of this package. Matchers of a call are asynchronous: await them. */
export interface HooklineMatchers<R = unknown> {
  /** The bot reports a matching turn. */
  toHaveHeardTurn(turn: TurnInput, options?: ExpectOptions): Promise<R>;
  /** The bot is interrupted. */
  toHaveBargedIn(options?: ExpectOptions): Promise<R>;
  /** The next thing that the bot says is like this: `{ speech: '>= 400ms' }`, as `audio:` in a scenario file. */
  toHaveHeardAudio(audio: Readonly<Record<string, unknown>>, options?: ExpectOptions): Promise<R>;
  /** The bot replies within `within` milliseconds of the end of the caller's speech. */
  toHaveReplied(options: { readonly within: number }): Promise<R>;
  /** Any expectation that `expect:` of a scenario file accepts. */
  toMeet(expectation: ExpectationInput, options?: ExpectOptions): Promise<R>;
  /** The call took the success path, with these outputs at least. */
  toTakeSuccessPath(outputs?: Readonly<Record<string, unknown>>): R;
  /** The call took the failure path. */
  toTakeFailurePath(failure?: {
    readonly cause?: string;
    readonly errorType?: unknown;
    readonly errorMessage?: unknown;
  }): R;
  /** The caller hung up first. */
  toBeDisconnected(): R;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: as vitest declares it
  interface Matchers<T = any> extends HooklineMatchers<T> {}
}

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** How long `.not` waits for an expectation to stay unmet, in milliseconds. */
const ABSENT_MS = 1000;

/** Waits for an expectation; behind `.not`, that it is not met for a while. */
async function pollExpectation(
  call: unknown,
  expectation: ExpectationInput,
  options: ExpectOptions,
  isNot: boolean,
): Promise<Verdict> {
  if (!(call instanceof TestCall)) {
    const cure = call instanceof Promise ? '; got a promise: await it' : '';
    throw new TypeError(`expected a call, as the fixture \`call\` gives it${cure}`);
  }
  const given = isNot ? { within: ABSENT_MS, ...options } : options;
  const missed = await call.meets(expectation, given);
  return {
    pass: missed === undefined,
    // Called only if the test fails.
    message: () => {
      call.keepTrace();
      return missed?.message ?? call.notMet(`nothing of ${JSON.stringify(expectation)}`, 'it came').message;
    },
  };
}

/** The message about a result: with the ladder and the place of the trace, if it is of a test call. */
function messageAbout(result: CallResult, expected: string, got: string): string {
  const call = testCallOf(result);
  call?.keepTrace();
  return call?.notMet(expected, got).message ?? `expected ${expected}, got ${got}`;
}

function isResult(value: unknown): value is CallResult {
  return typeof value === 'object' && value !== null && 'path' in value && 'durationMs' in value;
}

function took(
  result: unknown,
  path: CallResult['path'],
  isNot: boolean,
): Verdict & { readonly result: CallResult } {
  if (!isResult(result)) {
    const cure = result instanceof Promise ? '; got a promise: await it' : '';
    throw new TypeError(`expected the result of a call, as \`await call.ended()\` gives it${cure}`);
  }
  const why = result.path === 'failure' ? ` (${result.cause}: ${result.failureOutputs.errorMessage})` : '';
  return {
    result,
    pass: result.path === path,
    message: () => messageAbout(result, `${isNot ? 'not ' : ''}the ${path} path`, `${result.path}${why}`),
  };
}

expect.extend({
  toHaveHeardTurn(call: unknown, turn: TurnInput, options: ExpectOptions = {}) {
    const facts = typeof turn === 'string' || turn instanceof RegExp ? { text: turn } : turn;
    return pollExpectation(call, { turn: facts }, options, this.isNot);
  },
  toHaveBargedIn(call: unknown, options: ExpectOptions = {}) {
    return pollExpectation(call, 'barge_in', options, this.isNot);
  },
  toHaveHeardAudio(call: unknown, audio: Readonly<Record<string, unknown>>, options: ExpectOptions = {}) {
    return pollExpectation(call, { audio }, options, this.isNot);
  },
  toHaveReplied(call: unknown, options: { readonly within: number }) {
    checkOptions<typeof options>('toHaveReplied', options ?? null, { within: true });
    checkNumber('toHaveReplied: within', options.within, TIME);
    return pollExpectation(call, { reply: `<= ${options.within}ms` }, {}, this.isNot);
  },
  toMeet(call: unknown, expectation: ExpectationInput, options: ExpectOptions = {}) {
    return pollExpectation(call, expectation, options, this.isNot);
  },
  toTakeSuccessPath(result: unknown, outputs: Readonly<Record<string, unknown>> = {}) {
    const verdict = took(result, 'success', this.isNot);
    const got = verdict.result.path === 'success' ? verdict.result.outputs : {};
    if (!verdict.pass || this.equals(got, expect.objectContaining(outputs))) return verdict;
    return {
      pass: false,
      message: () =>
        messageAbout(
          verdict.result,
          `the outputs ${this.utils.stringify(outputs)}`,
          this.utils.stringify(got),
        ),
    };
  },
  toTakeFailurePath(
    result: unknown,
    failure: { readonly cause?: string } & Readonly<Record<string, unknown>> = {},
  ) {
    const verdict = took(result, 'failure', this.isNot);
    const got =
      verdict.result.path === 'failure'
        ? { cause: verdict.result.cause, ...verdict.result.failureOutputs }
        : {};
    if (!verdict.pass || this.equals(got, expect.objectContaining(failure))) return verdict;
    return {
      pass: false,
      message: () =>
        messageAbout(
          verdict.result,
          `the failure ${this.utils.stringify(failure)}`,
          this.utils.stringify(got),
        ),
    };
  },
  toBeDisconnected(result: unknown) {
    return took(result, 'disconnected', this.isNot);
  },
});
