import type { Evidence } from '../evidence.js';
import { latenessMs } from '../lateness.js';

/** What the end of a bot waits for at most, besides what it has still to play: news of the last playback. */
const TIMEOUT_MS = 3000;

/** A bot that decides the end of its call gets it: at once, or when all was heard. (DECISIONS.md #36, AC-DISC-2) */
export function botEnd(evidence: Evidence): string[] {
  const { network, plan, log, bot } = evidence;
  const { decision } = bot;
  if (!network.faultFree || !decision || plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const boundMs = waitMs(evidence);
  if (boundMs === undefined) return [];
  const untilMs = decision.atMs + boundMs + latenessMs(evidence, 'server');
  const ended = log.reported.server.find(({ type }) => type === 'disconnect' || type === 'close');
  if ((ended?.atMs ?? Number.POSITIVE_INFINITY) <= untilMs + 0.001) return [];
  return [`the bot decided ${decision.how} at ${decision.atMs} ms, but the call went on past ${untilMs} ms`];
}

/** How long the end may wait; undefined when nobody can tell. */
function waitMs({ bot, caller }: Evidence): number | undefined {
  const { decision, plays, rawFrames, pauses, turns, staccatos } = bot;
  if (!decision) return undefined;
  if (decision.how === 'crash' || decision.immediate) return 0;
  const unclear = rawFrames + pauses + turns + staccatos + caller.holds > 0;
  if (unclear || plays.some(({ hangs }) => hangs)) return undefined;
  // Late sources take half as long again.
  return plays.reduce((sum, { totalMs }) => sum + 1.5 * totalMs + TIMEOUT_MS, TIMEOUT_MS);
}
