import { latency } from '../ladder/cells.js';
import { printJson } from '../message/print-json.js';
import type { Lane } from '../vantage.js';
import { Alignment, type Pair } from './align.js';
import type { MessageFact } from './call-facts.js';
import type { TraceDifference } from './difference.js';
import { changesBetween, type JsonValue } from './json.js';

/** Longer values are truncated in the sentence; the difference contains them in full. */
const SHOWN_CHARS = 80;

const SENDER: Readonly<Record<Lane, string>> = { caller: 'Genesys', bot: 'the bot' };

/** Compares the messages of one side and reports differences as they are found. */
export class LaneDiff {
  readonly differences: TraceDifference[] = [];
  readonly #lane: Lane;
  readonly #toleranceMs: number | undefined;
  readonly #alignment = new Alignment<MessageFact>({ same: ({ key }) => key, type: ({ type }) => type });
  /** Delay of B that has been reported; messages after a delay are not reported again. */
  #shift = 0;

  /** @param toleranceMs - how much earlier or later a message may be; undefined: times are ignored */
  constructor(lane: Lane, toleranceMs: number | undefined) {
    this.#lane = lane;
    this.#toleranceMs = toleranceMs;
  }

  /** Takes the next message of one call. */
  push(side: 'a' | 'b', fact: MessageFact): void {
    this.#report(this.#alignment.push(side, fact));
  }

  /** Ends both calls. */
  end(): void {
    this.#report(this.#alignment.end());
  }

  #report(pairs: readonly Pair<MessageFact>[]): void {
    for (const pair of pairs) {
      // One message may have more changes than a call can have arguments.
      for (const difference of this.#differences(pair)) this.differences.push(difference);
    }
  }

  #differences({ a: one, b: other }: Pair<MessageFact>): TraceDifference[] {
    const lane = this.#lane;
    const from = SENDER[lane];
    if (one && other) {
      const changes = changesOf(lane, one, other);
      const by = other.t - one.t - this.#shift;
      if (this.#toleranceMs === undefined || Math.abs(by) <= this.#toleranceMs) return changes;
      this.#shift += by;
      return [...changes, timeOf(lane, one, other, by)];
    }
    if (one) {
      const text = `${one.words} from ${from} is missing in B (in A at ${at(one.t)})`;
      return [{ kind: 'missing', of: 'message', lane, type: one.type, a: one.content, atA: one.t, text }];
    }
    if (!other) return [];
    const text = `${other.words} from ${from} is only in B, at ${at(other.t)}`;
    return [{ kind: 'extra', of: 'message', lane, type: other.type, b: other.content, atB: other.t, text }];
  }
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
    text: `${one.words} from ${SENDER[lane]} arrives ${how} in B (${at(one.t)} and ${at(other.t)})`,
  };
}

/** A value within a sentence. */
export function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'not there';
  const text = printJson(value);
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS - 3)}...` : text;
}

function at(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
