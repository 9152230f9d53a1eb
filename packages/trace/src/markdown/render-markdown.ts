import { clauses, createRedactor } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import type { TraceDifference } from '../diff/difference.js';
import type { RowFilter } from '../filter/filter.js';
import type { TraceHeader } from '../format/header.js';
import type { Trace } from '../format/trace.js';
import { renderLadder } from '../ladder/create-ladder.js';
import { printable } from '../ladder/escape.js';
import { summaryFacts } from '../summary/facts.js';
import { playbackFacts, playbackTable } from '../summary/playback-table.js';
import { summarise } from '../summary/summarise.js';
import type { TraceSummary, ViolationSummary } from '../summary/summary.js';

/** Options of `renderMarkdown`. */
export interface MarkdownOptions {
  /** Selects the rows of the ladder; default all. The summary always covers the whole call. */
  readonly filter?: RowFilter;
}

/**
 * Renders a trace as a Markdown document, for an issue or a wiki: summary, violations, ladder. Credentials are masked;
 * text of the peers is escaped, so that it cannot be markup or end a code block.
 */
export function renderMarkdown(
  trace: Pick<Trace, 'header' | 'rows' | 'truncated'> & Partial<Pick<Trace, 'caller'>>,
  options: MarkdownOptions = {},
): string {
  checkArgument('TRACE_BAD_OPTION', 'renderMarkdown: trace', trace, { header: 'object', rows: 'list' });
  const { header, rows } = trace;
  const ladder = renderLadder(options.filter ? rows.filter(options.filter) : rows, {
    vantage: header.vantage,
  });
  const { before, after } = markdownAround(header, summarise(trace), longestBacktickRun(ladder));
  return `${before}${ladder.trimEnd()}\n${after}`;
}

/** The longest run of backticks in a text; its code fence must be longer. */
export function longestBacktickRun(text: string): number {
  checkArgument('TRACE_BAD_OPTION', 'longestFence: text', text, 'text');
  let most = 0;
  for (const [run] of text.matchAll(/`+/g)) most = Math.max(most, run.length);
  return most;
}

/**
 * The text before and after the ladder in the Markdown of a trace, for callers that print the lines one by one.
 *
 * @param backticks - the longest run of backticks in any line, as `longestFence` returns it
 */
export function markdownAround(
  header: TraceHeader,
  summary: TraceSummary,
  backticks: number,
): { readonly before: string; readonly after: string } {
  const redactor = createRedactor();
  const facts = summaryFacts(header, summary).map(
    ({ name, text }) => `| ${name} | ${cell(redactor.text(text))} |`,
  );
  const fence = '`'.repeat(Math.max(3, backticks + 1));
  const before = [
    '# Audio Connector call',
    '',
    '| | |',
    '| --- | --- |',
    ...facts,
    '',
    ...playbacksOf(summary.playbacks),
    ...rulesOf(summary.violations, redactor.text),
    '## Ladder',
    '',
    `${fence}text`,
    '',
  ].join('\n');
  return { before, after: `${fence}\n` };
}

/** Renders differences as a Markdown list, for an issue or the summary of a CI job; empty if there are none. */
export function differencesMarkdown(differences: readonly TraceDifference[]): string {
  checkArgument('TRACE_BAD_OPTION', 'differencesMarkdown: differences', differences, 'list');
  return differences.map(({ text }) => `- ${cell(text)}\n`).join('');
}

function playbacksOf(playbacks: TraceSummary['playbacks']): string[] {
  const rows = playbackTable(playbackFacts(playbacks));
  if (rows.length === 0) return [];
  return [
    '## What the caller heard',
    '',
    '| at | after the caller | heard | |',
    '| ---: | ---: | ---: | --- |',
    ...rows.map(({ at, reply, heard, note }) => `| ${at} | ${reply} | ${heard} | ${note} |`),
    '',
  ];
}

function rulesOf(violations: readonly ViolationSummary[], masked: (text: string) => string): string[] {
  if (violations.length === 0) return [];
  const byClause = new Map<string, { readonly text: string; count: number }>();
  for (const { clause, text } of violations) {
    const known = byClause.get(clause);
    if (known) known.count += 1;
    else byClause.set(clause, { text, count: 1 });
  }
  const lines = [...byClause].map(([id, { text, count }]) => {
    const rule =
      clauses.find((known) => known.id === id)?.sentence ?? 'a rule that this version does not know';
    const times = count > 1 ? ` (${count} times)` : '';
    return `- **${cell(id)}**${times} ${rule} Seen: ${cell(masked(text))}`;
  });
  return ['## Rules broken', '', ...lines, ''];
}

/** Escapes text for a line or a table cell. */
function cell(text: string): string {
  return printable(text, true).replace(/[\\`*_{}[\]<>()#|!~@&]/g, (sign) => `\\${sign}`);
}
