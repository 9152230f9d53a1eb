import { readEntity } from '@hookline/protocol';
import type { Timeline, TimelineItem } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

/** How long after `barge_in` audio can only be of the old turn, in milliseconds, while the caller speaks on. */
const LEAK_MS = 600;
/** A window shorter than this shows nothing. */
const MIN_WINDOW_MS = 300;

/** Other names for what interrupts the bot. */
const MISSPELT_BARGE_IN = /barge|interrupt/i;

/** Event entities, and that barge-in stops what was playing. */
export const eventRule: Rule = (call) => {
  const evidence: Evidence[] = [];
  for (const item of call.items) {
    if (item.kind !== 'message' || item.message.type !== 'event') continue;
    evidence.push(held('AC-EVENT-1', item.index));
    for (const entity of item.message.parameters.entities) {
      const read = readEntity(entity);
      const where = item.index;
      if (read.kind === 'barge_in') {
        evidence.push(held('AC-BARGE-1', where), ...leak(call, item));
      } else if (read.kind === 'bot_turn_response') {
        evidence.push(held('AC-EVENT-3', where));
        const { confidence } = read.data;
        // AC-EVENT-4
        if (confidence !== undefined) {
          const within = confidence >= 0 && confidence <= 1;
          evidence.push(within ? held('AC-EVENT-4', where) : broken('AC-EVENT-4', where, item.text));
        }
      } else if (read.kind === 'invalid') {
        const { path, got, expected } = read.mismatch;
        // AC-BARGE-1, AC-EVENT-3, AC-EVENT-4
        const clause =
          read.type === 'barge_in'
            ? 'AC-BARGE-1'
            : path.endsWith('/confidence')
              ? 'AC-EVENT-4'
              : 'AC-EVENT-3';
        evidence.push(broken(clause, where, `${got} at ${path}, expected ${expected}: ${item.text}`));
      } else if (MISSPELT_BARGE_IN.test(read.type) && !interrupts(call)) {
        evidence.push(broken('AC-BARGE-1', where, item.text));
      }
    }
  }
  return evidence;
};

/** Whether the bot does know the right name: it may send others besides. */
function interrupts({ items }: Timeline): boolean {
  return items.some(
    (item) =>
      item.kind === 'message' &&
      item.message.type === 'event' &&
      item.message.parameters.entities.some(({ type }) => type === 'barge_in'),
  );
}

// AC-BARGE-3
function leak({ items, endMs }: Timeline, event: TimelineItem): Evidence[] {
  const speech = items.findLast(
    (item) => item.kind === 'mark' && item.mark.expected === 'bargeIn' && item.t <= event.t,
  );
  if (speech?.kind !== 'mark') return [];
  const until = Math.min(event.t + LEAK_MS, speech.t + (speech.mark.ms ?? 0), endMs);
  const late = isScheduled(items, event, until);
  if (late) return [leaked(late, event)];
  const next = items.find(
    (item) => item.index > event.index && item.t <= until && (item.kind === 'audio' || isTurn(item)),
  );
  if (next?.kind === 'audio') return [leaked(next, event)];
  return until - event.t >= MIN_WINDOW_MS ? [held('AC-BARGE-3', event.index)] : [];
}

function leaked(frame: Frame, event: TimelineItem): Evidence {
  const text = `a frame of ${frame.bytes.length} bytes ${Math.round(frame.t - event.t)} ms after \`barge_in\`, while the caller was speaking`;
  return broken('AC-BARGE-3', frame.index, text);
}

type Frame = Extract<TimelineItem, { kind: 'audio' }>;

/** Frames before `barge_in` whose distance tells the beat of the stream. */
const INTERVAL_FRAMES = 5;
/** How far from the beat a frame may be and still be on it, as a part of it. */
const INTERVAL_TOLERANCE = 0.1;

/**
 * The first frame after `barge_in` where two come on the beat of the frames before it: the stream goes on, also when a
 * turn was told with the barge-in.
 */
function isScheduled(
  items: readonly TimelineItem[],
  event: TimelineItem,
  untilMs: number,
): Frame | undefined {
  const frames = items.filter((item): item is Frame => item.kind === 'audio');
  const before = frames.filter(({ index }) => index < event.index).slice(-INTERVAL_FRAMES);
  const [first, second] = frames.filter(({ index, t }) => index > event.index && t <= untilMs);
  const last = before.at(-1);
  if (before.length < INTERVAL_FRAMES || !last || !first || !second) return undefined;
  const distances = before.slice(1).map(({ t }, at) => t - (before[at]?.t ?? t));
  const intervalMs = distances.sort((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  const isOnInterval = (ms: number) => Math.abs(ms - intervalMs) <= intervalMs * INTERVAL_TOLERANCE;
  return isOnInterval(first.t - last.t) && isOnInterval(second.t - first.t) ? first : undefined;
}

function isTurn(item: TimelineItem): boolean {
  return (
    item.kind === 'message' &&
    item.message.type === 'event' &&
    item.message.parameters.entities.some(({ type }) => type === 'bot_turn_response')
  );
}
