import {
  laneOf,
  playbackFacts,
  summaryFacts,
  type TraceHeader,
  type TraceRow,
  type TraceSummary,
} from '@hookline/trace';
import { type Console, paint } from '../output/console.js';
import { playbackLines } from '../output/playback-lines.js';
import { printableRow } from '../output/printable-row.js';
import { findingLines, groupKnownRules } from '../output/rules.js';
import { wrapLabelled } from '../output/text.js';

/** The heading of a section, with an empty line before it. */
export function heading(console: Console, text: string): string[] {
  return ['', paint(console, 'bold', text)];
}

/** One row of the log: time, direction (`>` to the bot, `<` from the bot) and the complete text, wrapped. */
export function logLines(console: Console, header: TraceHeader, row: TraceRow): string[] {
  const arrow = 'dir' in row ? (laneOf(header.vantage, row.dir) === 'caller' ? '>' : '<') : '-';
  return wrapLabelled(console, `${(row.t / 1000).toFixed(3).padStart(8)} ${arrow} `, logText(row));
}

function logText(row: TraceRow): string {
  switch (row.kind) {
    case 'request':
    case 'response':
      return row.head.trimEnd().split(/\r?\n/).join(' | ');
    case 'message':
      return row.text;
    case 'audio':
      return `audio ${row.bytes} bytes in ${row.frames} frames`;
    case 'playback':
      return `playback ${row.ended}: ${row.heardMs} ms heard, ${row.droppedMs} ms dropped`;
    case 'violation':
      return `${row.clause} ${row.text}`;
    case 'end':
      return `connection ended (${row.by}) ${row.code} ${row.reason}`.trimEnd();
    case 'unknown':
      return JSON.stringify(printableRow(row.row));
  }
}

/** The lines of the summary. */
export function summaryLines(console: Console, header: TraceHeader, summary: TraceSummary): string[] {
  return summaryFacts(header, summary).flatMap(({ name, text }) =>
    wrapLabelled(console, `  ${name.padEnd(9)} `, text),
  );
}

/** The table of playbacks with a heading; empty if there was none. */
export function playbackSection(console: Console, { playbacks }: TraceSummary): string[] {
  const lines = playbackLines(console, playbackFacts(playbacks));
  return lines.length === 0 ? [] : [...heading(console, 'What the caller heard'), ...lines];
}

/** The broken rules, each with its effect and fix. */
export function violationLines(console: Console, summary: TraceSummary): string[] {
  const { known, unknown } = groupKnownRules(summary.violations);
  return [
    ...findingLines(known, console),
    ...unknown.flatMap(({ clause, text }) => wrapLabelled(console, `   ${clause}  `, text)),
  ];
}
