import type { CallResult } from '@hookline/client';
import type { WrittenArtifacts } from '../artifacts.js';
import type { Verdict } from '../expectations.js';
import type { Console } from './console.js';
import { outcomeLines, reasonLine } from './outcome.js';
import { playbackLines } from './playback-lines.js';
import { type Finding, findingLines } from './rules.js';
import { escapeControls, pluralize, wrapLabelled } from './text.js';

/** A finished call, and what its report needs. */
export interface FinishedCall {
  readonly result: CallResult;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly written: WrittenArtifacts;
  readonly url: string;
}

/** Prints the result of a call on stdout, and for a non-zero exit code one line on stderr. */
export function reportCall(call: FinishedCall, console: Console, json: boolean): void {
  if (json) reportJson(call, console);
  else reportText(call, console);
}

function reportJson({ result, verdict, written, url }: FinishedCall, console: Console): void {
  const { problems, ...files } = written;
  const { exitCode, reason, expectations } = verdict;
  console.json({
    type: 'result',
    ...result,
    ...files,
    ...(expectations.length > 0 ? { expectations } : {}),
    ...(problems.length > 0 ? { problems } : {}),
  });
  if (exitCode === 0) return;
  const failure =
    result.path === 'failure' ? { errorType: result.failureOutputs.errorType, cause: result.cause } : {};
  const error = { code: exitCode, message: reason, ...failure, url, trace: written.trace };
  console.err(JSON.stringify({ error }));
}

function reportText({ result, verdict, findings, written }: FinishedCall, console: Console): void {
  const { problems, ...files } = written;
  const { exitCode, reason = '' } = verdict;
  for (const problem of problems) if (problem !== reason) console.err(`hookline: ${escapeControls(problem)}`);
  const filePaths = Object.entries(files).map(([name, path]) => `${name} ${path}`);
  for (const line of outcomeLines(result, { verdict, findings, filePaths }, console)) console.out(line);
  if (!console.quiet) {
    for (const line of playbackLines(console, result.timings.playbacks)) console.out(line);
  }
  // The client warns about many gaps (AC-PLAY-5); a few are reported here.
  if (!findings.some((finding) => finding.clause === 'AC-PLAY-5'))
    for (const line of gapLines(result, console)) console.out(line);
  for (const line of findingLines(findings, console)) console.out(line);
  const [rule] = findings.flatMap((finding) => finding.clause ?? []);
  if (rule !== undefined && !console.quiet) console.out(`   More about a rule: hookline explain ${rule}`);
  if (exitCode === 0) return;
  console.err(reasonLine(result, reason));
}

function gapLines({ underruns, heardMs }: CallResult, console: Console): string[] {
  if (underruns === 0) return [];
  const text = `in ${(heardMs / 1000).toFixed(1)} s of bot audio: the audio ran out and continued within half a second.`;
  return wrapLabelled(console, `   ${pluralize(underruns, 'gap')} `, text);
}
