import type { Collection } from '../bot-record.js';
import type { ReportedEvent } from '../call-log.js';
import type { Evidence } from '../evidence.js';
import { isOwnMark } from '../marked-audio.js';

/** What was interrupted stays silent, and the client gets at most one `barge_in` for each interruption. (AC-BARGE-1 to AC-BARGE-3) */
export function interruptions(evidence: Evidence): string[] {
  return [...staysSilent(evidence), ...reportsOnce(evidence)];
}

function staysSilent({ log, plan, bot }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows || plan.format !== 'PCMU') return [];
  const reported = log.reported.server;
  return bot.interruptions.flatMap((interruption) => {
    const marks = new Set(bot.plays.slice(interruption.from, interruption.to).map(({ mark }) => mark));
    const late = reported
      .slice(interruption.reportedCount)
      .find(({ dir, mark }) => dir === 'out' && mark !== undefined && isOwnMark(mark) && marks.has(mark));
    return late ? [`playback ${late.mark} was sent on at ${late.atMs} ms, after it was interrupted`] : [];
  });
}

/**
 * Each `barge_in` needs something of its own that interrupted before it. A key can interrupt twice: what played when it
 * was pressed, and what plays when the bot begins to collect the keys that were typed ahead.
 */
function reportsOnce({ log, plan, bot, network }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows) return [];
  // The server's own detector may hear speech in malformed audio.
  if (network.faults.some(({ fault }) => fault.what === 'malformed')) return [];
  const reported = log.reported.server;
  const causes = [
    ...bot.interruptions.map((interruption) => interruption.reportedCount),
    ...bot.speechStarts,
    ...keysPressed(reported),
    ...collectionsOfTypedAhead(reported, bot.collections),
  ];
  let bargeIns = 0;
  for (const [index, one] of reported.entries()) {
    if (!isBargeIn(one)) continue;
    bargeIns += 1;
    const most = causes.filter((cause) => cause <= index).length;
    if (bargeIns > most) {
      return [
        `the server reported ${bargeIns} barge-ins by ${one.atMs} ms; there were ${most} interruptions`,
      ];
    }
  }
  return [];
}

/** How many events had been reported when each key was reported. */
function keysPressed(reported: readonly ReportedEvent[]): number[] {
  return reported.flatMap(({ dir, type }, index) => (dir === 'in' && type === 'dtmf' ? [index + 1] : []));
}

/** How many events had been reported when each collection began that found keys and let them stop what plays. */
function collectionsOfTypedAhead(
  reported: readonly ReportedEvent[],
  collections: readonly Collection[],
): number[] {
  const keys = keysPressed(reported);
  let taken = 0;
  return collections.flatMap(({ reportedCount: beganAt, bargeIn, result }) => {
    const ahead = keys.filter((key) => key <= beganAt).length - taken;
    taken += result ? result.digits.length + (result.endedBy === undefined ? 0 : 1) : 0;
    return bargeIn && ahead > 0 ? [beganAt] : [];
  });
}

function isBargeIn({ dir, type, message }: ReportedEvent): boolean {
  if (dir !== 'out' || type !== 'event') return false;
  const entities = message?.parameters?.['entities'];
  return Array.isArray(entities) && entities.some((entity) => entity?.type === 'barge_in');
}
