import type { CallResult } from '@hookline/client';
import { describeEnd } from '../live/describe-event.js';
import type { EndExpectation, Scenario } from '../scenario.js';
import { formatMs } from '../values/duration.js';

/** A difference between the expected and the actual end of a call. */
export interface EndMismatch {
  readonly text: string;
  readonly expected: string;
  readonly got: string;
}

/** Compares the end of a call with the expected end. Returns the first difference, or undefined. */
export function checkEnd(result: CallResult, { end, call }: Scenario): EndMismatch | undefined {
  return (
    checkPath(result, end) ??
    checkFailure(result, end) ??
    checkOutputs(result, end, call.outputs ?? []) ??
    checkReply(result, end)
  );
}

function checkPath(result: CallResult, { path }: EndExpectation): EndMismatch | undefined {
  // Without an expected path, only the failure path fails the scenario.
  if (path === undefined ? result.path !== 'failure' : result.path === path) return undefined;
  return {
    text: 'path',
    expected: path ?? 'a path other than failure',
    got: `the call ${describeEnd(result)}`,
  };
}

function checkFailure(result: CallResult, end: EndExpectation): EndMismatch | undefined {
  if (result.path !== 'failure') return undefined;
  const { cause, failureOutputs } = result;
  if (end.cause !== undefined && end.cause !== cause) {
    return { text: 'cause', expected: end.cause, got: cause };
  }
  for (const name of ['errorType', 'errorMessage'] as const) {
    const wanted = end[name];
    const got = failureOutputs[name];
    if (wanted && !wanted.matches(got))
      return { text: name, expected: wanted.text, got: JSON.stringify(got) };
  }
  return undefined;
}

function checkOutputs(
  result: CallResult,
  { outputs, failOnUndeclared }: EndExpectation,
  declared: readonly string[],
): EndMismatch | undefined {
  if (result.path !== 'success') return undefined;
  for (const [name, wanted] of Object.entries(outputs ?? {})) {
    const got = Object.hasOwn(result.outputs, name) ? result.outputs[name] : undefined;
    if (got === undefined)
      return { text: `output ${name}`, expected: wanted.text, got: describeOutputNames(result.outputs) };
    if (!wanted.matches(got))
      return { text: `output ${name}`, expected: wanted.text, got: JSON.stringify(got) };
  }
  if (!failOnUndeclared) return undefined;
  const named = new Set([...Object.keys(outputs ?? {}), ...declared]);
  const extra = [...Object.keys(result.outputs), ...result.undeclared].filter((name) => !named.has(name));
  if (extra.length === 0) return undefined;
  return {
    text: 'undeclaredOutputs',
    expected: `no outputs other than ${[...named].join(', ') || 'none'}`,
    got: extra.join(', '),
  };
}

function describeOutputNames(outputs: Readonly<Record<string, string>>): string {
  const names = Object.keys(outputs);
  return names.length === 0 ? 'no outputs' : `only the outputs ${names.join(', ')}`;
}

function checkReply({ timings }: CallResult, { reply }: EndExpectation): EndMismatch | undefined {
  if (!reply) return undefined;
  const expected = `${reply.text}, each time`;
  if (timings.replyMs.length === 0)
    return { text: 'reply', expected, got: 'the bot did not reply to the caller' };
  const wrong = timings.replyMs.findIndex((ms) => !reply.includes(ms));
  const ms = timings.replyMs[wrong];
  return ms === undefined
    ? undefined
    : { text: 'reply', expected, got: `${formatMs(ms)} (reply ${wrong + 1})` };
}
