import { MEDIA_RATE } from '@hookline/protocol';
import { checkChoice, checkNames, checkNumber, serverError } from '../error.js';
import { PCM16_RATE } from '../source/source.js';

/** Options of `caller`. */
export interface CallerOptions {
  /** `PCMU`: 8 kHz µ-law, the default. `L16`: 16-bit samples, little-endian. */
  readonly format?: 'PCMU' | 'L16';
  /** Samples per second of `L16`: a whole number from 1000 to 192,000; default 8000. `PCMU` has 8000. */
  readonly rate?: number;
  /**
   * `'silence'`: fills times without audio from the client with silence: in real time while the client is paused, and
   * at once, up to 5 s, for a gap that it reports afterwards. The detector of a service needs silence to detect the end
   * of speech. Default: gaps are omitted.
   */
  readonly fillGaps?: 'silence';
}

/**
 * The caller's audio in one channel and one format, regardless of the negotiated media. Each listener and each loop is
 * a separate reader; the first reader of the call also receives the audio since `opened`, unless it is longer than
 * `BotOptions.holdCallerAudioMs`.
 */
export interface CallerAudio extends AsyncIterable<Uint8Array> {
  /**
   * Calls `listener` with each piece; `atMs` is its position in the caller's stream. Without conversion the bytes are
   * the buffer of the transport: do not modify or transfer them. A listener that throws or rejects fails this call.
   * Returns an unsubscribe function.
   */
  onAudio(listener: (bytes: Uint8Array, atMs: number) => unknown): () => void;
}

/** The options with their defaults. */
export interface CallerShape {
  /** `call`: the format of the call, in its byte order. */
  readonly format: 'PCMU' | 'L16' | 'call';
  readonly rate: number;
  readonly fills: boolean;
}

/** The shape that the options of `caller` describe. */
export interface ConvertedShape extends CallerShape {
  readonly format: 'PCMU' | 'L16';
}

/** @throws HooklineError `SERVER_BAD_OPTION` */
export function callerShape(options: CallerOptions): ConvertedShape {
  checkNames<CallerOptions>('caller: ', options, { format: true, rate: true, fillGaps: true });
  const { format = 'PCMU', rate = MEDIA_RATE, fillGaps } = options;
  checkChoice('caller: format', format, ['PCMU', 'L16']);
  checkNumber('caller: rate', rate, PCM16_RATE);
  if (format === 'PCMU' && rate !== MEDIA_RATE) {
    throw serverError(
      'SERVER_BAD_OPTION',
      `caller: rate is ${rate}; "PCMU" always has 8000: use "L16", or omit rate.`,
    );
  }
  if (fillGaps !== undefined) checkChoice('caller: fillGaps', fillGaps, ['silence']);
  return { format, rate, fills: fillGaps !== undefined };
}
