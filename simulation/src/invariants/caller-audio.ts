import type { Evidence } from '../evidence.js';

/** All caller audio reaches the bot, also if it was sent in a burst; only audio that crosses the end is dropped. (DECISIONS.md #50) */
export function callerAudio({ log, plan, bot, network }: Evidence): string[] {
  const { stats } = bot;
  if (!network.faultFree || !stats || plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const reported = log.reported.server;
  const endIndex = reported.findIndex(
    ({ dir, type }) => (dir === 'out' && (type === 'disconnect' || type === 'closed')) || type === 'close',
  );
  const before = endIndex < 0 ? reported : reported.slice(0, endIndex);
  const received = before.filter(({ dir, type }) => dir === 'in' && type === 'audio').length;
  if (stats.audioInFrames >= received) return [];
  return [
    `the bot received ${stats.audioInFrames} frames of the caller; ${received} arrived during the call`,
  ];
}
