import type { HeardPart } from '@hookline/server';

/** What the caller heard of a part of an interrupted reply. */
export interface Heard {
  /** The service's id of the part. */
  readonly part: string;
  /** Milliseconds that the caller heard, a whole number. */
  readonly heardMs: number;
  /** Milliseconds received when it was interrupted. */
  readonly totalMs: number;
}

/**
 * The parts of an interrupted reply that the service has to truncate: those that the caller did not hear to the end. A
 * part without audio is left out, since services refuse to truncate it. Interleaved audio of one part counts as one part.
 *
 * @param complete - whether all audio of the reply was received: a part heard in full then needs no truncation
 */
export function truncations(parts: readonly HeardPart[], complete: boolean): Heard[] {
  const last = parts.at(-1)?.key;
  const byPart = new Map<string, Heard>();
  for (const { key, heardMs, totalMs } of parts) {
    const { heardMs: heardBeforeMs = 0, totalMs: totalBeforeMs = 0 } = byPart.get(key) ?? {};
    byPart.set(key, { part: key, heardMs: heardBeforeMs + heardMs, totalMs: totalBeforeMs + totalMs });
  }
  return [...byPart.values()]
    .filter(({ totalMs }) => totalMs > 0)
    .filter(({ part, heardMs, totalMs }) => heardMs < totalMs || (part === last && !complete))
    .map((heard) => ({ ...heard, heardMs: Math.floor(heard.heardMs) }));
}
