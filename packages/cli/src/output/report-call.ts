import type { CallResult } from '@hookline/client';
import type { Kept } from '../artifacts.js';
import type { Verdict } from '../expectations.js';
import type { Console } from './console.js';
import { outcomeLines } from './outcome.js';
import { plainText } from './plain-text.js';

/** Prints how a call ended: the result on stdout, and for a non-zero exit code one line on stderr. */
export function reportCall(
  call: { readonly result: CallResult; readonly verdict: Verdict; readonly kept: Kept; readonly url: string },
  console: Console,
  json: boolean,
): void {
  const { result, verdict, kept, url } = call;
  const { problems, ...files } = kept;
  const message = verdict.reason ?? 'interrupted';
  if (json)
    console.json({ type: 'result', ...result, ...files, ...(problems.length > 0 ? { problems } : {}) });
  else {
    for (const problem of problems) if (problem !== message) console.err(`hookline: ${plainText(problem)}`);
    const places = Object.entries(files).map(([name, path]) => `${name} ${path}`);
    for (const line of outcomeLines(result, console, places)) console.out(line);
    for (const warning of result.warnings) {
      const clause = warning.clause === undefined ? '' : ` [${warning.clause}]`;
      const times = warning.count === 1 ? '' : ` (${warning.count} times)`;
      console.out(`   note: ${plainText(warning.message)}${times}${clause}`);
    }
  }
  if (verdict.exitCode === 0) return;
  if (json) {
    const failure =
      result.path === 'failure' ? { errorType: result.failureOutputs.errorType, cause: result.cause } : {};
    console.err(
      JSON.stringify({ error: { code: verdict.exitCode, message, ...failure, url, trace: kept.trace } }),
    );
  } else console.err(`hookline: ${plainText(message)}`);
}
