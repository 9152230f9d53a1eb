import { checkArgument } from '@hookline/runtime';
import type { CheckReport } from '../check/report.js';
import { plain } from './words.js';

const COMMANDS = { fail: 'error', warn: 'warning', note: 'notice' } as const;

/** The report as workflow commands of GitHub Actions, one line a finding. */
export function renderGithub(report: CheckReport): string {
  checkArgument('CONFORMANCE_BAD_OPTION', 'renderGithub: report', report, { findings: 'list' });
  const lines = report.findings.map(({ id, sentence, outcome, finding }) => {
    const command =
      outcome === 'fail' || outcome === 'warn' || outcome === 'note' ? COMMANDS[outcome] : 'notice';
    return `::${command} title=${property(`${id} ${sentence}`)}::${data(`got ${plain(finding.got)}\nfix: ${finding.fix}`)}`;
  });
  if (report.problem) lines.push(`::error title=hookline check::${data(plain(report.problem.message))}`);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** The report as NDJSON: a line a check, and the result last. */
export function renderNdjson(report: CheckReport): string {
  checkArgument('CONFORMANCE_BAD_OPTION', 'renderNdjson: report', report, {
    results: 'list',
    findings: 'list',
  });
  const { results, findings, ...facts } = report;
  const lines = [
    ...results.map((result) => ({ type: 'check', ...result })),
    { type: 'result', ...facts, findings: findings.map(({ id, outcome }) => ({ id, outcome })) },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
