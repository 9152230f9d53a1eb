import type { ClauseId } from '@hookline/protocol';
import { numberAt, type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { endText, findCallEnd, isCompletion, isStimulus, ROUTINE_CLAUSES } from './call-end.js';
import { type EndCauses, type Evidence, pass, type Rule, violation } from './evidence.js';

type MarkItem = Extract<TimelineItem, { kind: 'mark' }> & {
  readonly mark: { readonly clause: ClauseId };
};

/** Evaluates messages that the bot must tolerate, and those that it must answer with `disconnect`. */
export const toleranceRule: Rule = (call, { fatal, isUnrelated }) => {
  const marks = marksOf(call);
  const ended = findCallEnd(call);
  const fatalEnd = ended && fatal.has(ended.type) ? ended : undefined;
  if (marks.length === 0) {
    if (fatalEnd === undefined || call.record.purpose.kind !== 'call') return [];
    const { type, end } = fatalEnd;
    return [violation(ROUTINE_CLAUSES[type], end.index, `\`${type}\`: ${endText(end) ?? ''}`)];
  }
  return spansOf(call)
    .flatMap(({ item, after }) =>
      item.mark.expected === 'refuse' ? checkRefused(item, after) : checkTolerated(item, after),
    )
    .filter(({ passed, index }) => passed || !(isUnrelated || index === fatalEnd?.end.index));
};

/** Returns the clause that the bot broke by ending the call: at the last mark, or because of a routine message. */
export function clauseBrokenByEnd(call: Timeline, { fatal, isUnrelated }: EndCauses): ClauseId | undefined {
  const ended = findCallEnd(call);
  if (ended && fatal.has(ended.type)) return ROUTINE_CLAUSES[ended.type];
  const last = marksOf(call).at(-1);
  if (isUnrelated || last?.mark.expected !== 'tolerate') return undefined;
  return checkTolerated(
    last,
    call.items.filter(({ index }) => index > last.index),
  ).find((one) => !one.passed)?.clause;
}

/** Whether the bot went on after each stimulus that it must tolerate, or ended the call. Without the unclear ones. */
export function outcomesOf(call: Timeline): { readonly description: string; readonly passed: boolean }[] {
  return spansOf(call)
    .filter(({ item }) => item.mark.expected === 'tolerate')
    .flatMap(({ item, after }) =>
      checkTolerated(item, after)
        .slice(0, 1)
        .map(({ passed }) => ({ description: item.mark.description, passed })),
    );
}

/** Returns the stimuli, each with what happened before the next one. */
function spansOf(call: Timeline): { readonly item: MarkItem; readonly after: readonly TimelineItem[] }[] {
  const marks = marksOf(call);
  return marks.map((item, position) => {
    const until = marks[position + 1]?.index ?? Number.POSITIVE_INFINITY;
    return { item, after: call.items.filter(({ index }) => index > item.index && index < until) };
  });
}

function marksOf({ items }: Timeline): MarkItem[] {
  return items.filter((item): item is MarkItem => isStimulus(item));
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
