import { LATE_ANSWER_FRACTION } from '../record/deadlines.js';
import { numberAt, type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

/** Liveness: that each `ping` has its `pong`, with its `seq`, in time, and that no other `pong` comes. */
export const pingRule: Rule = ({ items, record, endMs }) => {
  const { pongMs } = record.deadlines;
  const evidence: Evidence[] = [];
  let waiting: Extract<TimelineItem, { kind: 'sent' }>[] = [];
  const answered = new Set<number>();
  let closeT: number | undefined;
  for (const item of items) {
    if (item.kind === 'sent' && item.message.type === 'close') closeT = item.t;
    if (item.kind === 'sent' && item.message.type === 'ping') waiting.push(item);
    if (typeOf(item) !== 'pong') continue;
    const text = 'text' in item ? item.text : '';
    const clientseq = numberAt(text, 'clientseq');
    const named = waiting.find((ping) => ping.message.seq === clientseq);
    const isRepeated = !named && clientseq !== undefined && answered.has(clientseq);
    const [ping] = named ? [named] : waiting;
    // AC-PING-4
    if (!ping || isRepeated) {
      const why = isRepeated ? `the \`ping\` of seq ${clientseq} was answered before` : 'no `ping` was open';
      if (item.phase === 'open') evidence.push(broken('AC-PING-4', item.index, `${why}: ${text}`));
      continue;
    }
    if (named) answered.add(named.message.seq);
    // Answers come in order: what is passed over is answered no more.
    waiting = waiting.filter(({ index }) => index > ping.index);
    evidence.push(held('AC-PING-1', item.index), held('AC-PING-4', item.index));
    // AC-PING-2
    if (named) evidence.push(held('AC-PING-2', item.index));
    else if (clientseq !== undefined) {
      evidence.push(
        broken('AC-PING-2', item.index, `the \`ping\` had seq ${ping.message.seq}, and the bot sent ${text}`),
      );
    }
    // AC-PING-3
    const tookMs = item.t - ping.t;
    evidence.push(
      tookMs <= pongMs
        ? held('AC-PING-3', item.index)
        : broken(
            'AC-PING-3',
            ping.index,
            `\`pong\` came ${(tookMs / 1000).toFixed(1)} s after the \`ping\` of seq ${ping.message.seq}`,
          ),
    );
  }
  // AC-PING-1
  const untilMs = Math.min(closeT ?? endMs, endOf(items) ?? endMs);
  const lost = waiting.find(
    (ping) => untilMs - ping.t >= pongMs * (1 + LATE_ANSWER_FRACTION) && !ping.disconnected,
  );
  if (lost) {
    const waited = ((untilMs - lost.t) / 1000).toFixed(1);
    evidence.push(broken('AC-PING-1', lost.index, `no \`pong\` within ${waited} s for ${lost.message.text}`));
  }
  return evidence;
};

/** When the bot began to end the call, or the connection was gone. */
function endOf(items: readonly TimelineItem[]): number | undefined {
  return items.find((item) => typeOf(item) === 'disconnect' || item.kind === 'end')?.t;
}
