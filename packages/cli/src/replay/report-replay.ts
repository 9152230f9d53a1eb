import { renderDiff } from '@hookline/trace';
import { type Console, paint } from '../output/console.js';
import { outcomeLines, reasonLine } from '../output/outcome.js';
import { findingsOf } from '../output/rules.js';
import { pluralize } from '../output/text.js';
import type { ReplayOutcome } from './replay-call.js';

/** Prints the result of a replay on stdout, and for a non-zero exit code one line on stderr. */
export function reportReplay(replayed: ReplayOutcome, console: Console, json: boolean): void {
  const { exitCode, reason = '', result, differences, trace, url } = replayed;
  const traceField = trace === undefined ? {} : { trace };
  if (json) {
    console.json({ type: 'result', ...result, ...traceField, same: differences.length === 0, differences });
    if (exitCode === 0) return;
    const failure =
      result.path === 'failure' ? { errorType: result.failureOutputs.errorType, cause: result.cause } : {};
    console.err(JSON.stringify({ error: { code: exitCode, message: reason, ...failure, url, trace } }));
    return;
  }
  const verdict = { exitCode, reason, expectations: [] };
  const filePaths = trace === undefined ? [] : [`trace ${trace}`];
  for (const line of outcomeLines(result, { verdict, findings: findingsOf(result), filePaths }, console)) {
    console.out(line);
  }
  if (differences.length === 0) {
    if (exitCode === 0) console.out(paint(console, 'green', '   no difference from the trace'));
  } else {
    console.out(`   ${pluralize(differences.length, 'difference')} (A is the trace, B the replay):`);
    const lines = renderDiff(differences, { width: console.columns - 5, unicode: console.unicode });
    for (const line of lines.trimEnd().split('\n')) console.out(`     ${line}`);
  }
  if (exitCode === 0) return;
  console.err(reasonLine(result, reason));
}
