import { readEntity } from '@hookline/protocol';
import type { Timeline, TimelineItem } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

/** Audio that arrives this soon after `barge_in`, while the caller still speaks, belongs to the old turn. In milliseconds. */
const LEAK_WINDOW_MS = 600;
/** The shortest window that counts as evidence, in milliseconds. */
const MIN_WINDOW_MS = 300;

/** Wrong names for the entity `barge_in`. */
const BARGE_IN_ALIAS = /barge|interrupt/i;

/** Evaluates event entities, and whether the bot stops its audio at barge-in. */
export const eventRule: Rule = (call) => {
  const evidence: Evidence[] = [];
  for (const item of call.items) {
    if (item.kind !== 'message' || item.message.type !== 'event') continue;
    evidence.push(pass('AC-EVENT-1', item.index));
    for (const entity of item.message.parameters.entities) {
      const read = readEntity(entity);
      const index = item.index;
      if (read.kind === 'barge_in') {
        evidence.push(pass('AC-BARGE-1', index), ...checkAudioAfterBargeIn(call, item));
      } else if (read.kind === 'bot_turn_response') {
        evidence.push(pass('AC-EVENT-3', index));
        const { confidence } = read.data;
        // AC-EVENT-4
        if (confidence !== undefined) {
          const isInRange = confidence >= 0 && confidence <= 1;
          evidence.push(
            isInRange
              ? pass('AC-EVENT-4', index)
              : violation('AC-EVENT-4', index, `confidence ${confidence}; expected 0 to 1: ${item.text}`),
          );
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
        evidence.push(violation(clause, index, `${got} at ${path}, expected ${expected}: ${item.text}`));
      } else if (BARGE_IN_ALIAS.test(read.type) && !sendsBargeIn(call)) {
        evidence.push(
          violation(
            'AC-BARGE-1',
            index,
            `entity ${JSON.stringify(read.type)}; expected "barge_in": ${item.text}`,
          ),
        );
      }
    }
  }
  return evidence;
};

/** Whether the bot also sends the right name. It may then send other entities too. */
function sendsBargeIn({ items }: Timeline): boolean {
  return items.some(
    (item) =>
      item.kind === 'message' &&
      item.message.type === 'event' &&
      item.message.parameters.entities.some(({ type }) => type === 'barge_in'),
  );
}

// AC-BARGE-3
function checkAudioAfterBargeIn({ items, endMs }: Timeline, event: TimelineItem): Evidence[] {
  const speech = items.findLast(
    (item) => item.kind === 'mark' && item.mark.expected === 'bargeIn' && item.t <= event.t,
  );
  // A caller who does not speak leaves the next prompt free to follow at once, so audio proves nothing.
  if (speech?.kind !== 'mark' || speech.mark.durationMs === undefined) return [];
  const untilMs = Math.min(event.t + LEAK_WINDOW_MS, speech.t + speech.mark.durationMs, endMs);
  const scheduled = findOnSchedule(items, event, untilMs);
  if (scheduled) return [leakViolation(scheduled, event)];
  const next = items.find(
    (item) => item.index > event.index && item.t <= untilMs && (item.kind === 'audio' || isTurn(item)),
  );
  if (next?.kind === 'audio') return [leakViolation(next, event)];
  return untilMs - event.t >= MIN_WINDOW_MS ? [pass('AC-BARGE-3', event.index)] : [];
}

function leakViolation(frame: Frame, event: TimelineItem): Evidence {
  const text = `a frame of ${frame.bytes.length} bytes ${Math.round(frame.t - event.t)} ms after \`barge_in\`, while the caller was speaking`;
  return violation('AC-BARGE-3', frame.index, text);
}

type Frame = Extract<TimelineItem, { kind: 'audio' }>;

/** Frames before `barge_in` from which the interval of the stream is measured. */
const INTERVAL_FRAMES = 5;
/** Tolerance of the interval, as a fraction of it. */
const INTERVAL_TOLERANCE = 0.1;

/**
 * Returns the first frame after `barge_in` if two frames arrive at the interval of the frames before it: the stream
 * continues, even if a turn was reported with the barge-in.
 */
function findOnSchedule(
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
