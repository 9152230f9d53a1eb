import type { CallResult } from '@hookline/client';
import type { Kept } from '../artifacts.js';
import type { Verdict } from '../expectations.js';
import type { Console } from './console.js';
import { outcomeLines, reasonLine } from './outcome.js';
import { playbackLines } from './playback-lines.js';
import { type Finding, findingLines } from './rules.js';
import { counted, labelled, plainText } from './text.js';

/** A call that is over, and what to print about it. */
export interface EndedCall {
  readonly result: CallResult;
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly kept: Kept;
  readonly url: string;
}

/** Prints how a call ended: the result on stdout, and for a non-zero exit code one line on stderr. */
export function reportCall(call: EndedCall, console: Console, json: boolean): void {
  if (json) reportJson(call, console);
  else reportText(call, console);
}

function reportJson({ result, verdict, kept, url }: EndedCall, console: Console): void {
  const { problems, ...files } = kept;
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
  const error = { code: exitCode, message: reason, ...failure, url, trace: kept.trace };
  console.err(JSON.stringify({ error }));
}

function reportText({ result, verdict, findings, kept }: EndedCall, console: Console): void {
  const { problems, ...files } = kept;
  const { exitCode, reason = '' } = verdict;
  for (const problem of problems) if (problem !== reason) console.err(`hookline: ${plainText(problem)}`);
  const places = Object.entries(files).map(([name, path]) => `${name} ${path}`);
  for (const line of outcomeLines(result, { verdict, findings, places }, console)) console.out(line);
  if (!console.quiet) {
    for (const line of playbackLines(console, result.timings.playbacks)) console.out(line);
  }
  // The client tells of the gaps that a caller hears as stutter; a few others are worth a line.
  if (!findings.some((finding) => finding.clause === 'AC-PLAY-5'))
    for (const line of gapLines(result, console)) console.out(line);
  for (const line of findingLines(findings, console)) console.out(line);
  const [rule] = findings.flatMap((finding) => finding.clause ?? []);
  if (rule !== undefined && !console.quiet) console.out(`   More on a rule: hookline explain ${rule}`);
  if (exitCode === 0) return;
  console.err(reasonLine(result, reason));
}

function gapLines({ underruns, heardMs }: CallResult, console: Console): string[] {
  if (underruns === 0) return [];
  const text = `within ${(heardMs / 1000).toFixed(1)} s of bot audio: playback ran dry and went on within half a second.`;
  return labelled(console, `   ${counted(underruns, 'gap')} `, text);
}
