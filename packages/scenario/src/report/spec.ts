import { checkArgument } from '@hookline/runtime';
import { formatMs } from '../values/duration.js';
import { countResults, oneLine, type ReportedScenario, type RunReport } from './run-report.js';

/** Options of the report for people. */
export interface SpecOptions {
  /** Default true. */
  readonly unicode?: boolean;
  /** Default: no colours. */
  readonly paint?: (style: 'green' | 'red' | 'dim' | 'bold', text: string) => string;
}

/** Formats a report for people: one line per scenario, and for a failed one the step, its place and the last ladder rows. */
export function renderSpec(report: RunReport, options: SpecOptions = {}): string {
  checkArgument('SCENARIO_BAD_OPTION', 'renderSpec: report', report, { results: 'list' });
  const lines = report.results.flatMap((result) => specLines(result, options));
  return `${[...lines, specSummary(report)].join('\n')}\n`;
}

/** Returns the summary at the end of the report. */
export function specSummary(report: RunReport): string {
  checkArgument('SCENARIO_BAD_OPTION', 'specSummary: report', report, { results: 'list' });
  const { passed, failed } = countResults(report);
  return `\n${passed} passed, ${failed} failed, in ${formatMs(report.durationMs)}`;
}

/** Returns the lines of one scenario. */
export function specLines(
  result: ReportedScenario,
  { unicode = true, paint = plain }: SpecOptions = {},
): string[] {
  checkArgument('SCENARIO_BAD_OPTION', 'specLines: result', result, { scenario: 'object' });
  const { scenario, passed, failure, steps, durationMs, trace, ladder = [] } = result;
  const mark = passed ? paint('green', unicode ? '✓' : 'ok') : paint('red', unicode ? '✗' : 'FAIL');
  const head = ` ${mark} ${oneLine(scenario.name)} ${paint('dim', `(${formatMs(durationMs)})`)}`;
  const logs = steps.flatMap(({ logged, outcome, startMs = 0 }) =>
    logged === undefined || outcome === 'notRun'
      ? []
      : [`     log ${paint('dim', `at ${(startMs / 1000).toFixed(2)} s`)}  ${oneLine(logged)}`],
  );
  if (!failure) return [head, ...logs];
  const number = failure.step === 'end' ? 'end' : `step ${failure.step + 1} of ${steps.length}`;
  const atMs = `at ${(failure.atMs / 1000).toFixed(2)} s`;
  const { line, column, file = scenario.file } = failure.place;
  return [
    head,
    ...logs,
    `     ${number} ${paint('dim', atMs)}  ${paint('bold', oneLine(failure.text))}  ${paint('dim', `${file}:${line}:${column}`)}`,
    `     expected  ${oneLine(failure.expected)}`,
    `     got       ${oneLine(failure.got)}`,
    ...ladder.map((row) => `     ${row}`),
    ...(trace === undefined ? [] : [`     trace     ${trace}`]),
  ];
}

const plain = (_style: string, text: string): string => text;
