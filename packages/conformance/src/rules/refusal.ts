import type { ClauseId } from '@hookline/protocol';
import { isBusyStatus } from '../record/busy.js';
import { type Timeline, type TimelineItem, typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

/** Evaluates whether the bot refused a request that it must refuse, and how, and accepted one that it must accept. */
export const refusalRule: Rule = (call, { isUnrelated }) => {
  const { purpose } = call.record;
  if (purpose.kind === 'refusal') return checkRefused(call, purpose.clause, purpose.description);
  if (purpose.kind === 'acceptance')
    return checkAccepted(call, purpose.clause, purpose.description).filter(
      ({ passed }) => passed || !isUnrelated,
    );
  return [];
};

/** Clauses of calls that find out why the bot refused the first call: if such a call is opened, the clause is broken. */
const EXPLANATORY_CLAUSES: ReadonlySet<ClauseId> = new Set(['AC-VAR-2', 'AC-DUR-1', 'AC-OPEN-9']);

/** The bot's answer to the request: an HTTP status other than 101, `opened`, `disconnect`, or the end of the connection. */
interface Answer {
  readonly item: TimelineItem;
  readonly form: 'status' | 'opened' | 'disconnect' | 'end';
  /** The HTTP status, the reason of `disconnect`, or the close code. */
  readonly detail: string;
  /** The explanation that the bot gives. */
  readonly text: string;
}

function answerOf({ items }: Timeline): Answer | undefined {
  for (const item of items) {
    if (item.kind === 'response' && item.status !== 101)
      return { item, form: 'status', detail: String(item.status), text: item.body };
    if (typeOf(item) === 'opened') return { item, form: 'opened', detail: '', text: '' };
    if (item.kind === 'message' && item.message.type === 'disconnect') {
      const { reason, info } = item.message.parameters;
      return { item, form: 'disconnect', detail: reason, text: info ?? '' };
    }
    // Without a response to the upgrade, the check's own timeout ended the connection.
    if (item.kind === 'end' && item.by !== 'self' && items.some(({ kind }) => kind === 'response'))
      return { item, form: 'end', detail: String(item.code), text: item.reason };
  }
  return undefined;
}

const isBusy = ({ form, detail }: Answer): boolean => form === 'status' && isBusyStatus(Number(detail));

function checkRefused(call: Timeline, clause: ClauseId, description: string): Evidence[] {
  const answer = answerOf(call);
  if (!answer) return [];
  const { item, form, detail } = answer;
  const { index } = item;
  if (form === 'opened')
    return [
      violation(
        clause,
        index,
        EXPLANATORY_CLAUSES.has(clause) ? description : `${description}: the call was opened`,
      ),
    ];
  // The bot may refuse any call at the moment.
  if (isBusy(answer) && call.record.besideAnother) return [];
  // The bot refuses the call for a reason other than its credentials.
  if (EXPLANATORY_CLAUSES.has(clause)) return [];
  const isProperRefusal =
    (form === 'status' && detail === '401') || (form === 'disconnect' && detail === 'unauthorized');
  const shown =
    form === 'status' ? `HTTP ${detail}` : form === 'end' ? `close code ${detail}` : `disconnect ${detail}`;
  // AC-SIG-12: an error of the server or a lost connection is no refusal. AC-AUTH-2 covers the form of refusals.
  if (clause === 'AC-SIG-12') {
    const isRefusal = form === 'disconnect' || (form === 'status' && detail.startsWith('4'));
    return [
      isRefusal
        ? pass(clause, index)
        : violation(
            clause,
            index,
            `${description}: ${shown}; expected HTTP 401 or \`disconnect\` unauthorized`,
          ),
    ];
  }
  const evidence = [pass(clause, index)];
  // AC-AUTH-2
  evidence.push(
    isProperRefusal
      ? pass('AC-AUTH-2', index)
      : violation(
          'AC-AUTH-2',
          index,
          `${description}: ${shown}; expected HTTP 401 or \`disconnect\` unauthorized`,
        ),
  );
  if (isProperRefusal) evidence.push(...checkReason(call, answer), ...checkClosed(call, answer));
  return evidence;
}

// AC-AUTH-7
function checkReason({ record }: Timeline, { item, text }: Answer): Evidence[] {
  const exposesSecret = record.secrets.some((secret) => text.includes(secret));
  if (exposesSecret) return [violation('AC-AUTH-7', item.index, 'the refusal contains the client secret')];
  return [
    text.trim() === ''
      ? violation('AC-AUTH-7', item.index, 'the refusal contains no reason')
      : pass('AC-AUTH-7', item.index),
  ];
}

// AC-AUTH-6
function checkClosed({ items }: Timeline, { form, item }: Answer): Evidence[] {
  if (form !== 'disconnect') return [];
  const close = items.find(
    (later) => later.index > item.index && later.kind === 'sent' && later.message.type === 'close',
  );
  if (!close) return [];
  const closed = items.some((later) => later.index > close.index && typeOf(later) === 'closed');
  return [
    closed
      ? pass('AC-AUTH-6', close.index)
      : violation(
          'AC-AUTH-6',
          close.index,
          'no `closed` for the `close` that followed `disconnect` unauthorized',
        ),
  ];
}

function checkAccepted(call: Timeline, clause: ClauseId, description: string): Evidence[] {
  const answer = answerOf(call);
  const response = call.items.find((item) => item.kind === 'response');
  // Other clauses cover the probe itself.
  if (clause === 'AC-PROBE-4' && response?.kind === 'response' && response.status === 101) {
    return [pass(clause, response.index)];
  }
  const { purpose, unreachable = 'no answer' } = call.record;
  const always = purpose.kind === 'acceptance' && purpose.mustOpen === true;
  if (!answer) return always ? [violation(clause, 0, `${description}: ${unreachable}`)] : [];
  const { item, form, detail, text } = answer;
  if (form === 'opened') return [pass(clause, item.index)];
  // The bot, or a proxy, answers so if there are too many calls or too soon. It says nothing about a crash.
  if (isBusy(answer)) return [];
  const said = text === '' ? '' : `: ${text}`;
  const denied = (form === 'status' && (detail === '401' || detail === '403')) || detail === 'unauthorized';
  return denied || always
    ? [violation(clause, item.index, `${description}: refused with ${detail}${said}`)]
    : [];
}
