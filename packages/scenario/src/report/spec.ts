import { checkArgument } from '@hookline/runtime';
import { shownMs } from '../values/duration.js';
import { countResults, oneLine, type ReportedScenario, type RunReport } from './run-report.js';

/** How a report is written for people. */
export interface SpecOptions {
  /** Default true. */
  readonly unicode?: boolean;
  /** Default: no colours. */
  readonly paint?: (style: 'green' | 'red' | 'dim' | 'bold', text: string) => string;
}

/** The report for people: a line for each scenario, and for one that failed what, where, and the end of its ladder. */
export function renderSpec(report: RunReport, options: SpecOptions = {}): string {
  checkArgument('SCENARIO_BAD_OPTION', 'renderSpec: report', report, { results: 'list' });
  const lines = report.results.flatMap((result) => specLines(result, options));
  return `${[...lines, specSummary(report)].join('\n')}\n`;
}

/** The last lines of the report. */
export function specSummary(report: RunReport): string {
  checkArgument('SCENARIO_BAD_OPTION', 'specSummary: report', report, { results: 'list' });
  const { passed, failed } = countResults(report);
  return `\n${passed} passed, ${failed} failed, in ${shownMs(report.durationMs)}`;
}

/** The lines of one scenario. */
export function specLines(
  result: ReportedScenario,
  { unicode = true, paint = plain }: SpecOptions = {},
): string[] {
  checkArgument('SCENARIO_BAD_OPTION', 'specLines: result', result, { scenario: 'object' });
  const { scenario, passed, failure, steps, durationMs, trace, ladder = [] } = result;
  const mark = passed ? paint('green', unicode ? '✓' : 'ok') : paint('red', unicode ? '✗' : 'FAIL');
  const head = ` ${mark} ${oneLine(scenario.name)} ${paint('dim', `(${shownMs(durationMs)})`)}`;
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
