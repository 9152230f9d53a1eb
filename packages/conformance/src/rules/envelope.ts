import type { ClauseId, DecodeFault } from '@hookline/protocol';
import { isRecord } from '@hookline/runtime';
import type { Deadlines } from '../record/deadlines.js';
import { numberAt, readObject, seqOf, type TimelineItem, typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

const ENVELOPE_CLAUSES: readonly ClauseId[] = ['AC-MSG-1', 'AC-MSG-2', 'AC-MSG-3', 'AC-MSG-5', 'AC-MSG-10'];

/**
 * How long a `clientseq` may lag behind the sent messages, in milliseconds. A bot that answers `open` or `close` reads no
 * other message until then, for which it has until the deadline of the answer.
 */
const CLIENTSEQ_LAG_MS = 2000;

/** Evaluates what applies to every message of the bot: whether it can be decoded, its type, id and counters. */
export const envelopeRule: Rule = ({ items, record }) => {
  const evidence: Evidence[] = [];
  const session = sessionOf(items);
  // If the client itself used two ids, either is accepted.
  const hasTwoSessionIds = items.some((item) => item.kind === 'mark' && item.mark.expected === 'refuse');
  let lastSeq = 0;
  let lastClientseq = 0;
  let sent: { readonly t: number; readonly seq: number }[] = [];
  for (const item of items) {
    if (item.kind === 'sent') sent.push({ t: item.t, seq: item.message.seq });
    if (item.kind !== 'message' && item.kind !== 'unknown' && item.kind !== 'fault') continue;
    const { index, text } = item;
    evidence.push(...checkDecoding(item));

    // AC-MSG-4
    const id = readObject(text)?.['id'];
    if (
      typeof id === 'string' &&
      session !== undefined &&
      !hasTwoSessionIds &&
      !(item.kind === 'fault' && item.fault.clause === 'AC-MSG-4')
    ) {
      evidence.push(
        id.toLowerCase() === session.toLowerCase()
          ? pass('AC-MSG-4', index)
          : violation('AC-MSG-4', index, `expected id ${session}: ${text}`),
      );
    }

    // AC-MSG-6: a gap is reported once; counting continues after it.
    const seq = seqOf(item);
    if (seq !== undefined) {
      const slip = seq === 0 && lastSeq === 0 ? 'The first message of a side has seq 1, not 0.' : undefined;
      evidence.push(
        seq === lastSeq + 1
          ? pass('AC-MSG-6', index)
          : violation('AC-MSG-6', index, `expected seq ${lastSeq + 1}: ${text}`, slip),
      );
    }
    lastSeq = seq ?? lastSeq + 1;

    // AC-MSG-7; AC-PING-2 covers the `clientseq` of `pong`.
    const clientseq = numberAt(text, 'clientseq');
    if (clientseq !== undefined && !isPong(item)) {
      const newest = sent.at(-1)?.seq ?? 0;
      const lagMs = lagOf(item, record.deadlines);
      const expected = sent.findLast(({ t }) => t <= item.t - lagMs)?.seq ?? 0;
      const problem =
        clientseq > newest
          ? `the client's last seq was ${newest}`
          : clientseq < lastClientseq
            ? `an earlier message had ${lastClientseq}`
            : clientseq < expected
              ? `the client sent seq ${expected} more than ${lagMs / 1000} s before`
              : undefined;
      evidence.push(
        problem === undefined
          ? pass('AC-MSG-7', index)
          : violation('AC-MSG-7', index, `clientseq ${clientseq}, but ${problem}: ${text}`),
      );
      if (clientseq <= newest) lastClientseq = Math.max(lastClientseq, clientseq);
    }
    // The bot reads what was sent during its answer only now.
    if (lagOf(item, record.deadlines) !== CLIENTSEQ_LAG_MS)
      sent = sent.map(({ seq: number }) => ({ t: item.t, seq: number }));
  }
  return evidence;
};

function lagOf(item: TimelineItem, { openedMs, closedMs }: Deadlines): number {
  const type = typeOf(item);
  return type === 'opened' ? openedMs : type === 'closed' ? closedMs : CLIENTSEQ_LAG_MS;
}

function checkDecoding(item: Extract<TimelineItem, { kind: 'message' | 'unknown' | 'fault' }>): Evidence[] {
  const { index, text } = item;
  if (item.kind === 'fault') {
    const clause = clauseOf(item.fault, text);
    return [violation(clause, index, `${item.fault.reason}: ${text}`, slipOf(clause, text))];
  }
  const envelope = ENVELOPE_CLAUSES.map((clause) => pass(clause, index));
  if (item.kind === 'message') return [...envelope, pass('AC-MSG-14', index), pass('AC-ERR-1', index)];
  // AC-ERR-1, AC-MSG-14
  return [
    ...envelope,
    item.type === 'error'
      ? violation('AC-ERR-1', index, `\`error\`, which only a client may send: ${text}`)
      : violation('AC-MSG-14', index, `unknown type ${JSON.stringify(item.type)}: ${text}`),
  ];
}

/** Returns the clause of a fault. A duration with an exponent breaks AC-DUR-2. */
function clauseOf({ clause }: DecodeFault, text: string): ClauseId {
  if (clause === 'AC-DUR-1' && /"PT[\d.]+[eE][-+]?\d+S"/.test(text)) return 'AC-DUR-2';
  return clause;
}

function slipOf(clause: ClauseId, text: string): string | undefined {
  const message = readObject(text);
  if (clause === 'AC-MSG-7' && message && 'serverseq' in message) {
    return 'A sample of a server event in the public documents contains `serverseq` instead of `clientseq`.';
  }
  if (clause === 'AC-MSG-3' && message && !isRecord(message['parameters'])) {
    return 'Several public servers omit `parameters` in `pong` and `closed`, where it is empty.';
  }
  return undefined;
}

function isPong(item: TimelineItem): boolean {
  return (
    (item.kind === 'message' && item.message.type === 'pong') ||
    (item.kind === 'fault' && item.fault.type === 'pong')
  );
}

/** Returns the id of the client's first message. */
function sessionOf(items: readonly TimelineItem[]): string | undefined {
  for (const item of items) {
    if (item.kind !== 'sent') continue;
    const id = readObject(item.message.text)?.['id'];
    if (typeof id === 'string') return id;
  }
  return undefined;
}
