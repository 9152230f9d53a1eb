import { CLIENT_TIMERS, SERVER_TIMERS } from '@hookline/protocol';
import type { Evidence } from '../evidence.js';
import { latenessMs, roundTripMs, slotMs } from '../lateness.js';

/** From the terminal event to the result, where `closed` is not awaited. */
const RESULT_MS = 1000;
/** From the terminal event to the end of the socket. */
const SOCKET_GONE_MS = 11_000;
/** From dialling to `opened` or the end, and from the last sign of a peer to the notice that it is gone. */
const NOTICE_MS = 10_000;
/** The server looks for silent connections twice a second, and lets a client answer its disconnect. */
const SERVER_GONE_MS = SERVER_TIMERS.silenceMs + 500 + SERVER_TIMERS.closeMs + SERVER_TIMERS.socketMs;

/** Nothing takes longer than DECISIONS.md #24, #40 and #41 say. */
export function bounds(evidence: Evidence): string[] {
  const { plan, log, caller, goneAtMs } = evidence;
  const { result, resultAtMs, closedAtMs } = caller;
  if (!result || resultAtMs === undefined || closedAtMs === undefined) return [];
  const broken: string[] = [];
  const lateMs = latenessMs(evidence, 'client');
  const within = (what: string, fromMs: number, toMs: number, boundMs: number) => {
    if (toMs - fromMs > boundMs + lateMs)
      broken.push(`${what} took ${toMs - fromMs} ms; at most ${boundMs} ms may pass`);
  };
  const latchedAtMs = result.durationMs;
  const openedAtMs = log.arrived.down.find(({ type }) => type === 'opened')?.atMs;
  const disconnected =
    result.path === 'success' ||
    (result.path === 'failure' && result.cause === 'bot-error') ||
    isUnauthorizedReported(evidence);
  const playsOut = plan.drainOnDisconnect && disconnected && openedAtMs !== undefined;
  const endsAtMs = playsOut ? Math.max(latchedAtMs, openedAtMs + plan.maxDurationMs) : latchedAtMs;
  // Where audio is played out first, the end of that is one more timer in the chain.
  const drainMs = playsOut ? slotMs(evidence, 'client') : 0;
  within('the result', endsAtMs, resultAtMs, drainMs + (disconnected ? CLIENT_TIMERS.closedMs : RESULT_MS));
  within('the end of the socket', endsAtMs, closedAtMs, SOCKET_GONE_MS);
  if (openedAtMs === undefined) within('the handshake and `opened`', 0, latchedAtMs, NOTICE_MS);
  else within('the call', openedAtMs, latchedAtMs, plan.maxDurationMs);
  const silentAtMs = silentSinceMs(evidence);
  if (openedAtMs !== undefined && silentAtMs !== undefined && openedAtMs <= silentAtMs) {
    // Two deadlines in turn, of the ping and of its answer, each with a second wake that lets in what has come: four
    // timers, one more than `latenessMs` allows for.
    const noticeMs = NOTICE_MS + roundTripMs(evidence) + slotMs(evidence, 'client');
    within('the notice of a silent server', silentAtMs, latchedAtMs, noticeMs);
  }
  if (goneAtMs !== undefined) {
    const serverMs = SERVER_GONE_MS + latenessMs(evidence, 'server') + roundTripMs(evidence);
    within('the end of the session at the server', closedAtMs, Math.max(goneAtMs, closedAtMs), serverMs);
  }
  return broken;
}

function isUnauthorizedReported({ log }: Evidence): boolean {
  return log.arrived.down.some(({ type }) => type === 'disconnect');
}

/** Since when nothing of the server has arrived for good, where the network saw to that. */
function silentSinceMs({ network, log }: Evidence): number | undefined {
  const isSilent = network.faults.some(
    ({ fault }) => fault.what === 'silence' && fault.directions.includes('down'),
  );
  return isSilent ? log.arrived.down.at(-1)?.atMs : undefined;
}
