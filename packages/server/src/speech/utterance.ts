import { MAX_WAIT_MS } from '../deadline.js';
import { checkNames, checkNumber } from '../error.js';

/** An utterance of the caller. */
export interface Utterance {
  /**
   * The bytes as received, one channel in the format of the call, with 300 ms before and after, and with silence for a
   * gap in the stream; can be passed to `play`.
   */
  readonly audio: Uint8Array;
  /** The start and end of the speech in the caller's stream, in milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Options of `utterance` and `utterances`. */
export interface UtteranceOptions {
  /**
   * How much caller audio to wait for the start of speech, from 0 ms to a day; default `Infinity`. If audio is missing,
   * waits up to 10 s longer. The timeout is suspended while the client is paused and restarts afterwards.
   */
  readonly timeoutMs?: number;
}

/**
 * Checks the options and returns the timeout.
 *
 * @param where - the method that was called
 * @throws HooklineError `SERVER_BAD_OPTION`
 */
export function utteranceTimeout(where: string, options: UtteranceOptions): number {
  checkNames<UtteranceOptions>(`${where}: `, options, { timeoutMs: true });
  const { timeoutMs = Number.POSITIVE_INFINITY } = options;
  checkNumber(`${where}: timeoutMs`, timeoutMs, { min: 0, max: MAX_WAIT_MS, infinite: true });
  return timeoutMs;
}
