import type { LadderEvent } from '../ladder/row.js';
import { readTerms, type Term } from './terms.js';

/** Whether a row passes. */
export type RowFilter = (row: LadderEvent) => boolean;

/**
 * Reads a filter such as `type:event -type:ping dir:in "table for two"`.
 *
 * A row passes when, for each of `type:` and `dir:`, it has one of the values given for it, contains every text
 * (bare, quoted or behind `text:`; upper and lower case alike), and matches nothing that begins with `-`. An empty
 * filter passes all.
 *
 * @throws HooklineError `TRACE_FILTER`, naming the column and what was probably meant
 */
export function parseFilter(filter: string): RowFilter {
  const terms = readTerms(filter);
  const refused = terms.filter((term) => term.negated);
  const texts = terms.filter((term) => !term.negated && term.key === 'text');
  const types = terms.filter((term) => !term.negated && term.key === 'type');
  const dirs = terms.filter((term) => !term.negated && term.key === 'dir');
  return (row) =>
    !refused.some((term) => matches(row, term)) &&
    texts.every((term) => matches(row, term)) &&
    [types, dirs].every((anyOf) => anyOf.length === 0 || anyOf.some((term) => matches(row, term)));
}

function matches(row: LadderEvent, { key, value }: Term): boolean {
  switch (key) {
    case 'type':
      return typeOf(row).toLowerCase() === value;
    case 'dir':
      return 'dir' in row && row.dir === value;
    case 'text':
      return textOf(row).toLowerCase().includes(value);
  }
}

function typeOf(row: LadderEvent): string {
  if (row.kind === 'message') return row.type ?? 'message';
  return row.kind === 'unknown' ? row.of : row.kind;
}

function textOf(row: LadderEvent): string {
  switch (row.kind) {
    case 'request':
    case 'response':
      return row.head;
    case 'message':
      return row.text;
    case 'violation':
      return `${row.clause} ${row.text}`;
    case 'end':
      return `${row.code} ${row.reason}`;
    case 'unknown':
      return JSON.stringify(row.row);
    case 'audio':
    case 'playback':
      return row.kind;
  }
}
