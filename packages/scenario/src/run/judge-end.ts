import type { CallResult } from '@hookline/client';
import { describeEnd } from '../live/describe-event.js';
import type { EndExpectation, Scenario } from '../scenario.js';
import { shownMs } from '../values/duration.js';

/** Something of the end that is not as expected. */
export interface EndFault {
  readonly text: string;
  readonly expected: string;
  readonly got: string;
}

/** Holds how a call ended against what it has to come to. The first that is wrong; undefined when nothing is. */
export function judgeEnd(result: CallResult, { end, call }: Scenario): EndFault | undefined {
  return (
    pathFault(result, end) ??
    failureFault(result, end) ??
    outputsFault(result, end, call.outputs ?? []) ??
    replyFault(result, end)
  );
}

function pathFault(result: CallResult, { path }: EndExpectation): EndFault | undefined {
  // Without a word on the path, the failure path is a failure.
  if (path === undefined ? result.path !== 'failure' : result.path === path) return undefined;
  return {
    text: 'path',
    expected: path ?? 'another path than failure',
    got: `the call ${describeEnd(result)}`,
  };
}

function failureFault(result: CallResult, end: EndExpectation): EndFault | undefined {
  if (result.path !== 'failure') return undefined;
  const { cause, failureOutputs } = result;
  if (end.cause !== undefined && end.cause !== cause) {
    return { text: 'cause', expected: end.cause, got: cause };
  }
  for (const name of ['errorType', 'errorMessage'] as const) {
    const wanted = end[name];
    const got = failureOutputs[name];
    if (wanted && !wanted.fits(got)) return { text: name, expected: wanted.text, got: JSON.stringify(got) };
  }
  return undefined;
}

function outputsFault(
  result: CallResult,
  { outputs, refusesUndeclared }: EndExpectation,
  declared: readonly string[],
): EndFault | undefined {
  if (result.path !== 'success') return undefined;
  for (const [name, wanted] of Object.entries(outputs ?? {})) {
    const got = Object.hasOwn(result.outputs, name) ? result.outputs[name] : undefined;
    if (got === undefined)
      return { text: `output ${name}`, expected: wanted.text, got: namesOf(result.outputs) };
    if (!wanted.fits(got)) return { text: `output ${name}`, expected: wanted.text, got: JSON.stringify(got) };
  }
  if (!refusesUndeclared) return undefined;
  const named = new Set([...Object.keys(outputs ?? {}), ...declared]);
  const extra = [...Object.keys(result.outputs), ...result.undeclared].filter((name) => !named.has(name));
  if (extra.length === 0) return undefined;
  return {
    text: 'undeclaredOutputs',
    expected: `no output but ${[...named].join(', ') || 'none'}`,
    got: extra.join(', '),
  };
}

function namesOf(outputs: Readonly<Record<string, string>>): string {
  const names = Object.keys(outputs);
  return names.length === 0 ? 'no outputs' : `only the outputs ${names.join(', ')}`;
}

function replyFault({ timings }: CallResult, { reply }: EndExpectation): EndFault | undefined {
  if (!reply) return undefined;
  const expected = `${reply.text}, each time`;
  if (timings.replyMs.length === 0)
    return { text: 'reply', expected, got: 'no reply to anything that was said' };
  const wrong = timings.replyMs.findIndex((ms) => !reply.holds(ms));
  const ms = timings.replyMs[wrong];
  return ms === undefined
    ? undefined
    : { text: 'reply', expected, got: `${shownMs(ms)} (reply ${wrong + 1})` };
}
