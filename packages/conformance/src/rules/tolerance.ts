import type { ClauseId } from '@hookline/protocol';
import { numberAt, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

type MarkItem = Extract<TimelineItem, { kind: 'mark' }> & {
  readonly mark: { readonly clause: ClauseId };
};

/** Messages that the client sends of itself in every call, and what a bot breaks that ends the call for one. */
const USUAL = { ping: 'AC-PING-1', playback_started: 'AC-MSG-12' } as const;
type UsualType = keyof typeof USUAL;

type Sent = Extract<TimelineItem, { kind: 'sent' }>;

/** Who ends a call for a message does so within this time, in milliseconds; more where the bot says which it was. */
const REACTION_MS = 300;
const NOTIFIED_REACTION_MS = 3000;

/** What the bot ended a call for: the end, and the usual message of the client right before it. */
function endReason({
  items,
}: Timeline): { readonly type: UsualType; readonly end: TimelineItem } | undefined {
  const end = items.find(
    (item) =>
      (item.kind === 'sent' && item.message.type === 'close') ||
      isCompletion(item) ||
      endText(item) !== undefined,
  );
  if (end === undefined || endText(end) === undefined || isCompletion(end)) return undefined;
  const sent = items.filter((item): item is Sent => item.kind === 'sent' && item.index < end.index);
  // The bot says which message it saw last.
  const seen = 'text' in end ? numberAt(end.text, 'clientseq') : undefined;
  const told = sent.find(({ message }) => message.seq === seen);
  const last = told ?? sent.at(-1);
  if (last?.phase !== 'open' || end.t - last.t > (told ? NOTIFIED_REACTION_MS : REACTION_MS))
    return undefined;
  const { type } = last.message;
  return type === 'ping' || type === 'playback_started' ? { type, end } : undefined;
}

/** The usual message that the bot ends a call for, where nothing else was asked of it. */
export function fatalMessage(call: Timeline): UsualType | undefined {
  return marksOf(call).length === 0 ? endReason(call)?.type : undefined;
}

/** Whether what a call says of a mark follows from a message that ends every call of this bot. */
export function followsFrom(call: Timeline, fatal: ReadonlySet<UsualType>, index: number): boolean {
  const ended = marksOf(call).length > 0 ? endReason(call) : undefined;
  return ended !== undefined && fatal.has(ended.type) && ended.end.index === index;
}

/** What the bot has to bear, and what it has to answer with `disconnect`. */
export const toleranceRule: Rule = (call) => {
  const marks = marksOf(call);
  if (marks.length === 0) {
    const ended = call.record.purpose.kind === 'call' ? endReason(call) : undefined;
    if (ended === undefined) return [];
    return [broken(USUAL[ended.type], ended.end.index, `\`${ended.type}\`: ${endText(ended.end) ?? ''}`)];
  }
  return marks.flatMap((item, position) => {
    const until = marks[position + 1]?.index ?? Number.POSITIVE_INFINITY;
    const after = call.items.filter(({ index }) => index > item.index && index < until);
    return item.mark.expected === 'refuse' ? refused(item, after) : tolerated(item, after);
  });
};

/** The mark after which the bot ended the call without having proven before that it bore it. */
export function isAttributed(call: Timeline): boolean {
  const last = marksOf(call).at(-1);
  if (last?.mark.expected !== 'tolerate') return false;
  return tolerated(
    last,
    call.items.filter(({ index }) => index > last.index),
  ).some((one) => !one.held);
}

function marksOf({ items }: Timeline): MarkItem[] {
  return items.filter(
    (item): item is MarkItem =>
      item.kind === 'mark' &&
      item.mark.clause !== undefined &&
      (item.mark.expected === 'tolerate' || item.mark.expected === 'refuse'),
  );
}

/** A `pong` to a `ping` that was sent afterwards proves it; an end of the call before that disproves it. */
function tolerated({ index, mark }: MarkItem, after: readonly TimelineItem[]): Evidence[] {
  const ping = after.find((item) => item.kind === 'sent' && item.message.type === 'ping');
  for (const item of after) {
    if (item.kind === 'sent' && item.message.type === 'close') return [];
    const proven = ping !== undefined && item.index > ping.index;
    if (proven && typeOf(item) === 'pong') {
      return mark.clause === 'AC-MSG-12'
        ? [held('AC-MSG-12', index), held('AC-MSG-13', index)]
        : [held(mark.clause, index)];
    }
    if (isCompletion(item)) return [];
    const ended = endText(item);
    if (ended !== undefined) {
      const clause = mark.clause === 'AC-MSG-12' && isTolerated(after, item) ? 'AC-MSG-13' : mark.clause;
      return [broken(clause, item.index, `${mark.what}: ${ended}`)];
    }
  }
  return [];
}

/**
 * The unknown type was borne and a message after it was not: the counter stood still. The bot says which message it saw
 * last, or the call ended closer to a later message than that came to the unknown one.
 */
function isTolerated(after: readonly TimelineItem[], end: TimelineItem): boolean {
  const sent = after.filter((item) => item.kind === 'sent' && item.index < end.index);
  const [unknown] = sent;
  const last = sent.at(-1);
  if (unknown?.kind !== 'sent' || last === undefined || last === unknown) return false;
  const seen = 'text' in end ? numberAt(end.text, 'clientseq') : undefined;
  return (seen !== undefined && seen > unknown.message.seq) || end.t - last.t < last.t - unknown.t;
}

/** The bot was done by itself. */
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

function refused({ index, mark }: MarkItem, after: readonly TimelineItem[]): Evidence[] {
  for (const item of after) {
    if (item.kind === 'sent' && item.message.type === 'close') return [];
    if (endText(item) !== undefined) return [held(mark.clause, index)];
    const type = typeOf(item);
    const continued = mark.clause === 'AC-MSG-15' ? type === 'pong' : type === 'opened' && choseAudio(item);
    if (continued) {
      return [broken(mark.clause, item.index, `${mark.what}: the bot went on with \`${type}\``)];
    }
  }
  return [];
}

/** To take no audio at all is a way to say no to what was offered. */
function choseAudio(item: TimelineItem): boolean {
  return !(
    item.kind === 'message' &&
    item.message.type === 'opened' &&
    item.message.parameters.media.length === 0
  );
}
