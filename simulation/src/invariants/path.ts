import type { CallResult } from '@hookline/client';
import { CLIENT_TIMERS } from '@hookline/protocol';
import type { Evidence } from '../evidence.js';
import { latenessMs } from '../lateness.js';

/** Something in the script or on the wire that ends a call. */
interface Candidate {
  readonly outcome: string;
  readonly atMs: number;
  /** How late it may be noticed. */
  readonly lateMs: number;
  /** Whether it certainly ends the call, unless something else ends it first. */
  readonly certain: boolean;
}

/** Without faults the first thing that ends the call decides its path. (DECISIONS.md #23) */
export function path(evidence: Evidence): string[] {
  const { network, caller, log } = evidence;
  const { result } = caller;
  // Before the connection exists, the keys and the drain determine the path.
  if (!network.faultFree || !result || log.sent.up.length === 0) return [];
  const outcome = outcomeOf(result);
  const candidates = candidatesOf(evidence);
  const matching = candidates.filter((one) => one.outcome === outcome && isAt(one, result.durationMs));
  if (matching.length === 0 && !(outcome === 'rate-limited' && evidence.plan.onBreach === 'close')) {
    return [
      `the call ended as ${outcome} at ${result.durationMs} ms; what could end it: ${JSON.stringify(candidates)}`,
    ];
  }
  const earlier = candidates.filter(
    ({ atMs, lateMs, certain }) => certain && atMs + lateMs < result.durationMs - 0.001,
  );
  if (earlier.length > 0)
    return [`the call ended as ${outcome}, but earlier causes were ${JSON.stringify(earlier)}`];
  return outputs(result, evidence);
}

function isAt({ atMs, lateMs }: Candidate, ms: number): boolean {
  return ms >= atMs - 0.001 && ms <= atMs + lateMs + 0.001;
}

function outcomeOf(result: CallResult): string {
  if (result.path === 'success') return 'success';
  return result.path === 'failure' ? result.cause : result.reason;
}

function candidatesOf(evidence: Evidence): Candidate[] {
  const { log, plan, caller } = evidence;
  const { hangupAtMs, abortAtMs, sourceFailedAtMs } = caller;
  const opened = log.arrived.down.find(({ type }) => type === 'opened');
  const disconnect = log.arrived.down.find(({ type }) => type === 'disconnect');
  const candidates: Candidate[] = [];
  const add = (outcome: string, atMs: number | undefined, lateMs = 0, certain = true) => {
    if (atMs !== undefined) candidates.push({ outcome, atMs, lateMs, certain });
  };
  add(disconnectOutcome(disconnect?.message?.parameters), disconnect?.atMs);
  add('callerHangup', hangupAtMs);
  add('aborted', abortAtMs);
  add('caller-source', sourceFailedAtMs);
  const openSentAtMs = log.sent.up.find(({ type }) => type === 'open')?.atMs;
  const lateMs = latenessMs(evidence, 'client');
  const dueMs = openSentAtMs === undefined ? undefined : openSentAtMs + CLIENT_TIMERS.openedMs;
  const openedAtMs = opened?.atMs ?? Number.POSITIVE_INFINITY;
  if (dueMs !== undefined && openedAtMs >= dueMs) {
    // An `opened` that arrives before a late timer runs is accepted.
    add('open-timeout', dueMs, lateMs, openedAtMs > dueMs + lateMs);
  }
  if (plan.drain) {
    // At its deadline, a draining bot drops the remaining connections; the client may notice this much later.
    add('connection-lost', plan.drain.atMs + plan.drain.timeoutMs, Number.POSITIVE_INFINITY, false);
  }
  add('max-duration', opened && opened.atMs + plan.maxDurationMs, lateMs);
  return candidates;
}

function disconnectOutcome(parameters: Readonly<Record<string, unknown>> | undefined): string {
  if (parameters?.['reason'] === 'completed') return 'success';
  return parameters?.['reason'] === 'unauthorized' ? 'unauthorized' : 'bot-error';
}

/** The flow receives all outputs of `disconnect`. (AC-OUT-1) */
function outputs(result: CallResult, { log }: Evidence): string[] {
  if (result.path !== 'success') return [];
  const sent = log.arrived.down.find(({ type }) => type === 'disconnect')?.message?.parameters?.[
    'outputVariables'
  ];
  const expected = JSON.stringify(sent ?? {});
  const got = JSON.stringify(result.outputs);
  return got === expected ? [] : [`the outputs are ${got}; the bot sent ${expected}`];
}
