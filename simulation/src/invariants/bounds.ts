import { CLIENT_TIMERS, SERVER_TIMERS } from '@hookline/protocol';
import type { Evidence } from '../evidence.js';
import { latenessMs, roundTripMs, timerDelayMs } from '../lateness.js';

/** From the terminal event to the result, where `closed` is not awaited. */
const RESULT_MS = 1000;
/** From the terminal event to the end of the socket. */
const SOCKET_GONE_MS = 11_000;
/** From dialling to `opened` or the end, and from the last message of a peer until its silence is noticed. */
const NOTICE_MS = 10_000;
/** The server checks for silent connections twice a second, and waits for the answer to its `disconnect`. */
const SERVER_GONE_MS = SERVER_TIMERS.silenceMs + 500 + SERVER_TIMERS.closeMs + SERVER_TIMERS.socketMs;

/** Nothing takes longer than DECISIONS.md #24, #40 and #41 allow. */
export function bounds(evidence: Evidence): string[] {
  const { plan, log, caller, bothClosedAtMs } = evidence;
  const { result, resultAtMs, closedAtMs } = caller;
  if (!result || resultAtMs === undefined || closedAtMs === undefined) return [];
  const violations: string[] = [];
  const lateMs = latenessMs(evidence, 'client');
  const checkDuration = (what: string, fromMs: number, toMs: number, boundMs: number) => {
    if (toMs - fromMs > boundMs + lateMs)
      violations.push(`${what} took ${toMs - fromMs} ms; at most ${boundMs} ms may pass`);
  };
  const decidedAtMs = result.durationMs;
  const openedAtMs = log.arrived.down.find(({ type }) => type === 'opened')?.atMs;
  const disconnected =
    result.path === 'success' ||
    (result.path === 'failure' && result.cause === 'bot-error') ||
    isUnauthorizedReported(evidence);
  const drains = plan.drainOnDisconnect && disconnected && openedAtMs !== undefined;
  const endsAtMs = drains ? Math.max(decidedAtMs, openedAtMs + plan.maxDurationMs) : decidedAtMs;
  // If audio is played out first, the end of playback adds a timer to the chain.
  const drainMs = drains ? timerDelayMs(evidence, 'client') : 0;
  checkDuration(
    'the result',
    endsAtMs,
    resultAtMs,
    drainMs + (disconnected ? CLIENT_TIMERS.closedMs : RESULT_MS),
  );
  checkDuration('the end of the socket', endsAtMs, closedAtMs, SOCKET_GONE_MS);
  if (openedAtMs === undefined) checkDuration('the handshake and `opened`', 0, decidedAtMs, NOTICE_MS);
  else checkDuration('the call', openedAtMs, decidedAtMs, plan.maxDurationMs);
  const silentAtMs = silentSinceMs(evidence);
  if (openedAtMs !== undefined && silentAtMs !== undefined && openedAtMs <= silentAtMs) {
    // timers, one more than `latenessMs` includes.
    const noticeMs = NOTICE_MS + roundTripMs(evidence) + timerDelayMs(evidence, 'client');
    checkDuration('the notice of a silent server', silentAtMs, decidedAtMs, noticeMs);
  }
  if (bothClosedAtMs !== undefined) {
    const serverMs = SERVER_GONE_MS + latenessMs(evidence, 'server') + roundTripMs(evidence);
    checkDuration(
      'the end of the session at the server',
      closedAtMs,
      Math.max(bothClosedAtMs, closedAtMs),
      serverMs,
    );
  }
  return violations;
}

function isUnauthorizedReported({ log }: Evidence): boolean {
  return log.arrived.down.some(({ type }) => type === 'disconnect');
}

/** When the last message of the server arrived, if the network stopped its deliveries. */
function silentSinceMs({ network, log }: Evidence): number | undefined {
  const isSilent = network.faults.some(
    ({ fault }) => fault.what === 'silence' && fault.directions.includes('down'),
  );
  return isSilent ? log.arrived.down.at(-1)?.atMs : undefined;
}
