import type { Evidence } from '../evidence.js';

/** What the caller says reaches the bot whole, be it held and sent at once: only what crosses an end is dropped. (DECISIONS.md #50) */
export function callerAudio({ log, plan, bot, network }: Evidence): string[] {
  const { stats } = bot;
  if (!network.faultFree || !stats || plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const reported = log.reported.server;
  const endIndex = reported.findIndex(
    ({ dir, type }) => (dir === 'out' && (type === 'disconnect' || type === 'closed')) || type === 'close',
  );
  const before = endIndex < 0 ? reported : reported.slice(0, endIndex);
  const came = before.filter(({ dir, type }) => dir === 'in' && type === 'audio').length;
  if (stats.audioInFrames >= came) return [];
  return [`the bot took ${stats.audioInFrames} frames of the caller; ${came} came while the call was on`];
}
