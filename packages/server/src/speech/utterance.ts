import { numberFault } from '@hookline/runtime';
import { checkNames, serverError } from '../error.js';

/** What the caller said without a break. */
export interface Utterance {
  /** The bytes that came, one channel in the call's format, with 300 ms of before and after: what `play` takes. */
  readonly audio: Uint8Array;
  /** Where the speech begins and ends in the caller's stream, in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Options of `utterance` and `utterances`. */
export interface UtteranceOptions {
  /**
   * How much of the caller's audio to wait for somebody to begin to speak, from 0 ms to a day; default `Infinity`. Where
   * audio stays away it is waited for up to 10 s longer. While the client is paused
   * this time stands still; afterwards it begins anew.
   */
  readonly timeoutMs?: number;
}

/** The time to wait. @param where - the method that was called @throws HooklineError `SERVER_BAD_OPTION` */
export function utteranceTimeout(where: string, options: UtteranceOptions): number {
  checkNames<UtteranceOptions>(`${where}: `, options, { timeoutMs: true });
  const { timeoutMs = Number.POSITIVE_INFINITY } = options;
  const fault = numberFault(`${where}: timeoutMs`, timeoutMs, { min: 0, max: 86_400_000, infinite: true });
  if (fault) throw serverError('SERVER_BAD_OPTION', `${fault}.`);
  return timeoutMs;
}
