import type { Evidence } from '../evidence.js';
import { latenessMs } from '../lateness.js';

/** How long the end of a call waits at most after its last playback, for the client's report of that playback. */
const TIMEOUT_MS = 3000;

/** When the bot decides to end its call, the call ends at once or after its last playback. (DECISIONS.md #36, AC-DISC-2) */
export function botEnd(evidence: Evidence): string[] {
  const { network, plan, log, bot } = evidence;
  const { decision } = bot;
  if (!network.faultFree || !decision || plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const boundMs = maxWaitMs(evidence);
  if (boundMs === undefined) return [];
  const untilMs = decision.atMs + boundMs + latenessMs(evidence, 'server');
  const ended = log.reported.server.find(({ type }) => type === 'disconnect' || type === 'close');
  if ((ended?.atMs ?? Number.POSITIVE_INFINITY) <= untilMs + 0.001) return [];
  // At its deadline, a draining bot drops the connection, and nothing more is sent.
  if (plan.drain && plan.drain.atMs + plan.drain.timeoutMs <= untilMs) return [];
  return [`the bot decided ${decision.how} at ${decision.atMs} ms, but the call went on past ${untilMs} ms`];
}

/** How long the end may take; undefined if it cannot be predicted. */
function maxWaitMs({ bot, caller }: Evidence): number | undefined {
  const { decision, plays, rawFrames, pauses, turns, playBursts } = bot;
  if (!decision) return undefined;
  if (decision.how === 'crash' || decision.immediate) return 0;
  const isUnpredictable = rawFrames + pauses + turns + playBursts + caller.holds > 0;
  if (isUnpredictable || plays.some(({ hangs }) => hangs)) return undefined;
  // Late sources take half as long again.
  return plays.reduce((sum, { totalMs }) => sum + 1.5 * totalMs + TIMEOUT_MS, TIMEOUT_MS);
}
