import { latency } from '../ladder/cells.js';
import type { Lane } from '../vantage.js';
import { align } from './align.js';
import type { MessageFact } from './call-facts.js';
import type { TraceDifference } from './difference.js';
import { changesBetween, type JsonValue } from './json.js';

/** Values longer than this are cut in a sentence; the difference has them whole. */
const SHOWN_CHARS = 80;

const SENDER: Readonly<Record<Lane, string>> = { caller: 'Genesys', bot: 'the bot' };

/**
 * In what the messages of one side differ.
 *
 * @param toleranceMs - how much a message may come earlier or later; undefined to leave times aside
 */
export function diffMessages(
  lane: Lane,
  a: readonly MessageFact[],
  b: readonly MessageFact[],
  toleranceMs: number | undefined,
): TraceDifference[] {
  const from = SENDER[lane];
  /** How much later B is since the last difference of time: what follows a delay is not late anew. */
  let shift = 0;
  return align(
    a,
    b,
    (fact) => fact.key,
    (fact) => fact.type,
  ).flatMap(({ a: one, b: other }): TraceDifference[] => {
    if (one && other) {
      const changes = changesOf(lane, one, other);
      const moved = other.t - one.t;
      if (toleranceMs === undefined || Math.abs(moved - shift) <= toleranceMs) return changes;
      const by = moved - shift;
      shift = moved;
      return [...changes, timeOf(lane, one, other, by)];
    }
    if (one) {
      const text = `${one.words} from ${from} is missing in B (in A at ${at(one.t)})`;
      return [{ kind: 'missing', of: 'message', lane, type: one.type, a: one.content, atA: one.t, text }];
    }
    if (!other) return [];
    const text = `${other.words} from ${from} is only in B, at ${at(other.t)}`;
    return [{ kind: 'extra', of: 'message', lane, type: other.type, b: other.content, atB: other.t, text }];
  });
}

function changesOf(lane: Lane, one: MessageFact, other: MessageFact): TraceDifference[] {
  if (one.key === other.key) return [];
  const times = { atA: one.t, atB: other.t };
  return changesBetween(one.content, other.content).map(({ path, a, b }) => ({
    kind: 'changed',
    of: 'message',
    lane,
    type: one.type,
    path,
    ...(a === undefined ? {} : { a }),
    ...(b === undefined ? {} : { b }),
    ...times,
    text: `${one.type} from ${SENDER[lane]} at ${at(one.t)}: ${path || 'the text'} is ${shown(a)} in A, ${shown(b)} in B`,
  }));
}

function timeOf(lane: Lane, one: MessageFact, other: MessageFact, by: number): TraceDifference {
  const how = `${latency(Math.abs(by))} ${by > 0 ? 'later' : 'earlier'}`;
  return {
    kind: 'time',
    of: 'message',
    lane,
    type: one.type,
    atA: one.t,
    atB: other.t,
    text: `${one.words} from ${SENDER[lane]} comes ${how} in B (${at(one.t)} and ${at(other.t)})`,
  };
}

/** A value within a sentence. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'not there';
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 3)}...` : text;
}

function at(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
