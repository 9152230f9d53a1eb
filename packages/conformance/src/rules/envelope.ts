import type { ClauseId, DecodeFault } from '@hookline/protocol';
import { isObject, numberAt, readObject, seqOf, type TimelineItem } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

const ENVELOPE: readonly ClauseId[] = ['AC-MSG-1', 'AC-MSG-2', 'AC-MSG-3', 'AC-MSG-5', 'AC-MSG-10'];

/** How long a `clientseq` may lag behind what was sent, in milliseconds. */
const CLIENTSEQ_LAG_MS = 2000;

/** What holds for every message of the bot: that it can be read, its type, its id and its counters. */
export const envelopeRule: Rule = ({ items }) => {
  const evidence: Evidence[] = [];
  const session = sessionOf(items);
  // Where the client itself says two ids, either will do.
  const hasTwoSessionIds = items.some((item) => item.kind === 'mark' && item.mark.expected === 'refuse');
  let lastSeq = 0;
  let lastClientseq = 0;
  const sent: { readonly t: number; readonly seq: number }[] = [];
  for (const item of items) {
    if (item.kind === 'sent') sent.push({ t: item.t, seq: item.message.seq });
    if (item.kind !== 'message' && item.kind !== 'unknown' && item.kind !== 'fault') continue;
    const { index, text } = item;
    evidence.push(...read(item));

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
          ? held('AC-MSG-4', index)
          : broken('AC-MSG-4', index, `the session is ${session}, and the bot sent ${text}`),
      );
    }

    // AC-MSG-6: a break is reported once; counting goes on from there.
    const seq = seqOf(item);
    if (seq !== undefined) {
      const slip = seq === 0 && lastSeq === 0 ? 'The first message of a side has seq 1, not 0.' : undefined;
      evidence.push(
        seq === lastSeq + 1
          ? held('AC-MSG-6', index)
          : broken('AC-MSG-6', index, `expected seq ${lastSeq + 1}, and the bot sent ${text}`, slip),
      );
    }
    lastSeq = seq ?? lastSeq + 1;

    // AC-MSG-7; that of `pong` has a rule of its own.
    const clientseq = numberAt(text, 'clientseq');
    if (clientseq !== undefined && !isPong(item)) {
      const newest = sent.at(-1)?.seq ?? 0;
      const due = sent.findLast(({ t }) => t <= item.t - CLIENTSEQ_LAG_MS)?.seq ?? 0;
      const wrong =
        clientseq > newest
          ? `${newest} was the last that was sent`
          : clientseq < lastClientseq
            ? `it was ${lastClientseq} before`
            : clientseq < due
              ? `${due} had been sent ${CLIENTSEQ_LAG_MS / 1000} s before`
              : undefined;
      evidence.push(
        wrong === undefined
          ? held('AC-MSG-7', index)
          : broken('AC-MSG-7', index, `clientseq ${clientseq}, but ${wrong}: ${text}`),
      );
      if (clientseq <= newest) lastClientseq = Math.max(lastClientseq, clientseq);
    }
  }
  return evidence;
};

function read(item: Extract<TimelineItem, { kind: 'message' | 'unknown' | 'fault' }>): Evidence[] {
  const { index, text } = item;
  if (item.kind === 'fault') {
    const clause = clauseOf(item.fault, text);
    return [broken(clause, index, `${item.fault.reason}: ${text}`, slipOf(clause, text))];
  }
  const whole = ENVELOPE.map((clause) => held(clause, index));
  if (item.kind === 'message') return [...whole, held('AC-MSG-14', index), held('AC-ERR-1', index)];
  // AC-ERR-1, AC-MSG-14
  return [...whole, broken(item.type === 'error' ? 'AC-ERR-1' : 'AC-MSG-14', index, text)];
}

/** The clause of a fault; an exponent has a rule of its own. */
function clauseOf({ clause }: DecodeFault, text: string): ClauseId {
  if (clause === 'AC-DUR-1' && /"PT[\d.]+[eE][-+]?\d+S"/.test(text)) return 'AC-DUR-2';
  return clause;
}

function slipOf(clause: ClauseId, text: string): string | undefined {
  const message = readObject(text);
  if (clause === 'AC-MSG-7' && message && 'serverseq' in message) {
    return 'A sample of a server event in the public documents shows `serverseq` where `clientseq` belongs.';
  }
  if (clause === 'AC-MSG-3' && message && !isObject(message['parameters'])) {
    return 'Several public servers leave `parameters` out of `pong` and `closed`, where it would be empty.';
  }
  return undefined;
}

function isPong(item: TimelineItem): boolean {
  return (
    (item.kind === 'message' && item.message.type === 'pong') ||
    (item.kind === 'fault' && item.fault.type === 'pong')
  );
}

/** The id of the first message that the client sent. */
function sessionOf(items: readonly TimelineItem[]): string | undefined {
  for (const item of items) {
    if (item.kind !== 'sent') continue;
    const id = readObject(item.message.text)?.['id'];
    if (typeof id === 'string') return id;
  }
  return undefined;
}
