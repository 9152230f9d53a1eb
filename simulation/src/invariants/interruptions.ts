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

function toldOnce({ log, plan, bot, network }: Evidence): string[] {
  if (plan.sinksThrow || plan.sinkFactoryThrows) return [];
  const told = log.told.server;
  const keys = told.filter(({ dir, type }) => dir === 'in' && type === 'dtmf').length;
  // A key that was typed ahead interrupts when it is pressed, and what plays by then when it is collected.
  const collected = Math.min(keys, bot.collections);
  const most = bot.interruptions.length + keys + collected + bot.speechStarts;
  const bargeIns = told.filter(isBargeIn).length;
  // The server's own detector may hear speech in malformed audio.
  if (bargeIns <= most || network.faults.some(({ fault }) => fault.what === 'malformed')) return [];
  return [`the server told ${bargeIns} barge-ins; there were ${most} interruptions`];
}

function isBargeIn({ dir, type, message }: Told): boolean {
  if (dir !== 'out' || type !== 'event') return false;
  const entities = message?.parameters?.['entities'];
  return Array.isArray(entities) && entities.some((entity) => entity?.type === 'barge_in');
}
