import { checkArgument } from '@hookline/runtime';
import { countResults, oneLine, type ReportedScenario, type RunReport } from './run-report.js';

/** Formats a report as NDJSON: one line per scenario, then the counts. */
export function renderNdjson(report: RunReport): string {
  checkArgument('SCENARIO_BAD_OPTION', 'renderNdjson: report', report, { results: 'list' });
  const lines = [
    ...report.results.map(scenarioLine),
    { type: 'result', ...countResults(report), durationMs: report.durationMs },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function scenarioLine({
  scenario,
  steps,
  failure,
  result,
  passed,
  trace,
  durationMs,
}: ReportedScenario): object {
  const { name, file, place, tags } = scenario;
  return {
    type: 'scenario',
    name,
    file,
    line: place.line,
    tags,
    passed,
    ...(failure ? { failure } : {}),
    steps,
    result,
    durationMs,
    ...(trace === undefined ? {} : { trace }),
  };
}

/** Formats a report as GitHub Actions workflow commands: an annotation at the failed step of each failed scenario. */
export function renderGithub(report: RunReport): string {
  checkArgument('SCENARIO_BAD_OPTION', 'renderGithub: report', report, { results: 'list' });
  const { results } = report;
  return results
    .flatMap(({ scenario, failure, trace }) => {
      if (!failure) return [];
      const { line, column, file = scenario.file } = failure.place;
      const text = `${failure.text}\nexpected ${failure.expected}\ngot ${failure.got}${trace === undefined ? '' : `\ntrace ${trace}`}`;
      const place = `file=${property(file)},line=${line},col=${column},title=${property(scenario.name)}`;
      return [`::error ${place}::${data(text.split('\n').map(oneLine).join('\n'))}\n`];
    })
    .join('');
}

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(oneLine(text)).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** Formats a report as JUnit XML: one test suite per file, one test case per scenario. */
export function renderJunit(report: RunReport): string {
  checkArgument('SCENARIO_BAD_OPTION', 'renderJunit: report', report, { results: 'list' });
  const { results, durationMs } = report;
  const files = [...new Set(results.map(({ scenario }) => scenario.file))];
  const suites = files.map((file) =>
    suite(
      file,
      results.filter(({ scenario }) => scenario.file === file),
    ),
  );
  const { failed } = countResults(report);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${results.length}" failures="${failed}" time="${seconds(durationMs)}">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(file: string, results: readonly ReportedScenario[]): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const time = seconds(results.reduce((sum, one) => sum + one.durationMs, 0));
  return [
    `  <testsuite name="${xml(file)}" tests="${results.length}" failures="${failed}" time="${time}">`,
    ...results.map(testCase),
    '  </testsuite>',
  ].join('\n');
}

function testCase({ scenario, failure, durationMs, trace, ladder = [] }: ReportedScenario): string {
  const open = `    <testcase classname="${xml(scenario.file)}" name="${xml(scenario.name)}" time="${seconds(durationMs)}"`;
  if (!failure) return `${open}/>`;
  const { line, column, file = scenario.file } = failure.place;
  const text = [
    `${file}:${line}:${column} ${failure.text}`,
    `expected ${failure.expected}`,
    `got ${failure.got}`,
    ...ladder,
    ...(trace === undefined ? [] : [`trace ${trace}`]),
  ].join('\n');
  return `${open}><failure message="${xml(`${failure.text}: got ${failure.got}`)}">${xml(text)}</failure></testcase>`;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Escapes text for XML. Text from a bot may contain characters that XML does not allow. */
function xml(text: string): string {
  const lines = text.split('\n').map(oneLine).join('\n');
  return lines
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '?');
}
