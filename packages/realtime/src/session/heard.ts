import type { HeardPart } from '@hookline/server';

/** What the caller heard of a part of an interrupted reply. */
export interface Heard {
  /** The service's id of the part. */
  readonly part: string;
  /** Whole milliseconds that the caller heard. */
  readonly heardMs: number;
  /** What there was of it when it was interrupted, in milliseconds. */
  readonly totalMs: number;
}

/**
 * The parts of an interrupted reply that the service has to shorten: those that were not heard to their end. A part
 * that is longer than was received would be refused, and so would one without audio. Parts whose audio came in turns
 * are one part each.
 *
 * @param complete - whether all audio of the reply was received: a part heard in full then needs no truncation
 */
export function truncations(parts: readonly HeardPart[], complete: boolean): Heard[] {
  const last = parts.at(-1)?.key;
  const whole = new Map<string, Heard>();
  for (const { key, heardMs, totalMs } of parts) {
    const { heardMs: beforeMs = 0, totalMs: soFarMs = 0 } = whole.get(key) ?? {};
    whole.set(key, { part: key, heardMs: beforeMs + heardMs, totalMs: soFarMs + totalMs });
  }
  return [...whole.values()]
    .filter(({ totalMs }) => totalMs > 0)
    .filter(({ part, heardMs, totalMs }) => heardMs < totalMs || (part === last && !complete))
    .map((heard) => ({ ...heard, heardMs: Math.floor(heard.heardMs) }));
}
