import { describe, MEDIA_RATE } from '@hookline/protocol';
import { type NumberRule, numberFault } from '@hookline/runtime';
import { checkNames, serverError } from '../error.js';

/** Options of `caller`. */
export interface CallerOptions {
  /** `PCMU`: 8 kHz µ-law, the default. `L16`: 16-bit samples, little-endian. */
  readonly format?: 'PCMU' | 'L16';
  /** Samples a second of `L16`: a whole number from 1000 to 192,000; default 8000. `PCMU` has 8000. */
  readonly rate?: number;
  /**
   * `'silence'`: where the client sends no audio, silence takes its place: in real time while it is paused, and at once,
   * for 5 s at most, where it tells of a gap afterwards. A detector of a service needs it to see that speech has ended.
   * Default: gaps are left out.
   */
  readonly fillGaps?: 'silence';
}

/**
 * The caller's audio in one channel and one format, whatever the client negotiated. Each listener and each loop is a
 * separate reader; the first of the call also gets the audio since `opened`, unless that is longer than
 * `BotOptions.holdCallerAudioMs`.
 */
export interface CallerAudio extends AsyncIterable<Uint8Array> {
  /**
   * Calls `listener` with each piece; `atMs` is where it begins in the caller's stream. The bytes are the transport's
   * own where they need no conversion: do not change them. A listener that throws or rejects fails this call. Returns
   * an unsubscribe function.
   */
  onAudio(listener: (bytes: Uint8Array, atMs: number) => unknown): () => void;
}

/** The options with their defaults. */
export interface CallerShape {
  /** `call`: the call's own, in its byte order. */
  readonly format: 'PCMU' | 'L16' | 'call';
  readonly rate: number;
  readonly fills: boolean;
}

const CALLER_RATE: NumberRule = { min: 1000, max: 192_000, integer: true };

/** @throws HooklineError `SERVER_BAD_OPTION` */
export function callerShape(options: CallerOptions): CallerShape {
  checkNames<CallerOptions>('caller: ', options, { format: true, rate: true, fillGaps: true });
  const { format = 'PCMU', rate = MEDIA_RATE, fillGaps } = options;
  if (format !== 'PCMU' && format !== 'L16') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `caller: format is ${describe(format)}; it must be "PCMU" or "L16".`,
    );
  }
  const fault = numberFault('caller: rate', rate, CALLER_RATE);
  if (fault) throw serverError('SERVER_BAD_OPTION', `${fault}.`);
  if (format === 'PCMU' && rate !== MEDIA_RATE) {
    throw serverError(
      'SERVER_BAD_OPTION',
      `caller: rate is ${rate}; "PCMU" has 8000: ask for "L16", or leave it out.`,
    );
  }
  if (fillGaps !== undefined && fillGaps !== 'silence') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `caller: fillGaps is ${describe(fillGaps)}; it must be "silence".`,
    );
  }
  return { format, rate, fills: fillGaps !== undefined };
}
