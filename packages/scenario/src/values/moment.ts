import { DURATION_PATTERN, durationMs } from './duration.js';

/** When an action starts: at an event, or at the start or end of a step, plus an offset. */
export interface StepMoment {
  /** An event such as `playback_started`, or `now`. Undefined if a step is named. */
  readonly event?: string;
  /** The `id` of a step. */
  readonly step?: string;
  readonly edge?: 'start' | 'end';
  readonly afterMs: number;
}

/** The pattern of a moment, for a schema. */
export const MOMENT_PATTERN = `^([A-Za-z][\\w-]*)(?:\\.(start|end))?(?:\\s*\\+\\s*${DURATION_PATTERN})?$`;

const MOMENT = new RegExp(MOMENT_PATTERN);

/** Parses a moment. Returns undefined if the text is not a moment. */
export function parseMoment(text: string): StepMoment | undefined {
  const [, name, edge, amount, unit] = MOMENT.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  const afterMs = amount === undefined ? 0 : (durationMs(`${amount}${unit}`) ?? 0);
  return edge === 'start' || edge === 'end' ? { step: name, edge, afterMs } : { event: name, afterMs };
}
