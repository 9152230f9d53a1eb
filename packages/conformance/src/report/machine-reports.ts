import { checkArgument } from '@hookline/runtime';
import type { CheckReport } from '../check/report.js';
import { missingEvidence } from './missing-evidence.js';
import { escapeControls } from './text.js';

const COMMANDS = { fail: 'error', warn: 'warning', note: 'notice' } as const;

/** Renders a report as workflow commands of GitHub Actions, one line per finding. */
export function renderGithub(report: CheckReport): string {
  checkArgument('CONFORMANCE_BAD_OPTION', 'renderGithub: report', report, {
    findings: 'list',
    counts: 'object',
  });
  const lines = report.findings.map(({ id, sentence, outcome, finding }) => {
    const command =
      outcome === 'fail' || outcome === 'warn' || outcome === 'note' ? COMMANDS[outcome] : 'notice';
    return `::${command} title=${property(`${id} ${sentence}`)}::${data(`got ${escapeControls(finding.got)}\nfix: ${finding.fix}`)}`;
  });
  const runFailure = report.problem ?? missingEvidence(report);
  if (runFailure) lines.push(`::error title=hookline check::${data(escapeControls(runFailure.message))}`);
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

const data = (text: string): string => text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** Renders a report as NDJSON: one line per check, then the result. */
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
