import type { ProbeReport } from '@hookline/client';
import { clause } from '@hookline/protocol';
import { exitCodeOfCause } from '../cause-exit-codes.js';
import { EXIT } from '../exit-codes.js';
import { type Console, paint } from './console.js';
import { countBrokenRules, findingLines, groupByRule } from './rules.js';
import { escapeControls, pluralize } from './text.js';

const VERDICTS = {
  activates: { style: 'green', mark: ['✓', 'ok'], text: 'would be activated' },
  mayFail: { style: 'yellow', mark: ['!', '!'], text: 'may fail to activate' },
  fails: { style: 'red', mark: ['✗', 'x'], text: 'would not be activated' },
} as const;
/** Shown instead of the verdict if the user ended the probe. */
const INTERRUPTED = { style: 'yellow', mark: ['!', '!'], text: 'interrupted' } as const;

/** Prints the report of a probe and returns the exit code. */
export function reportProbe(
  report: ProbeReport,
  console: Console,
  {
    json = false,
    strict = false,
    interrupted,
  }: { readonly json?: boolean; readonly strict?: boolean; readonly interrupted: boolean },
): number {
  const { verdict, url, problems } = report;
  const fatalProblem = problems.find((problem) => problem.fatal);
  const findings = groupByRule(problems.map(withoutFix));
  const brokenCount = countBrokenRules(findings);
  const probeCode = interrupted ? EXIT.interrupted : exitCodeOf(report, fatalProblem);
  const code = probeCode === EXIT.success && strict && brokenCount > 0 ? EXIT.expectationFailed : probeCode;
  if (json) console.json({ type: 'result', ...report });
  else {
    const { style, mark, text } = interrupted ? INTERRUPTED : VERDICTS[verdict];
    const isVerdictShown = verdict !== 'activates' || brokenCount === 0;
    const [unicode, ascii] = isVerdictShown ? mark : VERDICTS.mayFail.mark;
    const head = `${console.unicode ? unicode : ascii} ${text}${brokenCount > 0 ? `, ${pluralize(brokenCount, 'rule')} broken` : ''}`;
    const verdictText = paint(console, isVerdictShown ? style : VERDICTS.mayFail.style, head);
    console.out(` ${verdictText}  ${escapeControls(url)}  ${Math.round(report.durationMs)} ms`);
    for (const line of findingLines(findings, console)) console.out(line);
    // No page of Genesys says which probe the activation makes, nor what it does with the answer.
    if (!interrupted) console.out('   Reported, not documented: hookline explain AC-PROBE-4');
  }
  if (code === EXIT.success) return code;
  const cause = fatalProblem?.cause;
  const brokenRules = `${pluralize(brokenCount, 'rule')} of the protocol broken`;
  const message = fatalProblem?.text ?? (interrupted ? 'the probe was interrupted' : brokenRules);
  if (json) console.err(JSON.stringify({ error: { code, message, cause, url } }));
  else {
    const detail = cause ?? fatalProblem?.clause;
    const reason = interrupted
      ? INTERRUPTED.text
      : `the integration ${VERDICTS.fails.text}${detail === undefined ? '' : `: ${detail}`}`;
    console.err(`hookline: ${probeCode === EXIT.success ? brokenRules : reason}`);
  }
  return code;
}

type Problem = ProbeReport['problems'][number];

function exitCodeOf({ ok }: ProbeReport, fatalProblem: Problem | undefined): number {
  if (ok) return EXIT.success;
  return fatalProblem?.cause === undefined ? EXIT.expectationFailed : exitCodeOfCause(fatalProblem.cause);
}

/** Removes the fix from the text of a problem, because it is printed with the rule. */
function withoutFix(problem: Problem): Problem {
  const { clause: id, text } = problem;
  if (id === undefined) return problem;
  const { fix } = clause(id);
  return text.endsWith(fix) ? { ...problem, text: text.slice(0, -fix.length).trimEnd() } : problem;
}
