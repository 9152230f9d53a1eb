import { describe } from '@hookline/protocol';
import { traceError } from '../error.js';
import type { LadderEvent } from '../ladder/row.js';

/** Whether a row passes. */
export type RowFilter = (row: LadderEvent) => boolean;

interface Term {
  readonly key: 'type' | 'dir' | 'text';
  readonly value: string;
  readonly negated: boolean;
}

const TERM = /(-)?(?:([a-z]+):)?("[^"]*"|\S+)/gi;
const KEYS = 'type: (a message type, or a kind such as audio, violation, end), dir:in, dir:out';

/**
 * Reads a filter such as `type:event -type:ping dir:in "table for two"`.
 *
 * A row passes when, for each key, it has one of the values given for it, contains every bare or quoted text
 * (upper and lower case alike), and matches nothing that begins with `-`. An empty filter passes all.
 *
 * @throws HooklineError `TRACE_FILTER` for a key or a direction that does not exist
 */
export function parseFilter(filter: string): RowFilter {
  const terms = [...filter.matchAll(TERM)].map(([term, minus, key, value]) =>
    readTerm(term, minus, key, value),
  );
  const refused = terms.filter((term) => term.negated);
  const texts = terms.filter((term) => !term.negated && term.key === 'text');
  const types = terms.filter((term) => !term.negated && term.key === 'type');
  const dirs = terms.filter((term) => !term.negated && term.key === 'dir');
  return (row) =>
    !refused.some((term) => matches(row, term)) &&
    texts.every((term) => matches(row, term)) &&
    [types, dirs].every((anyOf) => anyOf.length === 0 || anyOf.some((term) => matches(row, term)));
}

function readTerm(term: string, minus: string | undefined, key: string | undefined, value = ''): Term {
  const text = value.replace(/^"|"$/g, '').toLowerCase();
  const negated = minus !== undefined;
  if (key === undefined) return { key: 'text', value: text, negated };
  const name = key.toLowerCase();
  if (name === 'type') return { key: name, value: text, negated };
  if (name === 'dir' && (text === 'in' || text === 'out')) return { key: name, value: text, negated };
  throw traceError(
    'TRACE_FILTER',
    `Filter: ${describe(term)} is none of ${KEYS}. To look for it as text, put it in double quotes.`,
  );
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
