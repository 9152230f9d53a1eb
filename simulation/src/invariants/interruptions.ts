import type { Collection } from '../bot-record.js';
import type { ReportedEvent } from '../call-log.js';
import type { Evidence } from '../evidence.js';
import { isOwnMark } from '../marked-audio.js';

/** An interrupted playback is not continued, and each interruption causes at most one `barge_in`. (AC-BARGE-1 to AC-BARGE-3) */
export function interruptions(evidence: Evidence): string[] {
  return [...checkSilence(evidence), ...checkBargeIns(evidence)];
}

function checkSilence({ log, plan, bot }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows || plan.format !== 'PCMU') return [];
  const reported = log.reported.server;
  return bot.interruptions.flatMap((interruption) => {
    const marks = new Set(bot.plays.slice(interruption.from, interruption.to).map(({ mark }) => mark));
    const late = reported
      .slice(interruption.reportedCount)
      .find(({ dir, mark }) => dir === 'out' && mark !== undefined && isOwnMark(mark) && marks.has(mark));
    return late ? [`playback ${late.mark} was continued at ${late.atMs} ms, after it was interrupted`] : [];
  });
}

/**
 * Each `barge_in` needs its own earlier cause. A key can interrupt twice: the playback at the time of the key, and the
 * playback at the time at which the bot starts to collect keys that were typed ahead.
 */
function checkBargeIns({ log, plan, bot, network }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows) return [];
  // The server's own detector may detect speech in malformed audio.
  if (network.faults.some(({ fault }) => fault.what === 'malformed')) return [];
  const reported = log.reported.server;
  const causes = [
    ...bot.interruptions.map((interruption) => interruption.reportedCount),
    ...bot.speechStarts,
    ...digitIndexes(reported),
    ...typeAheadInterruptions(reported, bot.collections),
  ];
  let bargeIns = 0;
  for (const [index, one] of reported.entries()) {
    if (!isBargeIn(one)) continue;
    bargeIns += 1;
    const maxBargeIns = causes.filter((cause) => cause <= index).length;
    if (bargeIns > maxBargeIns) {
      return [
        `the server reported ${bargeIns} barge-ins by ${one.atMs} ms; there were ${maxBargeIns} interruptions`,
      ];
    }
  }
  return [];
}

/** For each key, the number of events reported up to it. */
function digitIndexes(reported: readonly ReportedEvent[]): number[] {
  return reported.flatMap(({ dir, type }, index) => (dir === 'in' && type === 'dtmf' ? [index + 1] : []));
}

/** The number of events reported at the start of each collection that took typed-ahead keys as a barge-in. */
function typeAheadInterruptions(
  reported: readonly ReportedEvent[],
  collections: readonly Collection[],
): number[] {
  const keys = digitIndexes(reported);
  let taken = 0;
  return collections.flatMap(({ reportedCount: beganAt, bargeIn, result }) => {
    const typedAhead = keys.filter((key) => key <= beganAt).length - taken;
    taken += result ? result.digits.length + (result.endedBy === undefined ? 0 : 1) : 0;
    return bargeIn && typedAhead > 0 ? [beganAt] : [];
  });
}

function isBargeIn({ dir, type, message }: ReportedEvent): boolean {
  if (dir !== 'out' || type !== 'event') return false;
  const entities = message?.parameters?.['entities'];
  return Array.isArray(entities) && entities.some((entity) => entity?.type === 'barge_in');
}
