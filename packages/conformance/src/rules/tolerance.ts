import type { ClauseId } from '@hookline/protocol';
import { numberAt, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

type MarkItem = Extract<TimelineItem, { kind: 'mark' }> & {
  readonly mark: { readonly clause: ClauseId };
};

/** Messages that the client sends in every call, with the clause that a bot breaks if it ends the call because of one. */
const ROUTINE_CLAUSES = { ping: 'AC-PING-1', playback_started: 'AC-MSG-12' } as const;
type RoutineType = keyof typeof ROUTINE_CLAUSES;

type Sent = Extract<TimelineItem, { kind: 'sent' }>;

/**
 * A bot that ends a call this soon after a message is assumed to end it because of the message, in milliseconds. The
 * longer limit applies if the bot names the message with `clientseq`.
 */
const REACTION_MS = 300;
const ACKNOWLEDGED_REACTION_MS = 3000;

/** Returns how the bot ended the call, and the routine message of the client that caused it. */
function findCallEnd({
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
  return type === 'ping' || type === 'playback_started' ? { type, end } : undefined;
}

/** Returns the routine message because of which the bot ended the call, in a call without a stimulus. */
export function fatalMessage(call: Timeline): RoutineType | undefined {
  return marksOf(call).length === 0 ? findCallEnd(call)?.type : undefined;
}

/** Whether a violation at a mark is explained by a routine message that ends every call of this bot. */
export function isExplainedByFatal(call: Timeline, fatal: ReadonlySet<RoutineType>, index: number): boolean {
  const ended = marksOf(call).length > 0 ? findCallEnd(call) : undefined;
  return ended !== undefined && fatal.has(ended.type) && ended.end.index === index;
}

/** Evaluates messages that the bot must tolerate, and those that it must answer with `disconnect`. */
export const toleranceRule: Rule = (call) => {
  const marks = marksOf(call);
  if (marks.length === 0) {
    const ended = call.record.purpose.kind === 'call' ? findCallEnd(call) : undefined;
    if (ended === undefined) return [];
    return [
      violation(
        ROUTINE_CLAUSES[ended.type],
        ended.end.index,
        `\`${ended.type}\`: ${endText(ended.end) ?? ''}`,
      ),
    ];
  }
  return marks.flatMap((item, position) => {
    const until = marks[position + 1]?.index ?? Number.POSITIVE_INFINITY;
    const after = call.items.filter(({ index }) => index > item.index && index < until);
    return item.mark.expected === 'refuse' ? checkRefused(item, after) : checkTolerated(item, after);
  });
};

/** Whether the bot ended the call because of the last mark that it had to tolerate. */
export function endedAtMark(call: Timeline): boolean {
  const last = marksOf(call).at(-1);
  if (last?.mark.expected !== 'tolerate') return false;
  return checkTolerated(
    last,
    call.items.filter(({ index }) => index > last.index),
  ).some((one) => !one.passed);
}

function marksOf({ items }: Timeline): MarkItem[] {
  return items.filter(
    (item): item is MarkItem =>
      item.kind === 'mark' &&
      item.mark.clause !== undefined &&
      (item.mark.expected === 'tolerate' || item.mark.expected === 'refuse'),
  );
}

/** A `pong` to a later `ping` shows that the bot tolerated the stimulus; the end of the call before it shows the opposite. */
function checkTolerated({ index, mark }: MarkItem, after: readonly TimelineItem[]): Evidence[] {
  const ping = after.find((item) => item.kind === 'sent' && item.message.type === 'ping');
  for (const item of after) {
    if (item.kind === 'sent' && item.message.type === 'close') return [];
    const proven = ping !== undefined && item.index > ping.index;
    if (proven && typeOf(item) === 'pong') {
      return mark.clause === 'AC-MSG-12'
        ? [pass('AC-MSG-12', index), pass('AC-MSG-13', index)]
        : [pass(mark.clause, index)];
    }
    if (isCompletion(item)) return [];
    const ended = endText(item);
    if (ended !== undefined) {
      const clause =
        mark.clause === 'AC-MSG-12' && isUnknownTypeTolerated(after, item) ? 'AC-MSG-13' : mark.clause;
      return [violation(clause, item.index, `${mark.description}: ${ended}`)];
    }
  }
  return [];
}

/**
 * Whether the bot tolerated the unknown type but not a later message, because it did not count the unknown one. The
 * bot's `clientseq` tells which of them it received last. Without one, or with a lower one, the call ended because of
 * the message that it ended closer to.
 */
function isUnknownTypeTolerated(after: readonly TimelineItem[], end: TimelineItem): boolean {
  const sent = after.filter((item) => item.kind === 'sent' && item.index < end.index);
  const [unknown] = sent;
  const last = sent.at(-1);
  if (unknown?.kind !== 'sent' || last === undefined || last === unknown) return false;
  const seen = 'text' in end ? numberAt(end.text, 'clientseq') : undefined;
  if (seen !== undefined && seen >= unknown.message.seq) return seen > unknown.message.seq;
  return end.t - last.t < last.t - unknown.t;
}

/** Whether the bot completed the call. */
function isCompletion(item: TimelineItem): boolean {
  return (
    item.kind === 'message' &&
    item.message.type === 'disconnect' &&
    item.message.parameters.reason === 'completed'
  );
}

function endText(item: TimelineItem): string | undefined {
  if (typeOf(item) === 'disconnect' && 'text' in item) return `the bot sent ${item.text}`;
  return item.kind === 'end' && item.by !== 'self'
    ? `the bot ended the connection (code ${item.code})`
    : undefined;
}

function checkRefused({ index, mark }: MarkItem, after: readonly TimelineItem[]): Evidence[] {
  for (const item of after) {
    if (item.kind === 'sent' && item.message.type === 'close') return [];
    if (endText(item) !== undefined) return [pass(mark.clause, index)];
    const type = typeOf(item);
    const continued = mark.clause === 'AC-MSG-15' ? type === 'pong' : type === 'opened' && acceptsAudio(item);
    if (continued) {
      return [violation(mark.clause, item.index, `${mark.description}: the bot continued with \`${type}\``)];
    }
  }
  return [];
}

/** Whether `opened` selects a media format. An empty list refuses the offers. */
function acceptsAudio(item: TimelineItem): boolean {
  return !(
    item.kind === 'message' &&
    item.message.type === 'opened' &&
    item.message.parameters.media.length === 0
  );
}
