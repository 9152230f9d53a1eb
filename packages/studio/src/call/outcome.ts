import type { CallResult, CallWarning, Cause } from '@hookline/client';
import { clauses } from '@hookline/protocol';
import type { CallOutcome, Note } from '../messages.js';

/** The name of the action in texts about a call: of a call whose page gives none, and of a stored one, whose trace has none. */
export const DEFAULT_ACTION_NAME = 'Call Audio Connector';

/** What to do next, by cause. For other causes the fix of the broken rule says it. */
const NEXT_STEPS: Partial<Readonly<Record<Cause, string>>> = {
  'invalid-action': 'Correct the field that the message names, and call again.',
  unauthorized: 'Enter the API key and client secret that the bot expects, and call again.',
  dns: 'Check the host name in the Base Connection URI.',
  refused: 'Start the bot, and check host and port of the Base Connection URI.',
  tls: 'Serve a certificate of a public authority, or start the studio with --ca FILE for one of your own.',
  'upgrade-timeout': 'Find out why the bot does not answer the WebSocket upgrade within 5 s.',
  'bad-upgrade': 'Check that a WebSocket server listens there.',
  redirect: 'Enter the address that it redirects to.',
  'bot-error': "Check the bot's log for the error that it reports.",
  'connection-lost': 'Check whether the bot, or something between, crashed or closed an idle connection.',
  'open-timeout': 'Answer `open` with `opened` within 5 s; do slow work after that.',
  'rate-limited': 'Send audio in fewer, larger frames, and `pause` less often.',
};

/** Converts a call result to what the page shows. */
export function outcomeOf(
  result: CallResult,
  details: { readonly actionName: string; readonly row?: number | undefined; readonly micDroppedMs: number },
): CallOutcome {
  const { timings } = result;
  return {
    path: result.path,
    outputs: result.path === 'success' ? result.outputs : {},
    missing: result.path === 'success' ? result.missing : [],
    undeclared: result.path === 'success' ? result.undeclared : [],
    discardedOutputs: result.discardedOutputs,
    ...(result.path === 'failure' ? failureOf(result) : {}),
    ...(result.path === 'disconnected' ? { reason: result.reason } : {}),
    architect: architectSummary(result, details.actionName),
    ...(details.row === undefined || result.path !== 'failure' ? {} : { row: details.row }),
    durationMs: result.durationMs,
    heardMs: result.heardMs,
    flushedMs: result.flushedMs,
    cutMs: result.cutMs,
    underruns: result.underruns,
    bargeIns: result.bargeIns,
    callerLateMs: result.callerLateMs,
    micDroppedMs: details.micDroppedMs,
    keys: result.dtmf,
    ...(timings.connectMs === undefined ? {} : { connectMs: timings.connectMs }),
    ...(timings.openedMs === undefined ? {} : { openedMs: timings.openedMs }),
    ...(timings.firstAudioMs === undefined ? {} : { firstAudioMs: timings.firstAudioMs }),
    ...(timings.rttMs === undefined ? {} : { rttMs: timings.rttMs }),
    replyMs: timings.replyMs,
    notes: result.warnings.map(noteOf),
  };
}

/** Converts a warning of a call to a note. */
export function noteOf({ message, count, firstAtMs, clause, effect, fix }: CallWarning): Note {
  return {
    message,
    t: firstAtMs,
    count,
    ...(clause === undefined ? {} : { clause }),
    ...(effect === undefined ? {} : { effect }),
    ...(fix === undefined ? {} : { fix }),
  };
}

function failureOf({
  failureOutputs,
  cause,
  clause: id,
  status,
  closeCode,
}: Extract<CallResult, { path: 'failure' }>): Partial<CallOutcome> {
  const rule = clauses.find((candidate) => candidate.id === id);
  const nextStep = nextStepOf(cause, status);
  return {
    errorType: failureOutputs.errorType,
    errorMessage: failureOutputs.errorMessage,
    cause,
    ...(rule ? { clause: rule.id, effect: rule.effect, fix: rule.fix } : {}),
    ...(status === undefined ? {} : { status }),
    ...(closeCode === undefined ? {} : { closeCode }),
    ...(nextStep === undefined ? {} : { nextStep }),
  };
}

function nextStepOf(cause: Cause, status: number | undefined): string | undefined {
  if (cause === 'http-status') return nextStepOfStatus(status);
  // A trace made elsewhere may name any cause.
  return Object.hasOwn(NEXT_STEPS, cause) ? NEXT_STEPS[cause] : undefined;
}

/** What to do about the HTTP status of a rejected upgrade. */
function nextStepOfStatus(status: number | undefined): string {
  if (status === 429 || status === 503) {
    return 'Call again later; if it stays so, find out whether the bot, or a gateway before it, is overloaded, limits calls, or is not ready.';
  }
  if (status !== undefined && status >= 500) {
    return 'Check the log of the bot, and of the gateways before it, for the error at the WebSocket upgrade.';
  }
  if (status === undefined || status === 404) {
    return 'Check the path of the Base Connection URI and the Connector ID.';
  }
  return 'Find out why the bot, or a gateway before it, rejects the WebSocket upgrade: check path, credentials, and who may connect.';
}

function architectSummary(result: CallResult, actionName: string): string {
  switch (result.path) {
    case 'success': {
      const count = Object.keys(result.outputs).length;
      const assigned = `${count === 1 ? 'one output is' : `${count} outputs are`} assigned to variables of the flow`;
      return `The flow takes the Success path of ${actionName}; ${count === 0 ? 'no output is assigned' : assigned}.`;
    }
    case 'failure':
      return `The flow takes the Failure path of ${actionName}, with errorType and errorMessage; outputs keep their values.`;
    case 'disconnected':
      return 'The caller hung up: the flow is assumed to end without taking a path.';
  }
}
