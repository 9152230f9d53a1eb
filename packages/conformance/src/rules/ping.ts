import type { ClauseId } from '@hookline/protocol';
import { LATE_ANSWER_FRACTION } from '../record/deadlines.js';
import { numberAt, type TimelineItem, typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

type Ping = Extract<TimelineItem, { kind: 'sent' }>;

/** Evaluates liveness: each `ping` is answered by one `pong`, with its `seq`, in time, and there are no other pongs. */
export const pingRule: Rule = ({ items, record, endMs }) => {
  const { pongMs } = record.deadlines;
  const evidence: Evidence[] = [];
  let pending: Ping[] = [];
  // Pings that a `pong` to a later one has overtaken. Bots answer in order, but one that handles two messages at the same
  // time may answer the earlier one last.
  let overtaken: Ping[] = [];
  const answered = new Set<number>();
  let closeSentMs: number | undefined;
  for (const item of items) {
    if (item.kind === 'sent' && item.message.type === 'close') closeSentMs = item.t;
    if (item.kind === 'sent' && item.message.type === 'ping') pending.push(item);
    if (typeOf(item) !== 'pong') continue;
    const text = 'text' in item ? item.text : '';
    const clientseq = numberAt(text, 'clientseq');
    const matched = [...pending, ...overtaken].find((ping) => ping.message.seq === clientseq);
    const isRepeated = !matched && clientseq !== undefined && answered.has(clientseq);
    // A second `pong` with the number of a later ping may be the answer to an overtaken one, with a wrong number.
    const ping = matched ?? (isRepeated ? overtaken[0] : (pending[0] ?? overtaken[0]));
    // AC-PING-4
    if (!ping) {
      const reason = isRepeated
        ? `the \`ping\` with seq ${clientseq} was already answered`
        : 'no `ping` was pending';
      if (item.phase === 'open') evidence.push(violation('AC-PING-4', item.index, `${reason}: ${text}`));
      continue;
    }
    if (matched) answered.add(matched.message.seq);
    overtaken = [...overtaken, ...pending.filter(({ index }) => index < ping.index)].filter(
      (one) => one !== ping,
    );
    pending = pending.filter(({ index }) => index > ping.index);
    evidence.push(pass('AC-PING-1', item.index), pass('AC-PING-4', item.index));
    // AC-PING-2
    if (matched) evidence.push(pass('AC-PING-2', item.index));
    else if (clientseq !== undefined) {
      evidence.push(
        violation(
          'AC-PING-2',
          item.index,
          `expected clientseq ${ping.message.seq}, the seq of the \`ping\`: ${text}`,
        ),
      );
    }
    // AC-PING-3
    const tookMs = item.t - ping.t;
    evidence.push(
      tookMs <= pongMs
        ? pass('AC-PING-3', item.index)
        : violation(
            'AC-PING-3',
            ping.index,
            `\`pong\` arrived ${(tookMs / 1000).toFixed(1)} s after the \`ping\` with seq ${ping.message.seq}; expected within ${(pongMs / 1000).toFixed(1)} s`,
          ),
    );
  }
  // AC-PING-1
  const untilMs = Math.min(closeSentMs ?? endMs, endOf(items) ?? endMs);
  const missed = [...overtaken, ...pending].filter(
    (ping) => untilMs - ping.t >= pongMs * (1 + LATE_ANSWER_FRACTION) && !ping.disconnected,
  );
  const [only, another] = missed;
  const clause = (only && !another && testedWith(items, only)) || 'AC-PING-1';
  for (const ping of missed) {
    const waited = ((untilMs - ping.t) / 1000).toFixed(1);
    evidence.push(violation(clause, ping.index, `no \`pong\` within ${waited} s after ${ping.message.text}`));
  }
  return evidence;
};

/** Returns when the bot sent `disconnect` or the connection ended. */
function endOf(items: readonly TimelineItem[]): number | undefined {
  return items.find((item) => typeOf(item) === 'disconnect' || item.kind === 'end')?.t;
}

/** A message this soon after the mark of a stimulus is the stimulus, in milliseconds. */
const STIMULUS_MS = 10;

/** Returns the clause that an unusual `ping` tests, such as one with unknown fields; undefined for the usual one. */
function testedWith(items: readonly TimelineItem[], ping: Ping): ClauseId | undefined {
  const before = items.findLast(({ index }) => index < ping.index);
  return before?.kind === 'mark' && before.mark.expected === 'tolerate' && ping.t - before.t < STIMULUS_MS
    ? before.mark.clause
    : undefined;
}
