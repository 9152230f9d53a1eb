import type { ClauseId } from '@hookline/protocol';
import { type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

/** Whether a request that must be refused was, and in which form; whether one that must be taken was. */
export const refusalRule: Rule = (call) => {
  const { purpose } = call.record;
  if (purpose.kind === 'refusal') return refused(call, purpose.clause, purpose.what);
  if (purpose.kind === 'acceptance') return accepted(call, purpose.clause, purpose.what);
  return [];
};

/** What the call is opened for, where one as production makes it was refused. */
const NEEDED: ReadonlySet<ClauseId> = new Set(['AC-VAR-2', 'AC-DUR-1', 'AC-OPEN-9']);

/** What became of the request: an HTTP status other than 101, `opened`, `disconnect` with its reason, or neither. */
interface Answer {
  readonly item: TimelineItem;
  readonly form: 'status' | 'opened' | 'disconnect' | 'end';
  /** The status, or the reason of `disconnect`. */
  readonly detail: string;
  /** What the bot says about it. */
  readonly words: string;
}

function answerOf({ items }: Timeline): Answer | undefined {
  for (const item of items) {
    if (item.kind === 'response' && item.status !== 101)
      return { item, form: 'status', detail: String(item.status), words: item.body };
    if (typeOf(item) === 'opened') return { item, form: 'opened', detail: '', words: '' };
    if (item.kind === 'message' && item.message.type === 'disconnect') {
      const { reason, info } = item.message.parameters;
      return { item, form: 'disconnect', detail: reason, words: info ?? '' };
    }
    // Without an answer to the upgrade it was our own patience that ended.
    if (item.kind === 'end' && item.by !== 'self' && items.some(({ kind }) => kind === 'response'))
      return { item, form: 'end', detail: String(item.code), words: item.reason };
  }
  return undefined;
}

function refused(call: Timeline, clause: ClauseId, what: string): Evidence[] {
  const answer = answerOf(call);
  if (!answer) return [];
  const { item, form, detail } = answer;
  const { index } = item;
  if (form === 'opened')
    return [broken(clause, index, NEEDED.has(clause) ? what : `${what}: the call was opened`)];
  // Whatever else the bot refuses the call for, it is not for its credentials.
  if (NEEDED.has(clause)) return [];
  const inForm =
    (form === 'status' && detail === '401') || (form === 'disconnect' && detail === 'unauthorized');
  const isShown =
    form === 'status' ? `HTTP ${detail}` : form === 'end' ? `close code ${detail}` : `disconnect ${detail}`;
  // AC-SIG-12: refused like any other mismatch.
  if (clause === 'AC-SIG-12') {
    return [
      inForm ? held(clause, index) : broken(clause, index, `${what}: ${isShown} in place of a refusal`),
    ];
  }
  const evidence = [held(clause, index)];
  // AC-AUTH-2
  evidence.push(
    inForm ? held('AC-AUTH-2', index) : broken('AC-AUTH-2', index, `${what}: answered with ${isShown}`),
  );
  if (inForm) evidence.push(...reasonGiven(call, answer), ...closedAfter(call, answer));
  return evidence;
}

// AC-AUTH-7
function reasonGiven({ record }: Timeline, { item, words }: Answer): Evidence[] {
  const exposesSecret = record.secrets.some((secret) => words.includes(secret));
  if (exposesSecret) return [broken('AC-AUTH-7', item.index, 'the refusal holds the secret')];
  return [
    words.trim() === ''
      ? broken('AC-AUTH-7', item.index, 'the refusal says nothing of what was wrong')
      : held('AC-AUTH-7', item.index),
  ];
}

// AC-AUTH-6
function closedAfter({ items }: Timeline, { form, item }: Answer): Evidence[] {
  if (form !== 'disconnect') return [];
  const close = items.find(
    (later) => later.index > item.index && later.kind === 'sent' && later.message.type === 'close',
  );
  if (!close) return [];
  const closed = items.some((later) => later.index > close.index && typeOf(later) === 'closed');
  return [
    closed
      ? held('AC-AUTH-6', close.index)
      : broken('AC-AUTH-6', close.index, '`close` after `disconnect` unauthorized was not answered'),
  ];
}

function accepted(call: Timeline, clause: ClauseId, what: string): Evidence[] {
  const answer = answerOf(call);
  const response = call.items.find((item) => item.kind === 'response');
  // What becomes of the probe itself has rules of its own.
  if (clause === 'AC-PROBE-4' && response?.kind === 'response' && response.status === 101) {
    return [held(clause, response.index)];
  }
  const { purpose, unreachable = 'no answer' } = call.record;
  const always = purpose.kind === 'acceptance' && purpose.always === true;
  if (!answer) return always ? [broken(clause, 0, `${what}: ${unreachable}`)] : [];
  const { item, form, detail, words } = answer;
  if (form === 'opened') return [held(clause, item.index)];
  const said = words === '' ? '' : `: ${words}`;
  const denied = (form === 'status' && (detail === '401' || detail === '403')) || detail === 'unauthorized';
  return denied || always ? [broken(clause, item.index, `${what}: refused with ${detail}${said}`)] : [];
}
