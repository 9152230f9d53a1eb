import type { Evidence } from '../evidence.js';
import { latenessMs } from '../lateness.js';
import { NEIGHBOUR_AUDIO_MS } from '../neighbour.js';

/** The other calls of a bot lose nothing, whatever happens on one of them. (DECISIONS.md #56) */
export function neighbour(evidence: Evidence): string[] {
  const { neighbour } = evidence;
  if (!neighbour) return [];
  const { over, reason, result, heardMs, gapMs } = neighbour;
  if (!over) return ['the call beside this one has not ended'];
  const broken: string[] = [];
  if (reason !== 'completed') broken.push(`the call beside this one ended with ${String(reason)}`);
  // After a stall the timers of a machine run before its sockets are read: news may come after the deadline.
  const stalls = evidence.network.faults.some(
    ({ fault }) => fault.what === 'stall' && fault.machine === 'server',
  );
  const isOver = result?.ended === 'completed' || (stalls && result?.ended === 'assumed');
  if (!isOver) broken.push(`its playback was ${result?.ended ?? 'never over'}`);
  if (heardMs !== NEIGHBOUR_AUDIO_MS) {
    broken.push(`the call beside this one heard ${heardMs} of ${NEIGHBOUR_AUDIO_MS} ms`);
  }
  const lateMs = latenessMs(evidence, 'server');
  if (gapMs > lateMs) {
    broken.push(`the call beside this one had a gap of ${gapMs} ms; its machine may be ${lateMs} ms late`);
  }
  return broken;
}
