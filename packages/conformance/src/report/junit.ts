import { checkArgument } from '@hookline/runtime';
import type { CheckReport, CheckResult } from '../check/report.js';
import { missingEvidence } from './missing-evidence.js';
import { escapeControls } from './text.js';

/** The names of the test cases that fail because of a problem of the run. */
const PROBLEM_TESTS = {
  unreachable: 'the bot can be called',
  unauthorized: 'the bot can be called',
  refused: 'the bot can be called',
  behind: 'the check keeps pace',
  stopped: 'the check runs to its end',
} as const;

/** Renders a report as JUnit XML, with a test case for each check. */
export function renderJunit(report: CheckReport): string {
  checkArgument('CONFORMANCE_BAD_OPTION', 'renderJunit: report', report, {
    results: 'list',
    counts: 'object',
  });
  const { results, counts, durationMs, url, problem } = report;
  const skipped = counts.inconclusive + counts.blocked + counts['not-applicable'];
  const seconds = (durationMs / 1000).toFixed(3);
  const runFailure = problem
    ? { test: PROBLEM_TESTS[problem.kind], message: problem.message }
    : missingEvidence(report);
  const failures = counts.fail + (runFailure ? 1 : 0);
  const total = results.length + (runFailure ? 1 : 0);
  const cases = results.map(testCase);
  if (runFailure) {
    cases.unshift(
      `    <testcase classname="hookline" name="${runFailure.test}"><failure message="${xml(runFailure.message)}"/></testcase>`,
    );
  }
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${total}" failures="${failures}" time="${seconds}">`,
    `  <testsuite name="hookline check ${xml(url)}" tests="${total}" failures="${failures}" skipped="${skipped}" time="${seconds}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase({ id, sentence, outcome, finding, reason }: CheckResult): string {
  const area = id.split('-')[1] ?? '';
  const open = `    <testcase classname="hookline.${area}" name="${xml(`${id} ${sentence}`)}">`;
  if (finding) {
    const text = xml(
      `got: ${finding.got}\nwhere: ${finding.scenario}: ${finding.call}, +${finding.atMs} ms\neffect: ${finding.effect}\nfix: ${finding.fix}`,
    );
    return outcome === 'fail'
      ? `${open}<failure message="${xml(finding.got)}">${text}</failure></testcase>`
      : `${open}<system-out>${outcome}: ${text}</system-out></testcase>`;
  }
  return outcome === 'pass'
    ? `${open}</testcase>`
    : `${open}<skipped message="${xml(`${outcome}: ${reason ?? ''}`)}"/></testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** Escapes text for XML. Text of a peer may contain characters that XML does not allow. */
function xml(text: string): string {
  return text
    .split('\n')
    .map(escapeControls)
    .join('\n')
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? '')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\ufffe\uffff]/g, '?');
}
