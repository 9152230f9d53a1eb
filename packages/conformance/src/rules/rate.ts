import { PLATFORM_RATES, type RateKind } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import { type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

const CLAUSES = { text: 'AC-RATE-1', binary: 'AC-RATE-2', pause: 'AC-RATE-3', resume: 'AC-RATE-3' } as const;

/** Answers: how many come is the client's doing. */
const ANSWERS: ReadonlySet<string> = new Set(['opened', 'closed', 'pong', 'updated']);

/** What was on its way when error 429 passed it, in milliseconds. */
const IN_FLIGHT_MS = 400;

/** How often the bot sends, and that it pauses after an error 429. */
export const rateRule: Rule = ({ items }) => {
  const evidence: Evidence[] = [];
  const buckets = new Map<RateKind, TokenBucket>();
  const breached = new Set<RateKind>();
  const answer = items.find((item) => ANSWERS.has(typeOf(item) ?? ''));
  if (answer) evidence.push(held('AC-RATE-1', answer.index));
  for (const item of items) {
    const kind = kindOf(item);
    if (!kind || breached.has(kind)) continue;
    const rate = PLATFORM_RATES[kind];
    const bucket = buckets.get(kind) ?? new TokenBucket(rate, item.t);
    buckets.set(kind, bucket);
    if (bucket.take(item.t)) evidence.push(held(CLAUSES[kind], item.index));
    else {
      breached.add(kind);
      const many = items.filter(
        (other) => kindOf(other) === kind && Math.abs(other.t - item.t) <= 500,
      ).length;
      const noun =
        kind === 'binary' ? 'binary frames' : kind === 'text' ? 'text messages' : `\`${kind}\` messages`;
      evidence.push(
        broken(
          CLAUSES[kind],
          item.index,
          `${many} ${noun} within a second, with the burst of ${rate.burst} used up`,
        ),
      );
    }
  }
  return [...evidence, ...quiet(items)];
};

function kindOf(item: TimelineItem): RateKind | undefined {
  if (item.kind === 'audio') return 'binary';
  const type = typeOf(item);
  if (type === 'pause' || type === 'resume') return type;
  return type === undefined || ANSWERS.has(type) ? undefined : 'text';
}

// AC-RATE-4
function quiet(items: readonly TimelineItem[]): Evidence[] {
  return items.flatMap((item) => {
    if (item.kind !== 'mark' || item.mark.expected !== 'quiet') return [];
    const { t, mark } = item;
    const from = t + IN_FLIGHT_MS;
    const until = t + (mark.ms ?? 0);
    const sends = (other: TimelineItem) => other.kind === 'audio' || typeOf(other) === 'event';
    const playing = items.some((other) => sends(other) && other.t > t - 1000 && other.t <= t);
    const late = items.find((other) => sends(other) && other.t > from && other.t < until);
    if (late) {
      const what = late.kind === 'audio' ? 'audio' : '`event`';
      return [
        broken(
          'AC-RATE-4',
          late.index,
          `${what} ${Math.round(late.t - t)} ms after error 429 with retryAfter ${(mark.ms ?? 0) / 1000} s`,
        ),
      ];
    }
    return playing && (items.at(-1)?.t ?? 0) >= until ? [held('AC-RATE-4', item.index)] : [];
  });
}
