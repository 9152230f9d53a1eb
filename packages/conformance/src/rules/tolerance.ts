import type { ClauseId } from '@hookline/protocol';
import { numberAt, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

type MarkItem = Extract<TimelineItem, { kind: 'mark' }> & {
  readonly mark: { readonly clause: ClauseId };
};

/** What the bot has to bear, and what it has to answer with `disconnect`. */
export const toleranceRule: Rule = (call) => {
  const marks = marksOf(call);
  return marks.flatMap((item, position) => {
    const until = marks[position + 1]?.index ?? Number.POSITIVE_INFINITY;
    const after = call.items.filter(({ index }) => index > item.index && index < until);
    return item.mark.ask === 'refuse' ? refused(item, after) : tolerated(item, after);
  });
};

/** The mark after which the bot ended the call without having proven before that it bore it. */
export function blamed(call: Timeline): boolean {
  const last = marksOf(call).at(-1);
  if (last?.mark.ask !== 'tolerate') return false;
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
      (item.mark.ask === 'tolerate' || item.mark.ask === 'refuse'),
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
      const clause = mark.clause === 'AC-MSG-12' && laterSeen(after, item) ? 'AC-MSG-13' : mark.clause;
      return [broken(clause, item.index, `${mark.what}: ${ended}`)];
    }
  }
  return [];
}

/** The unknown type was borne and a message after it was not: the counter stood still. The bot says which it saw last. */
function laterSeen(after: readonly TimelineItem[], end: TimelineItem): boolean {
  const unknown = after.find((item) => item.kind === 'sent' && item.message.type === 'unknown');
  const seen = 'text' in end ? numberAt(end.text, 'clientseq') : undefined;
  return unknown?.kind === 'sent' && seen !== undefined && seen > unknown.message.seq;
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
    const wentOn = mark.clause === 'AC-MSG-15' ? type === 'pong' : type === 'opened' && choseAudio(item);
    if (wentOn) {
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
