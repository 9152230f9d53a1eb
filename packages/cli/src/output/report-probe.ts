import type { ProbeReport } from '@hookline/client';
import { clause } from '@hookline/protocol';
import { EXIT, EXIT_OF_CAUSE } from '../exit-codes.js';
import { type Console, paint } from './console.js';
import { findingLines, gather, rulesBroken } from './rules.js';
import { counted, plainText } from './text.js';

const VERDICTS = {
  activates: { style: 'green', mark: ['✓', 'ok'], words: 'would be activated' },
  mayFail: { style: 'yellow', mark: ['!', '!'], words: 'may fail to activate' },
  fails: { style: 'red', mark: ['✗', 'x'], words: 'would not be activated' },
} as const;

/** Prints what a probe found, and returns the exit code. */
export function reportProbe(
  report: ProbeReport,
  console: Console,
  { json = false, strict = false }: { readonly json?: boolean; readonly strict?: boolean },
): number {
  const { verdict, url, problems } = report;
  const worst = problems.find((problem) => problem.fatal);
  const findings = gather(problems.map(withoutFix));
  const broken = rulesBroken(findings);
  const activated = exitCodeOf(report, worst);
  const code = activated === EXIT.success && strict && broken > 0 ? EXIT.expectationFailed : activated;
  if (json) console.json({ type: 'result', ...report });
  else {
    const { style, mark, words } = VERDICTS[verdict];
    const clean = verdict !== 'activates' || broken === 0;
    const [unicode, ascii] = clean ? mark : VERDICTS.mayFail.mark;
    const head = `${console.unicode ? unicode : ascii} ${words}${broken > 0 ? `, ${counted(broken, 'rule')} broken` : ''}`;
    const shown = paint(console, clean ? style : VERDICTS.mayFail.style, head);
    console.out(` ${shown}  ${plainText(url)}  ${Math.round(report.durationMs)} ms`);
    for (const line of findingLines(findings, console)) console.out(line);
  }
  if (code === EXIT.success) return code;
  const cause = worst?.cause;
  const rules = `${counted(broken, 'rule')} of the protocol broken`;
  const message = worst?.text ?? rules;
  if (json) console.err(JSON.stringify({ error: { code, message, cause, url } }));
  else {
    const why = cause ?? worst?.clause;
    const reason = `the integration ${VERDICTS.fails.words}${why === undefined ? '' : `: ${why}`}`;
    console.err(`hookline: ${activated === EXIT.success ? rules : reason}`);
  }
  return code;
}

type Problem = ProbeReport['problems'][number];

function exitCodeOf({ ok }: ProbeReport, worst: Problem | undefined): number {
  if (ok) return EXIT.success;
  return worst?.cause === undefined ? EXIT.expectationFailed : EXIT_OF_CAUSE[worst.cause];
}

/** The rule says what to do. */
function withoutFix(problem: Problem): Problem {
  const { clause: id, text } = problem;
  if (id === undefined) return problem;
  const { fix } = clause(id);
  return text.endsWith(fix) ? { ...problem, text: text.slice(0, -fix.length).trimEnd() } : problem;
}
