import { checkArgument, closestName } from '@hookline/runtime';
import { type TraceError, traceError } from '../error.js';
import type { LadderEvent } from '../ladder/row.js';
import { pattern } from './pattern.js';
import { textOf, typeOf } from './row-facts.js';
import { type Token, tokens } from './tokens.js';

/** Returns whether a row matches. */
export type RowFilter = (row: LadderEvent) => boolean;

/** One condition; `either` is the key whose values are alternatives. */
interface Term {
  readonly either?: string;
  readonly passes: RowFilter;
}

const MAX_FILTER_CHARS = 2000;
const MAX_FILTER_DEPTH = 50;
const KEYS = ['type', 'dir', 'clause', 't', 'text'];
const TERM = /^([a-z]+)(!=|<=|>=|[:=~<>])(.*)$/is;
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/**
 * Parses a filter such as `type=event,dtmf not type=ping dir=in t>1.5s clause=AC-MSG-* "table for two"`. The README
 * of this package contains the grammar. An empty filter matches every row.
 *
 * @throws HooklineError `TRACE_FILTER`, with the position and, for a misspelt word, a suggestion
 */
export function parseFilter(filter: string): RowFilter {
  checkArgument('TRACE_BAD_OPTION', 'parseFilter: filter', filter, 'text');
  if (filter.length > MAX_FILTER_CHARS)
    throw fault(
      MAX_FILTER_CHARS,
      `the filter has ${filter.length} characters; expected at most ${MAX_FILTER_CHARS}`,
    );
  const words = tokens(filter);
  if ('openQuote' in words) throw fault(words.openQuote, 'the double quote that starts here is not closed');
  let next = 0;
  const peek = () => words[next];
  const isWord = (word: string) => {
    const token = peek();
    return token !== undefined && !token.quoted && token.text.toLowerCase() === word;
  };

  const anyOf = (depth: number): RowFilter => {
    const first = allOf(depth);
    if (!isWord('or')) return first;
    const options = [first];
    while (isWord('or')) {
      next += 1;
      options.push(allOf(depth));
    }
    return (row) => options.some((passes) => passes(row));
  };

  const allOf = (depth: number): RowFilter => {
    const groups = new Map<string, RowFilter[]>();
    const rest: RowFilter[] = [];
    const start = next;
    while (peek() && !isWord('or') && !isWord(')')) {
      if (next > start && isWord('and')) next += 1;
      const { either, passes } = condition(depth);
      if (either === undefined) rest.push(passes);
      else groups.set(either, [...(groups.get(either) ?? []), passes]);
    }
    if (next === start && (start > 0 || words.length > 0))
      throw fault(peek()?.at ?? filter.length, 'a condition is missing here');
    const alternatives = [...groups.values()];
    return (row) =>
      rest.every((passes) => passes(row)) &&
      alternatives.every((group) => group.some((passes) => passes(row)));
  };

  const condition = (depth: number): Term => {
    const token = peek();
    if (!token || isWord('or') || isWord('and') || isWord(')'))
      throw fault(token?.at ?? filter.length, 'a condition is missing here');
    if (depth > MAX_FILTER_DEPTH)
      throw fault(token.at, `conditions are nested more than ${MAX_FILTER_DEPTH} levels deep`);
    next += 1;
    if (!token.quoted && token.text.toLowerCase() === 'not') return negated(condition(depth + 1));
    if (!token.quoted && token.text === '-' && isWord('(')) return negated(condition(depth + 1));
    if (!token.quoted && token.text === '(') {
      const passes = anyOf(depth + 1);
      if (!isWord(')')) throw fault(token.at, 'the parenthesis that starts here is not closed');
      next += 1;
      return { passes };
    }
    if (!token.quoted && token.text.startsWith('-') && token.text.length > 1)
      return negated(readTerm({ ...token, at: token.at + 1, text: token.text.slice(1) }));
    return readTerm(token);
  };

  const passes = anyOf(0);
  const left = peek();
  if (left) throw fault(left.at, `${JSON.stringify(left.text)} closes nothing`);
  return passes;
}

const negated = ({ passes }: Term): Term => ({ passes: (row) => !passes(row) });

function readTerm({ at, text, quoted }: Token): Term {
  const [, written = '', sign = '', given = ''] = (!quoted && TERM.exec(text)) || [];
  if (sign === '') return { passes: contains(unquoted(text)) };
  const key = written.toLowerCase();
  if (!KEYS.includes(key)) {
    const near = closestName(key, KEYS);
    throw fault(
      at,
      `unknown key ${JSON.stringify(written)}; expected one of ${KEYS.join(', ')}${near ? `; did you mean ${near}?` : ''}. ` +
        'To search for it as text, put it in double quotes',
    );
  }
  const valueAt = at + written.length + sign.length;
  if (given === '') throw fault(valueAt, `expected a value after ${text}`);
  if (key === 't') return { passes: compareTime(sign, given, at, valueAt) };
  if (key === 'text' || sign === '~') {
    if (sign === '<' || sign === '>' || sign.length > 1)
      throw fault(at + key.length, `${key} must be followed by :, = or ~`);
    const value = unquoted(given).toLowerCase();
    if (key === 'text') return { passes: contains(value) };
    return { passes: (row) => factOf(row, key).toLowerCase().includes(value) };
  }
  if (!['=', ':', '!='].includes(sign))
    throw fault(at + key.length, `${key} must be followed by =, :, != or ~`);
  const values = given.split(',').map(unquoted);
  const wrong = key === 'dir' ? values.find((value) => !/^(?:in|out)$/i.test(value)) : undefined;
  if (wrong !== undefined) throw fault(valueAt, `dir is ${JSON.stringify(wrong)}; expected in or out`);
  const patterns = values.map(pattern);
  const passes: RowFilter = (row) => patterns.some((fits) => fits(factOf(row, key)));
  return sign === '!=' ? negated({ passes }) : { either: key, passes };
}

function factOf(row: LadderEvent, key: string): string {
  if (key === 'type') return typeOf(row);
  if (key === 'dir') return 'dir' in row ? row.dir : '';
  return row.kind === 'violation' ? row.clause : '';
}

function contains(text: string): RowFilter {
  const sought = text.toLowerCase();
  return (row) => textOf(row).toLowerCase().includes(sought);
}

function compareTime(sign: string, given: string, at: number, valueAt: number): RowFilter {
  const [, amount = '', unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)$/i.exec(given) ?? [];
  const ms = Number(amount) * (UNITS_MS[unit.toLowerCase()] ?? Number.NaN);
  if (amount === '' || !Number.isFinite(ms))
    throw fault(valueAt, `t is ${JSON.stringify(given)}; expected a time such as 1.5s, 500ms or 2m`);
  switch (sign) {
    case '>':
      return (row) => row.t > ms;
    case '>=':
      return (row) => row.t >= ms;
    case '<':
      return (row) => row.t < ms;
    case '<=':
      return (row) => row.t <= ms;
    default:
      throw fault(at + 1, 't must be followed by <, <=, > or >=');
  }
}

const unquoted = (text: string) => text.replace(/^"([^"]*)"$/, '$1');

/** @param at - from 0; reported from 1 */
function fault(at: number, what: string): TraceError {
  return traceError('TRACE_FILTER', `Filter, character ${at + 1}: ${what}.`);
}
