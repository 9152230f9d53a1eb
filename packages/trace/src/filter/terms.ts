import { clientMessages, serverMessages } from '@hookline/protocol';
import { closestName } from '@hookline/runtime';
import { type TraceError, traceError } from '../error.js';

/** One condition of a filter; the value in lower case. */
export interface Term {
  readonly key: 'type' | 'dir' | 'text';
  readonly value: string;
  readonly negated: boolean;
}

const KEYS = ['type', 'dir', 'text'] as const;
const DIRECTIONS = ['in', 'out'];
/** Rows that are no message. */
const KINDS = ['request', 'response', 'message', 'audio', 'playback', 'violation', 'end'];
const TYPES = [...Object.keys(clientMessages), ...Object.keys(serverMessages), ...KINDS];

const WORD = /(-?)(?:([a-z]+):)?(?:"([^"]*)"(?=\s|$)|([^\s"]\S*)|(?=\s|$))/iy;

/** Splits a filter into its conditions. @throws HooklineError `TRACE_FILTER`, with the place in the text */
export function readTerms(filter: string): Term[] {
  const terms: Term[] = [];
  let at = filter.search(/\S/);
  while (at >= 0 && at < filter.length) {
    WORD.lastIndex = at;
    const found = WORD.exec(filter);
    if (!found) throw badQuote(filter, at);
    const [word, minus, key, quoted, bare = ''] = found;
    terms.push(readTerm(at, { word, negated: minus === '-', key, quoted, bare }));
    at += word.length;
    while (/\s/.test(filter[at] ?? '')) at += 1;
  }
  return terms;
}

interface Word {
  readonly word: string;
  readonly negated: boolean;
  readonly key: string | undefined;
  readonly quoted: string | undefined;
  readonly bare: string;
}

function readTerm(at: number, { word, negated, key, quoted, bare }: Word): Term {
  const value = (quoted ?? bare).toLowerCase();
  const name = KEYS.find((known) => known === (key?.toLowerCase() ?? 'text'));
  if (name === undefined) {
    const meant = suggestion(key ?? '', KEYS, (near) => `${near}:${value}`);
    throw fault(at, word, `there is no ${key}:; expected type:, dir:, text: or words to find`, meant);
  }
  if (value === '') throw fault(at, word, `nothing stands behind ${negated && !key ? '-' : `${name}:`}`, '');
  if (name === 'dir' && !DIRECTIONS.includes(value)) {
    throw fault(at, word, 'a direction is dir:in or dir:out, as seen from where the trace was taken', '');
  }
  if (name === 'type' && quoted === undefined && !TYPES.includes(value)) {
    // A type that nobody knows may well stand in a trace; one that is nearly known is a slip.
    const near = closestName(value, TYPES);
    if (near !== undefined)
      throw fault(at, word, `there is no such type`, ` Did you mean type:${near}?`, value);
  }
  return { key: name, value, negated };
}

function badQuote(filter: string, at: number): TraceError {
  const rest = filter.slice(at);
  const opening = at + rest.indexOf('"');
  const closed = filter.indexOf('"', opening + 1) >= 0;
  return fault(
    opening,
    filter.slice(opening),
    closed ? 'a blank is missing behind the closing quote' : 'the quote is never closed',
    '',
  );
}

function suggestion(word: string, known: readonly string[], render: (near: string) => string): string {
  const near = closestName(word, known);
  return near === undefined ? '' : ` Did you mean ${render(near)}?`;
}

function fault(at: number, word: string, what: string, meant: string, value = word): TraceError {
  const cure = `To look for it as it stands, put it in double quotes: ${value === word ? '' : 'type:'}"${value.replaceAll('"', '')}".`;
  return traceError(
    'TRACE_FILTER',
    `Filter, column ${at + 1}: ${JSON.stringify(word)}: ${what}.${meant} ${cure}`,
  );
}
