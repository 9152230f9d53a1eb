import { checkArgument, checkOptionNames } from '@hookline/runtime';
import { SIGNED_AUTH } from '../check/assess.js';
import type { CheckReport, CheckResult } from '../check/report.js';
import type { ConformanceErrorCode } from '../error.js';
import { skipsSignatures } from './missing-evidence.js';
import { escapeControls, MARKS, wrap } from './text.js';

/** Options of `renderSpec`. */
export interface SpecOptions {
  /** The line width in columns; default 80. */
  readonly width?: number;
  /** Whether to use characters other than ASCII; default true. */
  readonly unicode?: boolean;
  /** Applies a style to text; default: no styles. */
  readonly paint?: (style: 'green' | 'red' | 'yellow' | 'dim', text: string) => string;
}

const LABEL = 4;
const NAME = 8;

/** Renders a report as text: each finding with what the bot sent, the effect and the fix, then the checks that were not exercised. */
export function renderSpec(report: CheckReport, options: SpecOptions = {}): string {
  checkOptionNames<SpecOptions>(
    'CONFORMANCE_BAD_OPTION' satisfies ConformanceErrorCode,
    'renderSpec: ',
    options,
    {
      width: true,
      unicode: true,
      paint: true,
    },
  );
  checkArgument('CONFORMANCE_BAD_OPTION', 'renderSpec: report', report, {
    results: 'list',
    findings: 'list',
    counts: 'object',
  });
  const { width = 80, unicode = true, paint = (_, text) => text } = options;
  const ascii = (text: string) => (unicode ? text : text.replace(/…/g, '...').replace(/[^\x20-\x7e]/g, '?'));
  const mark = (result: CheckResult) =>
    unicode ? MARKS[result.outcome].unicode : MARKS[result.outcome].ascii;
  const lines: string[] = [];
  const field = (name: string, text: string) => {
    const rows = wrap(escapeControls(text), width - LABEL - NAME - 1);
    for (const [index, row] of rows.entries()) {
      lines.push(ascii(`${' '.repeat(LABEL)}${(index === 0 ? name : '').padEnd(NAME)}${row}`));
    }
  };
  for (const result of report.findings) {
    const { finding, outcome } = result;
    const style = outcome === 'fail' ? 'red' : outcome === 'warn' ? 'yellow' : 'dim';
    const head = wrap(`${result.id}  ${result.sentence}`, width - 4);
    for (const [index, row] of head.entries()) {
      lines.push(index === 0 ? ` ${paint(style, ascii(`${mark(result)} ${row}`))}` : ascii(`   ${row}`));
    }
    field('basis', `${result.basis}: ${describeOutcome(result)}`);
    field('got', `${finding.got}`);
    const row = finding.row === undefined ? '' : `, line ${finding.row} of ${finding.trace}/trace.ndjson`;
    const more = finding.calls > 1 ? `, and in ${finding.calls - 1} more calls` : '';
    field(
      'at',
      `+${(finding.atMs / 1000).toFixed(3)} s of ${finding.scenario}: ${finding.call}${more}${row}`,
    );
    field('effect', finding.effect);
    field('fix', finding.fix);
    if (finding.slip !== undefined) field('hint', finding.slip);
    lines.push('');
  }
  if (report.problem) lines.push(...wrap(ascii(escapeControls(report.problem.message)), width), '');
  const open = report.results.filter(({ outcome }) => outcome === 'inconclusive');
  if (open.length > 0 && !report.problem) {
    lines.push(' not seen:');
    for (const { id, reason } of open) {
      for (const [index, row] of wrap(
        `${id.padEnd(13)} ${(reason ?? '').replace('not seen; ', '')}`,
        width - 5,
      ).entries()) {
        lines.push(ascii(`${index === 0 ? '  ? ' : '                  '}${row}`));
      }
    }
    lines.push('');
  }
  for (const problem of report.traceProblems ?? [])
    lines.push(...wrap(ascii(escapeControls(problem)), width), '');
  lines.push(
    ...summary(report).map((row, index) =>
      index === 0 ? paint(report.ok ? 'green' : 'red', ascii(` ${row}`)) : ascii(` ${row}`),
    ),
  );
  return `${lines.join('\n')}\n`;
}

function describeOutcome({ outcome }: CheckResult): string {
  if (outcome === 'fail') return 'fails the bot';
  return outcome === 'warn' ? 'a warning; with --strict, a failure' : 'a note: the rule is an assumption';
}

function summary(report: CheckReport): string[] {
  const { counts, calls, durationMs, ok, unseenAreas, findings, problem } = report;
  const parts = [
    `${counts.pass} passed`,
    `${counts.fail} failed`,
    `${counts.warn} warned`,
    `${counts.note} noted`,
    `${counts.inconclusive} not seen`,
    ...(counts.blocked > 0 ? [`${counts.blocked} blocked`] : []),
  ];
  const unseen =
    !ok && counts.fail === 0 && !problem && unseenAreas.length > 0
      ? [
          `No rule of the platform was exercised in: ${unseenAreas.join(', ')}.`,
          ...(skipsSignatures(report) ? [`SIG needs ${SIGNED_AUTH}, the default with a client secret.`] : []),
          ...(findings.length > 0 ? ['Fix the broken rules first. If areas remain:'] : []),
          'Make the bot act with a profile (--profile), or let it pass with --allow-inconclusive.',
        ]
      : [];
  return [parts.join(', '), `${calls} calls in ${(durationMs / 1000).toFixed(1)} s`, ...unseen];
}
