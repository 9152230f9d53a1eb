import { LATE_ANSWER_FRACTION } from '../record/deadlines.js';
import { numberAt, type TimelineItem, typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

/** Evaluates liveness: each `ping` is answered by one `pong`, with its `seq`, in time, and there are no other pongs. */
export const pingRule: Rule = ({ items, record, endMs }) => {
  const { pongMs } = record.deadlines;
  const evidence: Evidence[] = [];
  let pending: Extract<TimelineItem, { kind: 'sent' }>[] = [];
  const answered = new Set<number>();
  let closeSentMs: number | undefined;
  for (const item of items) {
    if (item.kind === 'sent' && item.message.type === 'close') closeSentMs = item.t;
    if (item.kind === 'sent' && item.message.type === 'ping') pending.push(item);
    if (typeOf(item) !== 'pong') continue;
    const text = 'text' in item ? item.text : '';
    const clientseq = numberAt(text, 'clientseq');
    const matched = pending.find((ping) => ping.message.seq === clientseq);
    const isRepeated = !matched && clientseq !== undefined && answered.has(clientseq);
    const [ping] = matched ? [matched] : pending;
    // AC-PING-4
    if (!ping || isRepeated) {
      const reason = isRepeated
        ? `the \`ping\` with seq ${clientseq} was already answered`
        : 'no `ping` was pending';
      if (item.phase === 'open') evidence.push(violation('AC-PING-4', item.index, `${reason}: ${text}`));
      continue;
    }
    if (matched) answered.add(matched.message.seq);
    // Pongs arrive in order: a skipped `ping` will not be answered.
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
  const unanswered = pending.find(
    (ping) => untilMs - ping.t >= pongMs * (1 + LATE_ANSWER_FRACTION) && !ping.disconnected,
  );
  if (unanswered) {
    const waited = ((untilMs - unanswered.t) / 1000).toFixed(1);
    evidence.push(
      violation(
        'AC-PING-1',
        unanswered.index,
        `no \`pong\` within ${waited} s after ${unanswered.message.text}`,
      ),
    );
  }
  return evidence;
};

/** Returns when the bot sent `disconnect` or the connection ended. */
function endOf(items: readonly TimelineItem[]): number | undefined {
  return items.find((item) => typeOf(item) === 'disconnect' || item.kind === 'end')?.t;
}
