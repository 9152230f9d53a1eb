import { checkArgument, numberFault } from '@hookline/runtime';
import { traceError } from '../error.js';
import type { TraceHeader } from '../format/header.js';
import type { TraceRow } from '../format/row.js';
import type { Trace } from '../format/trace.js';
import { seconds } from '../ladder/cells.js';
import { printJson } from '../message/print-json.js';
import { createPersonalDataMask, masksPersonalData } from '../personal-data.js';
import { CallFacts } from './call-facts.js';
import { LaneDiff, shown } from './diff-messages.js';
import type { TraceDifference } from './difference.js';
import { type JsonValue, jsonObject } from './json.js';

/** What counts as a difference. */
export interface DiffOptions {
  /** How much earlier or later a message may be, in milliseconds; default: times are not compared. */
  readonly timesWithinMs?: number;
  /** How much longer or shorter an utterance of the bot may last, in milliseconds; default 500. */
  readonly audioWithinMs?: number;
  /** Whether to ignore the texts of turns, of `info` and of errors; default false. */
  readonly ignoreText?: boolean;
}

/** What `diffTraces` reads of a trace. */
export type ComparedTrace = Pick<Trace, 'header' | 'rows' | 'result'>;

/** An audio frame more or less at a barge-in, and its jitter. */
const AUDIO_WITHIN_MS = 500;

/**
 * The differences of call B from call A. Ignored by default: identifiers, counters, durations and timestamps, pings,
 * the framing of audio, the order between the two sides, the URL of the bot and the signature.
 *
 * Compared: the messages of each side in order, the number and durations of the bot's utterances, the status of the
 * upgrade, who ended the connection and with which code, violations (if both traces have the same vantage), and path
 * and cause of the result (if both have one). The traces may have different vantages. If only one of them masks
 * personal data, such as texts, keys and variables, these are not compared.
 *
 * @returns an empty array if the calls are equal
 * @throws HooklineError `TRACE_DIFF` for an option that is not a number
 */
export function diffTraces(
  a: ComparedTrace,
  b: ComparedTrace,
  options: DiffOptions = {},
): readonly TraceDifference[] {
  checkArgument('TRACE_BAD_OPTION', 'diffTraces: a', a, 'object');
  checkArgument('TRACE_BAD_OPTION', 'diffTraces: b', b, 'object');
  const diff = createTraceDiff(a.header, b.header, options);
  for (let index = 0; index < Math.max(a.rows.length, b.rows.length); index++) {
    const [one, other] = [a.rows[index], b.rows[index]];
    if (one) diff.push('a', one);
    if (other) diff.push('b', other);
  }
  return diff.end(a.result, b.result);
}

/** Compares two calls row by row. */
export interface TraceDiff {
  /**
   * Adds the next row of one call. If the rows of both calls arrive at about the same pace, memory grows only with the
   * differences and by a few bytes per utterance of the bot.
   */
  push(side: 'a' | 'b', row: TraceRow): void;
  /** Ends both calls and returns all differences. The results are optional. */
  end(resultA?: unknown, resultB?: unknown): readonly TraceDifference[];
}

/**
 * Compares two calls like `diffTraces`, while they are read.
 *
 * @throws HooklineError `TRACE_DIFF` for an option that is not a number
 */
export function createTraceDiff(a: TraceHeader, b: TraceHeader, options: DiffOptions = {}): TraceDiff {
  checkArgument('TRACE_BAD_OPTION', 'createTraceDiff: a', a, 'object');
  checkArgument('TRACE_BAD_OPTION', 'createTraceDiff: b', b, 'object');
  const { timesWithinMs, audioWithinMs = AUDIO_WITHIN_MS, ignoreText = false } = options;
  for (const [name, value] of Object.entries({ timesWithinMs, audioWithinMs })) checkSpan(name, value);
  const facts = { a: new CallFacts(a, ignoreText), b: new CallFacts(b, ignoreText) };
  const lanes = {
    caller: new LaneDiff('caller', timesWithinMs),
    bot: new LaneDiff('bot', timesWithinMs),
  };
  // What one trace masks can only be equal if the other masks it too.
  const masksA = masksPersonalData(a);
  const mask = masksA === masksPersonalData(b) ? undefined : createPersonalDataMask();
  const maskedLater = masksA ? 'b' : 'a';
  return {
    push(side, row) {
      const comparable = mask && side === maskedLater && row.kind === 'message' ? mask.event(row) : row;
      const message = facts[side].push(comparable);
      if (message) lanes[message.lane].push(side, message.fact);
    },
    end(resultA, resultB) {
      lanes.caller.end();
      lanes.bot.end();
      return [
        ...valueDifference('handshake', 'the status of the upgrade', facts.a.status, facts.b.status),
        ...lanes.caller.differences,
        ...lanes.bot.differences,
        ...diffAudio(facts.a, facts.b, audioWithinMs),
        ...valueDifference('end', 'the end of the connection', facts.a.end, facts.b.end),
        ...(a.vantage === b.vantage ? diffRules(facts.a, facts.b) : []),
        ...diffResults(resultA, resultB),
      ];
    },
  };
}

function checkSpan(name: string, value: number | undefined): void {
  if (value === undefined) return;
  const fault = numberFault(`diffTraces: ${name}`, value, { min: 0 });
  if (fault !== undefined) throw traceError('TRACE_DIFF', `${fault}.`);
}

function valueDifference(
  of: 'handshake' | 'end' | 'result',
  what: string,
  a: JsonValue | undefined,
  b: JsonValue | undefined,
): TraceDifference[] {
  if (a === b) return [];
  const kind = a === undefined ? 'extra' : b === undefined ? 'missing' : 'changed';
  const values = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
  return [{ kind, of, ...values, text: `${what} is ${shown(a)} in A, ${shown(b)} in B` }];
}

/** Compares each utterance if both calls have the same number; otherwise only the total. */
function diffAudio(one: CallFacts, other: CallFacts, withinMs: number): TraceDifference[] {
  const [a, b] = [one.utterances, other.utterances];
  const lane = 'bot';
  if (a.length !== b.length) {
    const kind = b.length === 0 ? 'missing' : a.length === 0 ? 'extra' : 'changed';
    const text = `the bot is heard ${times(a.length)} in A, ${times(b.length)} in B`;
    return [{ kind, of: 'audio', lane, a: a.length, b: b.length, text }];
  }
  return a.flatMap((from, index): TraceDifference[] => {
    const to = b[index];
    if (!to || Math.abs(to.lastsMs - from.lastsMs) <= withinMs) return [];
    const text =
      `the ${ordinal(index + 1)} utterance of the bot lasts ${seconds(from.lastsMs)} in A, ` +
      `${seconds(to.lastsMs)} in B`;
    const found = { a: from.lastsMs, b: to.lastsMs, atA: from.t, atB: to.t };
    return [{ kind: 'changed', of: 'audio', lane, ...found, text }];
  });
}

function times(count: number): string {
  return count === 0 ? 'never' : count === 1 ? 'once' : `${count} times`;
}

function ordinal(count: number): string {
  const suffix = /1\d$/.test(String(count)) ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[count % 10] ?? 'th');
  return `${count}${suffix}`;
}

function diffRules(one: CallFacts, other: CallFacts): TraceDifference[] {
  const only = (from: CallFacts, than: CallFacts) => [...from.clauses].filter((id) => !than.clauses.has(id));
  return [
    ...only(one, other).map((type): TraceDifference => {
      return { kind: 'missing', of: 'rule', type, text: `${type} is broken only in A` };
    }),
    ...only(other, one).map((type): TraceDifference => {
      return { kind: 'extra', of: 'rule', type, text: `${type} is broken only in B` };
    }),
  ];
}

function diffResults(a: unknown, b: unknown): TraceDifference[] {
  if (a === undefined || b === undefined) return [];
  const one = jsonObject(printJson(a)) ?? {};
  const other = jsonObject(printJson(b)) ?? {};
  return ['path', 'cause'].flatMap((name) =>
    valueDifference('result', `${name} of the result`, one[name], other[name]),
  );
}
