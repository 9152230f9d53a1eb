import type { Collection } from '../bot-record.js';
import type { Told } from '../call-log.js';
import type { Evidence } from '../evidence.js';
import { isOwnMark } from '../marked-audio.js';

/** What was interrupted stays silent, and the client is told of each interruption once at most. (AC-BARGE-1 to AC-BARGE-3) */
export function interruptions(evidence: Evidence): string[] {
  return [...staysSilent(evidence), ...toldOnce(evidence)];
}

function staysSilent({ log, plan, bot }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows || plan.format !== 'PCMU') return [];
  const told = log.told.server;
  return bot.interruptions.flatMap((interruption) => {
    const marks = new Set(bot.plays.slice(interruption.from, interruption.to).map(({ mark }) => mark));
    const late = told
      .slice(interruption.told)
      .find(({ dir, mark }) => dir === 'out' && mark !== undefined && isOwnMark(mark) && marks.has(mark));
    return late ? [`playback ${late.mark} was sent on at ${late.atMs} ms, after it was interrupted`] : [];
  });
}

/**
 * Each `barge_in` needs something of its own that interrupted before it. A key can interrupt twice: what played when it
 * was pressed, and what plays when the bot begins to collect the keys that were typed ahead.
 */
function toldOnce({ log, plan, bot, network }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows) return [];
  // The server's own detector may hear speech in malformed audio.
  if (network.faults.some(({ fault }) => fault.what === 'malformed')) return [];
  const told = log.told.server;
  const causes = [
    ...bot.interruptions.map((interruption) => interruption.told),
    ...bot.speechStarts,
    ...keysPressed(told),
    ...collectionsOfTypedAhead(told, bot.collections),
  ];
  let bargeIns = 0;
  for (const [index, one] of told.entries()) {
    if (!isBargeIn(one)) continue;
    bargeIns += 1;
    const most = causes.filter((cause) => cause <= index).length;
    if (bargeIns > most) {
      return [`the server told ${bargeIns} barge-ins by ${one.atMs} ms; there were ${most} interruptions`];
    }
  }
  return [];
}

/** How much had been told when each key was told. */
function keysPressed(told: readonly Told[]): number[] {
  return told.flatMap(({ dir, type }, index) => (dir === 'in' && type === 'dtmf' ? [index + 1] : []));
}

/** How much had been told when each collection began that found keys and let them stop what plays. */
function collectionsOfTypedAhead(told: readonly Told[], collections: readonly Collection[]): number[] {
  const keys = keysPressed(told);
  let taken = 0;
  return collections.flatMap(({ told: beganAt, bargeIn, result }) => {
    const ahead = keys.filter((key) => key <= beganAt).length - taken;
    taken += result ? result.digits.length + (result.endedBy === undefined ? 0 : 1) : 0;
    return bargeIn && ahead > 0 ? [beganAt] : [];
  });
}

function isBargeIn({ dir, type, message }: Told): boolean {
  if (dir !== 'out' || type !== 'event') return false;
  const entities = message?.parameters?.['entities'];
  return Array.isArray(entities) && entities.some((entity) => entity?.type === 'barge_in');
}
