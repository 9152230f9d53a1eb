import { statusFault } from '@hookline/protocol';
import type { RefusedFrameFact } from '../record/call-event.js';
import type { CallRecord } from '../record/call-record.js';
import { readTimeline, typeOf } from '../record/timeline.js';
import { CRASH_CLAUSES } from '../rules/ending.js';
import { type Evidence, isSevere } from '../rules/evidence.js';
import { isBusy } from '../rules/unrelated-end.js';
import type { EvaluatedCall } from './assess.js';
import { MAX_LAG_MS } from './lag-monitor.js';
import { findLostCalls, type LostCall } from './lost-calls.js';
import type { Problem } from './report.js';

/** A run that was not stopped, with what was found in its calls. */
interface Run {
  readonly url: string;
  readonly calls: readonly EvaluatedCall[];
  readonly violations: readonly Evidence[];
  /** Whether the first call was opened. */
  readonly opened: boolean;
  readonly parallel: number;
  readonly lagMs: number;
}

/** Returns why the run is incomplete; undefined if it is not, or if a violation explains it. */
export function findProblem(run: Run): Problem | undefined {
  const { url, calls, violations, opened, lagMs } = run;
  const refusalCause = violations.find(({ clause }) => clause === 'AC-OPEN-9');
  if (refusalCause) return refusalProblem(url, refusalCause.got);
  const [first] = calls;
  const isExplained = calls.some(
    ({ record, evidence }) => isExplanatoryCall(record) && evidence.some((one) => !one.passed),
  );
  const refused = first !== undefined && isRefused(first.record) && !isExplained;
  if (opened) return lostProblem(run);
  if (violations.length > 0 && !refused) return undefined;
  return lagMs > MAX_LAG_MS && maybeLocalDelay(first?.record) ? lagProblem(lagMs) : firstCallProblem(first);
}

export function lagProblem(lagMs: number): Problem {
  return {
    kind: 'behind',
    message: `the check could not keep pace: its own process was blocked for ${(lagMs / 1000).toFixed(1)} s, so it cannot evaluate response times. Run it on a machine with less load`,
  };
}

export function stoppedProblem(done: number, total: number): Problem {
  return {
    kind: 'stopped',
    message: `the check was stopped after ${done} of ${total} scenarios; the others were not run`,
  };
}

/** Whether the first call may have failed because this process was blocked: the bot was reached and did not refuse. */
function maybeLocalDelay(record: CallRecord | undefined): boolean {
  if (record === undefined) return false;
  const upgraded = record.events.some((event) => event.kind === 'response' && event.status === 101);
  return record.maybeLocalDelay === true || (upgraded && !isRefused(record));
}

/** Whether a call was made to find out why the first call was refused. */
export function isExplanatoryCall({ scenario, purpose }: CallRecord): boolean {
  return scenario === 'handshake' && purpose.kind === 'refusal';
}

/** Whether the bot answered `open` with `disconnect`. */
function isRefused(record: CallRecord): boolean {
  const answer = readTimeline(record).items.find((item) =>
    ['opened', 'disconnect'].includes(typeOf(item) ?? ''),
  );
  return answer !== undefined && typeOf(answer) === 'disconnect';
}

/** Calls that the bot refused or ended for no reason in the calls. */
function lostProblem({ url, calls, violations, parallel, lagMs }: Run): Problem | undefined {
  if (violations.some(({ clause }) => CRASH_CLAUSES.has(clause))) return undefined;
  const { refused, ended, total } = findLostCalls(calls, lagMs > MAX_LAG_MS);
  const unread = calls.map(({ record }) => record).filter(endsInUnreportedFrame);
  const sentences = [
    ...(unread.length > 0 ? [unreadText(url, unread)] : []),
    ...(ended.length > 0 ? [endedText(url, ended, total)] : []),
    ...(refused.length > 0 ? [refusedText(url, refused, total, parallel)] : []),
  ];
  if (sentences.length === 0) return undefined;
  return {
    kind: 'refused',
    message: sentences.join('. '),
    ...(isTooParallel(refused, parallel) ? { isTooParallel: true } : {}),
  };
}

/** Too many calls at a time are the likely cause if each was refused beside another. One scenario at a time makes fewer. */
function isTooParallel(refused: readonly LostCall[], parallel: number): boolean {
  return parallel > 1 && refused.length > 0 && refused.every(({ record }) => record.besideAnother);
}

const FRAME_FIX = 'check the WebSocket library of the bot, and what is between it and the check';

function refusedFrameOf({ events }: CallRecord): RefusedFrameFact | undefined {
  const end = events.find((event) => event.kind === 'end');
  return end?.kind === 'end' ? end.refused : undefined;
}

/** Whether the check ended the call because of a frame of the bot, for which no broken clause fails the bot. */
function endsInUnreportedFrame(record: CallRecord): boolean {
  const frame = refusedFrameOf(record);
  return frame !== undefined && (frame.clause === undefined || !isSevere(frame.clause));
}

function unreadText(url: string, records: readonly CallRecord[]): string {
  const [first] = records;
  const where = first ? `, first in ${first.scenario}: ${first.call}` : '';
  const what = first && refusedFrameOf(first)?.text;
  return `${url} sent ${what} in ${countCalls(records.length)}${where}; the check ended these calls, so rules that they test may not have been checked; ${FRAME_FIX}`;
}

function endedText(url: string, ended: readonly LostCall[], total: number): string {
  return `${url} ended ${countCalls(ended.length)} of ${total} by itself: ${waysOf(ended)}${firstOf(ended)}. It ended calls without any unusual message in the same way, or did not end a call when the same message was repeated, so these ends are blamed on no message; rules that such calls test may not have been checked`;
}

function refusedText(url: string, refused: readonly LostCall[], total: number, parallel: number): string {
  const areConcurrent = isTooParallel(refused, parallel);
  if (areConcurrent && refused.every(({ end }) => isBusy(end))) {
    const statuses = [...new Set(refused.map(({ end }) => end.status))].join(' and ');
    const those = refused.length === 1 ? 'it tests' : 'they test';
    return `${url} refused ${countCalls(refused.length)} with HTTP ${statuses}, so the rules that ${those} were not checked: the check runs ${parallel} scenarios at a time, each with up to 3 calls. Allow more concurrent calls, or run one scenario at a time`;
  }
  const hint = areConcurrent
    ? '. If there were too many at a time, allow more concurrent calls, or run one scenario at a time'
    : refused.some(({ end }) => isBusy(end))
      ? '. If it limits how often it is called, allow more calls while it is checked'
      : '';
  return `${url} refused ${countCalls(refused.length)} of ${total}, for no reason in the calls: ${waysOf(refused)}${firstOf(refused)}${hint}`;
}

/** Where the first of the calls is found in the report. */
function firstOf([first]: readonly LostCall[]): string {
  return first ? `, first in ${first.record.scenario}: ${first.record.call}` : '';
}

const countCalls = (count: number): string => (count === 1 ? '1 call' : `${count} calls`);

/** Lists what the bot did, with the number of calls and how long they were open. */
function waysOf(lost: readonly LostCall[]): string {
  return [...new Set(lost.map(({ end }) => end.how))]
    .map((how) => {
      const same = lost.filter(({ end }) => end.how === how);
      const ages = same.flatMap(({ end }) => (end.openMs === undefined ? [] : [end.openMs / 1000]));
      const [least, most] = [Math.min(...ages).toFixed(1), Math.max(...ages).toFixed(1)];
      const age =
        ages.length === 0 ? '' : ` ${least === most ? least : `${least} to ${most}`} s after \`opened\``;
      return `${how}${age} (${countCalls(same.length)})`;
    })
    .join(', ');
}

/** The bot refuses the `open` of production. No clause forbids this, but the bot cannot work with Genesys Cloud. */
function refusalProblem(url: string, reason: string): Problem {
  return {
    kind: 'refused',
    message: `${url} refused the first call, although Genesys Cloud makes the same call: ${reason}`,
  };
}

/** Returns why the first call was not opened, if no clause explains it. */
function firstCallProblem(call: EvaluatedCall | undefined): Problem {
  const record = call?.record;
  const response = record?.events.find((event) => event.kind === 'response');
  const url = record?.url ?? '';
  if (response?.kind === 'response' && response.status !== 101) {
    const denied = response.status === 401 || response.status === 403;
    return {
      kind: denied ? 'unauthorized' : 'unreachable',
      message: statusFault(url, response.status, undefined, response.body).text,
    };
  }
  const refusal = record && readTimeline(record).items.find((item) => typeOf(item) === 'disconnect');
  if (refusal !== undefined && 'text' in refusal) {
    const denied = refusal.text.includes('"unauthorized"');
    const hint = denied
      ? '. Check API key and client secret on both sides'
      : refusal.phase === 'connecting'
        ? ', before the caller sent `open`'
        : '. If the bot requires input variables, add them to the profile: {"inputs":{"name":"value"}}';
    return {
      kind: denied ? 'unauthorized' : 'refused',
      message: `${url} refused the first call: ${refusal.text}${hint}`,
    };
  }
  const frame = record && refusedFrameOf(record);
  if (frame !== undefined) return { kind: 'refused', message: `${url} sent ${frame.text}; ${FRAME_FIX}` };
  return { kind: 'unreachable', message: `${url} cannot be reached: ${record?.unreachable ?? 'no answer'}` };
}
