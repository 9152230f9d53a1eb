import { PLATFORM_RATES, type RateKind } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import { type TimelineItem, typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

const CLAUSES = { text: 'AC-RATE-1', binary: 'AC-RATE-2', pause: 'AC-RATE-3', resume: 'AC-RATE-3' } as const;

/** Responses are not counted: their number depends on the client. */
const RESPONSES: ReadonlySet<string> = new Set(['opened', 'closed', 'pong', 'updated']);

/** Messages may arrive this long after error 429 was sent, because they may have been in flight. In milliseconds. */
const IN_FLIGHT_MS = 400;

/** Evaluates how often the bot sends, and whether it pauses after error 429. */
export const rateRule: Rule = ({ items }) => {
  const evidence: Evidence[] = [];
  const buckets = new Map<RateKind, TokenBucket>();
  const violated = new Set<RateKind>();
  const answer = items.find((item) => RESPONSES.has(typeOf(item) ?? ''));
  if (answer) evidence.push(pass('AC-RATE-1', answer.index));
  for (const item of items) {
    const kind = kindOf(item);
    if (!kind || violated.has(kind)) continue;
    const rate = PLATFORM_RATES[kind];
    const bucket = buckets.get(kind) ?? new TokenBucket(rate, item.t);
    buckets.set(kind, bucket);
    if (bucket.take(item.t)) evidence.push(pass(CLAUSES[kind], item.index));
    else {
      violated.add(kind);
      const count = items.filter(
        (other) => kindOf(other) === kind && Math.abs(other.t - item.t) <= 500,
      ).length;
      const noun =
        kind === 'binary' ? 'binary frames' : kind === 'text' ? 'text messages' : `\`${kind}\` messages`;
      evidence.push(
        violation(
          CLAUSES[kind],
          item.index,
          `${count} ${noun} within 1 s, after a burst of ${rate.burst} was used up`,
        ),
      );
    }
  }
  return [...evidence, ...checkRetryAfter(items)];
};

function kindOf(item: TimelineItem): RateKind | undefined {
  if (item.kind === 'audio') return 'binary';
  const type = typeOf(item);
  if (type === 'pause' || type === 'resume') return type;
  return type === undefined || RESPONSES.has(type) ? undefined : 'text';
}

// AC-RATE-4
function checkRetryAfter(items: readonly TimelineItem[]): Evidence[] {
  return items.flatMap((item) => {
    if (item.kind !== 'mark' || item.mark.expected !== 'quiet') return [];
    const { t, mark } = item;
    const startMs = t + IN_FLIGHT_MS;
    const endMs = t + (mark.durationMs ?? 0);
    const isLimited = (other: TimelineItem) => other.kind === 'audio' || typeOf(other) === 'event';
    const wasSending = items.some((other) => isLimited(other) && other.t > t - 1000 && other.t <= t);
    const late = items.find((other) => isLimited(other) && other.t > startMs && other.t < endMs);
    if (late) {
      const what = late.kind === 'audio' ? 'audio' : '`event`';
      return [
        violation(
          'AC-RATE-4',
          late.index,
          `${what} ${Math.round(late.t - t)} ms after error 429 with retryAfter ${(mark.durationMs ?? 0) / 1000} s`,
        ),
      ];
    }
    return wasSending && (items.at(-1)?.t ?? 0) >= endMs ? [pass('AC-RATE-4', item.index)] : [];
  });
}
