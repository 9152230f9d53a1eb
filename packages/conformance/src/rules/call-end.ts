import type { ClauseId } from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import { numberAt, readObject, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';

/** Messages that the client sends in every call, with the clause that a bot breaks if it ends the call because of one. */
export const ROUTINE_CLAUSES = {
  ping: 'AC-PING-1',
  playback_started: 'AC-MSG-12',
} as const satisfies Record<string, ClauseId>;
export type RoutineType = keyof typeof ROUTINE_CLAUSES;

type Sent = Extract<TimelineItem, { kind: 'sent' }>;

/**
 * A bot that ends a call this soon after a message is assumed to end it because of the message, in milliseconds. The
 * longer limit applies if the bot names the message with `clientseq`.
 */
const REACTION_MS = 300;
const ACKNOWLEDGED_REACTION_MS = 3000;

/** Returns how the bot ended the call, and the routine message of the client that may have caused it. */
export function findCallEnd({
  items,
}: Timeline): { readonly type: RoutineType; readonly end: TimelineItem } | undefined {
  const end = items.find(
    (item) =>
      (item.kind === 'sent' && item.message.type === 'close') ||
      isCompletion(item) ||
      endText(item) !== undefined,
  );
  if (end === undefined || endText(end) === undefined || isCompletion(end)) return undefined;
  const sent = items.filter((item): item is Sent => item.kind === 'sent' && item.index < end.index);
  // `clientseq` names the last message that the bot received.
  const seen = 'text' in end ? numberAt(end.text, 'clientseq') : undefined;
  const acknowledged = sent.find(({ message }) => message.seq === seen);
  const last = acknowledged ?? sent.at(-1);
  if (last?.phase !== 'open' || end.t - last.t > (acknowledged ? ACKNOWLEDGED_REACTION_MS : REACTION_MS))
    return undefined;
  const { type } = last.message;
  if (type === 'playback_started') return { type, end };
  // A bot may end its call at any time, so also soon after it has answered a `ping`.
  const isAnswered = items.some(
    (item) => typeOf(item) === 'pong' && item.index > last.index && item.index < end.index,
  );
  return type === 'ping' && !isAnswered ? { type, end } : undefined;
}

/**
 * Returns the routine messages because of which this bot ends calls: those that ended a call without a stimulus. If the
 * bot went on after `playback_started` in any call, it ends none because of this message.
 */
export function fatalTypes(calls: readonly Timeline[]): ReadonlySet<RoutineType> {
  const ending = calls
    // In the scenario `failure` the bot is asked to end the call.
    .filter(({ record }) => record.purpose.kind === 'call' && record.scenario !== 'failure')
    .filter(({ items }) => !items.some(isStimulus))
    .map((call) => findCallEnd(call)?.type);
  const fatal = new Set(ending.filter((type) => type !== undefined));
  if (calls.some(wentOnAfterPlayback)) fatal.delete('playback_started');
  return fatal;
}

/** Whether the bot answered a `ping` that was sent so long after `playback_started` that it had not ended the call because of it. */
function wentOnAfterPlayback({ items }: Timeline): boolean {
  const started = items.find((item) => item.kind === 'sent' && item.message.type === 'playback_started');
  const ping =
    started &&
    items.find(
      (item) => item.kind === 'sent' && item.message.type === 'ping' && item.t - started.t > REACTION_MS,
    );
  if (!ping) return false;
  const next = items.find(
    (item) => item.index > started.index && (isPongAfter(item, ping) || endText(item) !== undefined),
  );
  return next !== undefined && typeOf(next) === 'pong';
}

function isPongAfter(item: TimelineItem, ping: TimelineItem): boolean {
  return typeOf(item) === 'pong' && item.index > ping.index;
}

/** Whether the item marks a stimulus that the bot must tolerate or refuse. */
export function isStimulus(item: TimelineItem): boolean {
  return (
    item.kind === 'mark' &&
    item.mark.clause !== undefined &&
    (item.mark.expected === 'tolerate' || item.mark.expected === 'refuse')
  );
}

/** Whether the bot completed the call. A fault elsewhere in its message does not make this another end. */
export function isCompletion(item: TimelineItem): boolean {
  if (typeOf(item) !== 'disconnect' || !('text' in item)) return false;
  const parameters = readObject(item.text)?.['parameters'];
  return isRecord(parameters) && parameters['reason'] === 'completed';
}

/** Says how the bot ended the call with this item; undefined if it did not. */
export function endText(item: TimelineItem): string | undefined {
  if (typeOf(item) === 'disconnect' && 'text' in item) return `the bot sent ${item.text}`;
  return item.kind === 'end' && item.by !== 'self'
    ? `the bot ended the connection (code ${item.code})`
    : undefined;
}
