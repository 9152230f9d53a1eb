import type { CallResult } from '@hookline/client';
import type { Verdict } from '../expectations.js';
import { type Console, paint } from './console.js';
import { countBrokenRules, type Finding } from './rules.js';
import { escapeControls, pluralize, wrapLabelled } from './text.js';

/** The outcome of a call as text. The first line is green only if nothing was wrong. */
export function outcomeLines(
  result: CallResult,
  call: {
    readonly verdict: Verdict;
    readonly findings: readonly Finding[];
    readonly filePaths: readonly string[];
  },
  console: Console,
): string[] {
  const unmet = call.verdict.expectations.filter(({ met }) => !met).length;
  const brokenRules = countBrokenRules(call.findings);
  const headline = [
    pathOf(result),
    unmet > 0 ? `${pluralize(unmet, 'expectation')} not met` : '',
    brokenRules > 0 ? `${pluralize(brokenRules, 'rule')} broken` : '',
  ].filter(Boolean);
  const facts = [`${(result.durationMs / 1000).toFixed(1)} s`, ...factsOf(result), ...call.filePaths];
  const lines = joinFacts(console, [headline.join(', '), ...facts].map(escapeControls));
  const { style, mark: variants } = markOf(result, call.verdict, brokenRules);
  const mark = console.unicode ? variants.unicode : variants.ascii;
  const [first = '', ...more] = lines;
  const head = headline.join(', ').length <= first.length ? headline.join(', ') : first;
  return [
    ` ${paint(console, style, `${mark} ${head}`)}${first.slice(head.length)}`,
    ...more.map((line) => `   ${line}`),
    ...(result.path === 'failure'
      ? wrapLabelled(console, '   errorMessage: ', result.failureOutputs.errorMessage)
      : []),
  ];
}

/** Why the exit code is not 0, in one line. Does not repeat the `errorMessage`, which the outcome contains. */
export function reasonLine(result: CallResult, reason: string): string {
  const message =
    result.path === 'failure' && reason === result.failureOutputs.errorMessage
      ? `the call took the failure path: ${result.cause}`
      : reason;
  return `hookline: ${escapeControls(message)}`;
}

const MARKS = {
  good: { unicode: '✓', ascii: 'ok' },
  bad: { unicode: '✗', ascii: 'x' },
  mixed: { unicode: '!', ascii: '!' },
  neutral: { unicode: '–', ascii: '-' },
} as const;

function markOf(result: CallResult, { exitCode, expectations }: Verdict, broken: number) {
  if (exitCode !== 0) return { style: 'red', mark: MARKS.bad } as const;
  if (broken > 0) return { style: 'yellow', mark: MARKS.mixed } as const;
  if (result.path === 'disconnected' && expectations.length === 0)
    return { style: 'yellow', mark: MARKS.neutral } as const;
  return { style: 'green', mark: MARKS.good } as const;
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

/** Joins facts into lines. A fact that is longer than a line is not wrapped, so that it can be copied. */
function joinFacts(console: Console, facts: readonly string[]): string[] {
  const separator = console.unicode ? ' · ' : ' - ';
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + separator.length + fact.length + 3 <= console.columns) {
      lines[lines.length - 1] = last + separator + fact;
    } else lines.push(fact);
  }
  return lines;
}
