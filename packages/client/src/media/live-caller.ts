import { fields, number } from '../argument-check.js';

/** A caller whose audio is pushed as it comes into being: a microphone, an RTP stream. For one call. */
export interface LiveCaller extends AsyncIterable<Uint8Array> {
  /** Adds 8 kHz µ-law. Returns false when the call is behind by more than the bound, and the oldest audio was dropped. */
  push(bytes: Uint8Array): boolean;
  /** Nothing more will come. Idempotent. */
  end(): void;
}

/** Options of `liveCaller`. */
export interface LiveCallerOptions {
  /** Audio that may wait to be sent, in milliseconds. Default 2000. */
  readonly maxBufferedMs?: number;
}

const BYTES_PER_MS = 8;

/** @throws HooklineError `CLIENT_BAD_ARGUMENT` for a bound that is not above 0 */
export function liveCaller(options: LiveCallerOptions = {}): LiveCaller {
  fields(options, '', { maxBufferedMs: number({ above: 0 }) });
  const { maxBufferedMs = 2000 } = options;
  return new PushedAudio(maxBufferedMs * BYTES_PER_MS);
}

class PushedAudio implements LiveCaller {
  readonly #maxBytes: number;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #ended = false;
  #wake: () => void = () => {};

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): boolean {
    if (this.#ended || bytes.length === 0) return true;
    this.#chunks.push(bytes);
    this.#bytes += bytes.length;
    let kept = true;
    while (this.#bytes > this.#maxBytes && this.#chunks.length > 1) {
      this.#take();
      kept = false;
    }
    this.#wake();
    return kept;
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#take();
      if (chunk) {
        yield chunk;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #take(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    this.#bytes -= chunk?.length ?? 0;
    return chunk;
  }
}
