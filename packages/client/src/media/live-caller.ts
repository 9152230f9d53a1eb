import { BYTES_PER_MS } from '@hookline/audio';
import { BoundedReader } from '@hookline/runtime';
import { fields, flag, number } from '../argument-check.js';
import { OPENED } from './caller-source.js';

/** A caller whose audio is pushed live, for example from a microphone or an RTP stream. For one call. */
export interface LiveCaller extends AsyncIterable<Uint8Array> {
  /** Adds 8 kHz µ-law. Returns false if the buffer was full and the oldest audio was dropped. */
  push(bytes: Uint8Array): boolean;
  /** Ends the audio. Idempotent. */
  end(): void;
}

/** Options of `liveCaller`. */
export interface LiveCallerOptions {
  /** The maximum buffered audio, in milliseconds. Default 2000. */
  readonly maxBufferedMs?: number;
  /**
   * Whether to drop audio that is pushed before the session is open. Otherwise it is sent when the session opens, and
   * all later audio is delayed by as much for the whole call; set it for a microphone. Default false.
   */
  readonly dropBeforeOpened?: boolean;
}

/** @throws HooklineError `CLIENT_BAD_ARGUMENT` for a bound that is not above 0 */
export function liveCaller(options: LiveCallerOptions = {}): LiveCaller {
  fields(options, '', { maxBufferedMs: number({ above: 0 }), dropBeforeOpened: flag });
  const { maxBufferedMs = 2000, dropBeforeOpened = false } = options;
  return new PushedAudio(maxBufferedMs * BYTES_PER_MS, !dropBeforeOpened);
}

class PushedAudio implements LiveCaller {
  readonly #audio: BoundedReader<Uint8Array>;

  #accepts: boolean;

  /** @param accepts - whether audio is accepted before the session is open */
  constructor(maxBytes: number, accepts: boolean) {
    this.#accepts = accepts;
    this.#audio = new BoundedReader({ max: maxBytes, sizeOf: (bytes) => bytes.length });
  }

  push(bytes: Uint8Array): boolean {
    return !this.#accepts || bytes.length === 0 || this.#audio.push(bytes) === 0;
  }

  end(): void {
    this.#audio.end();
  }

  [OPENED](): void {
    this.#accepts = true;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    return this.#audio;
  }
}
