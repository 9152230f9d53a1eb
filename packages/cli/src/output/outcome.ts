import type { CallResult } from '@hookline/client';
import type { Verdict } from '../expectations.js';
import { type Console, paint } from './console.js';
import { type Finding, rulesBroken } from './rules.js';
import { counted, labelled, plainText } from './text.js';

/** The outcome of a call in a few lines for a person: green only when nothing was wrong with it. */
export function outcomeLines(
  result: CallResult,
  call: {
    readonly verdict: Verdict;
    readonly findings: readonly Finding[];
    readonly places: readonly string[];
  },
  console: Console,
): string[] {
  const unmet = call.verdict.expectations.filter(({ met }) => !met).length;
  const broken = rulesBroken(call.findings);
  const said = [
    pathOf(result),
    unmet > 0 ? `${counted(unmet, 'expectation')} not met` : '',
    broken > 0 ? `${counted(broken, 'rule')} broken` : '',
  ].filter(Boolean);
  const facts = [`${(result.durationMs / 1000).toFixed(1)} s`, ...factsOf(result), ...call.places];
  const lines = joined(console, [said.join(', '), ...facts].map(plainText));
  const { style, sign } = markOf(result, call.verdict, broken);
  const mark = console.unicode ? sign.unicode : sign.ascii;
  const [first = '', ...more] = lines;
  const head = said.join(', ').length <= first.length ? said.join(', ') : first;
  return [
    ` ${paint(console, style, `${mark} ${head}`)}${first.slice(head.length)}`,
    ...more.map((line) => `   ${line}`),
    ...(result.path === 'failure'
      ? labelled(console, '   errorMessage: ', result.failureOutputs.errorMessage)
      : []),
  ];
}

/** Why the exit code is not 0, in one line. The errorMessage stands in the outcome: it is not said twice. */
export function reasonLine(result: CallResult, reason: string): string {
  const message =
    result.path === 'failure' && reason === result.failureOutputs.errorMessage
      ? `the call took the failure path: ${result.cause}`
      : reason;
  return `hookline: ${plainText(message)}`;
}

const SIGNS = {
  good: { unicode: '✓', ascii: 'ok' },
  bad: { unicode: '✗', ascii: 'x' },
  mixed: { unicode: '!', ascii: '!' },
  neither: { unicode: '–', ascii: '-' },
} as const;

function markOf(result: CallResult, { exitCode, expectations }: Verdict, broken: number) {
  if (exitCode !== 0) return { style: 'red', sign: SIGNS.bad } as const;
  if (broken > 0) return { style: 'yellow', sign: SIGNS.mixed } as const;
  if (result.path === 'disconnected' && expectations.length === 0)
    return { style: 'yellow', sign: SIGNS.neither } as const;
  return { style: 'green', sign: SIGNS.good } as const;
}

function pathOf({ path }: CallResult): string {
  return path === 'disconnected' ? 'disconnected, no path' : `${path} path`;
}

function factsOf(result: CallResult): string[] {
  switch (result.path) {
    case 'success':
      return [
        outputsText(result.outputs),
        result.missing.length > 0 ? `not returned: ${result.missing.join(', ')}` : '',
        result.undeclared.length > 0 ? `not declared: ${result.undeclared.join(', ')}` : '',
      ].filter(Boolean);
    case 'failure':
      return [`errorType ${result.failureOutputs.errorType}`, `cause ${result.cause}`];
    case 'disconnected':
      return [result.reason === 'callerHangup' ? 'the caller hung up' : 'the call was aborted'];
  }
}

function outputsText(outputs: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(outputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length > 0 ? `outputs ${pairs.join(' ')}` : 'no outputs';
}

/** Facts side by side as far as a line goes; a fact that is longer than a line is not broken, so that it can be copied. */
function joined(console: Console, facts: readonly string[]): string[] {
  const dot = console.unicode ? ' · ' : ' - ';
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + dot.length + fact.length + 3 <= console.columns) {
      lines[lines.length - 1] = last + dot + fact;
    } else lines.push(fact);
  }
  return lines;
}
