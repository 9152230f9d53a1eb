import { checkArgument } from '@hookline/runtime';
import type { CalibrationReport } from './calibrate.js';

const TITLES = {
  refuted: 'Refuted',
  confirmed: 'Confirmed',
  unclear: 'Unclear',
  'not-exercised': 'Not exercised',
} as const;

/**
 * Formats a calibration as a Markdown document that is safe to share: it contains clauses, counts, durations and event codes
 * only, and no text of messages, headers, URLs or identifiers.
 */
export function calibrationPage(report: CalibrationReport): string {
  checkArgument('CONFORMANCE_BAD_OPTION', 'calibrationPage: report', report, {
    calls: 'list',
    clauses: 'list',
    otherEvents: 'object',
  });
  const { calls, clauses, otherEvents } = report;
  const sections = (['refuted', 'confirmed', 'unclear', 'not-exercised'] as const).flatMap((outcome) => {
    const rows = clauses.filter((one) => one.outcome === outcome);
    if (rows.length === 0) return [];
    const ids = rows
      .map(({ clause, side }) => (clause.bound === 'both' ? `${clause.id} (${side})` : clause.id))
      .join(', ');
    const table = rows.map(
      ({ clause, side, confirmations, refutations, calls: seen }) =>
        `| ${clause.id} | ${clause.basis} | ${side} | ${confirmations} | ${refutations} | ${seen.join(', ')} | ${clause.sentence.replaceAll('|', '\\|')} |`,
    );
    return [
      `## ${TITLES[outcome]} (${rows.length})`,
      '',
      ...(outcome === 'not-exercised'
        ? [ids]
        : [
            '| rule | basis | followed by | for | against | calls | sentence |',
            '| --- | --- | --- | --- | --- | --- | --- |',
            ...table,
          ]),
      '',
    ];
  });
  const others = Object.entries(otherEvents).map(([code, count]) => `- ${code}: ${count}`);
  return [
    '# Calibration of Hookline against the live platform',
    '',
    'This page contains only counts, durations and codes: no message, header, URL or identifier.',
    '',
    '| call | recorded by | seconds | operational events |',
    '| --- | --- | --- | --- |',
    ...calls.map(
      ({ number, vantage, durationMs, events }) =>
        `| ${number} | ${vantage} | ${(durationMs / 1000).toFixed(1)} | ${events.join(', ')} |`,
    ),
    '',
    ...sections,
    ...(others.length > 0 ? ['## Operational events of other calls', '', ...others, ''] : []),
  ].join('\n');
}
