import { MULAW_SILENCE, SAMPLES_PER_MS } from '@hookline/audio';
import { bytesPerMs, FRAME_MS, type MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';
import { encodeFor } from './media.js';

/** Sends the caller's audio in real time: queued speech, otherwise silence. Each frame is sent when its last sample is due. */
export class AudioStream {
  readonly #clock: Clock;
  readonly #send: (bytes: Uint8Array) => void;
  #media: MediaParameter | undefined;
  #cancel: Cancel = () => {};
  #speechQueue: Uint8Array[] = [];
  #positionMs = 0;
  #isRunning = false;
  #nextMs = 0;
  #held: Uint8Array[] | undefined;
  #pausedAt: number | undefined;

  constructor(clock: Clock, send: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** The position in the stream, gaps included. */
  get positionMs(): number {
    return this.#positionMs;
  }

  /** Sets the chosen format. Undefined: no audio is sent. */
  setFormat(media: MediaParameter | undefined): void {
    this.#media = media;
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#nextMs = this.#clock.now() + FRAME_MS;
    this.#arm();
  }

  /** Queues speech from the next frame on. @param speech - µ-law, one channel */
  enqueueSpeech(speech: Uint8Array): void {
    this.#speechQueue.push(speech);
  }

  /** Sends bytes immediately, unchanged. */
  sendFrame(bytes: Uint8Array): void {
    if (this.#media) this.#positionMs += bytes.length / bytesPerMs(this.#media);
    this.#send(bytes);
  }

  /** Holds frames back until `release`. */
  holdFrames(): void {
    this.#held ??= [];
  }

  /** Sends all held frames immediately. */
  releaseFrames(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const bytes of held) this.#send(bytes);
  }

  pause(): void {
    this.#pausedAt ??= this.#clock.now();
  }

  resume(): { readonly startMs: number; readonly discardedMs: number } {
    const startMs = this.#positionMs;
    const discardedMs = this.#pausedAt === undefined ? 0 : this.#clock.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#positionMs += discardedMs;
    return { startMs, discardedMs };
  }

  stop(): void {
    this.#cancel();
    this.#isRunning = false;
  }

  #arm(): void {
    this.#cancel = this.#clock.after(this.#nextMs - this.#clock.now(), () => {
      this.#nextMs += FRAME_MS;
      this.#tick();
      if (this.#isRunning) this.#arm();
    });
  }

  #tick(): void {
    const media = this.#media;
    if (!media || this.#pausedAt !== undefined) return;
    const bytes = encodeFor(media, this.#nextSamples(FRAME_MS * SAMPLES_PER_MS));
    this.#positionMs += FRAME_MS;
    if (this.#held) this.#held.push(bytes);
    else this.#send(bytes);
  }

  /** Returns the next samples of the speech queue, padded with silence. */
  #nextSamples(samples: number): Uint8Array {
    const out = new Uint8Array(samples).fill(MULAW_SILENCE);
    let at = 0;
    while (at < samples) {
      const [first] = this.#speechQueue;
      if (!first) break;
      const part = first.subarray(0, samples - at);
      out.set(part, at);
      at += part.length;
      if (part.length === first.length) this.#speechQueue.shift();
      else this.#speechQueue[0] = first.subarray(part.length);
    }
    return out;
  }
}
