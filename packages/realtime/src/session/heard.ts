import type { PartHeard } from '../call-port.js';

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
 * that is longer than was received would be refused, and so would one without audio.
 *
 * @param complete - whether all audio of the reply was received: a part heard in full then needs no truncation
 */
export function truncations(parts: readonly PartHeard[], complete: boolean): Heard[] {
  const last = parts.at(-1);
  return parts
    .filter((part) => part.totalMs > 0)
    .filter((part) => part.heardMs < part.totalMs || (part === last && !complete))
    .map(({ mark, heardMs, totalMs }) => ({
      part: mark,
      heardMs: Math.floor(Math.max(0, Math.min(heardMs, totalMs))),
      totalMs,
    }));
}
