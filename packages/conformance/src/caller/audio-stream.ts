import { MULAW_SILENCE, SAMPLES_PER_MS } from '@hookline/audio';
import { bytesPerMs, type MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';
import { encodeFor } from './media.js';

const FRAME_MS = 200;

/** The caller's audio in real time: silence, and what the caller says. Frame k leaves when its last sample was said. */
export class AudioStream {
  readonly #clock: Clock;
  readonly #send: (bytes: Uint8Array) => void;
  #media: MediaParameter | undefined;
  #cancel: Cancel = () => {};
  #said: Uint8Array[] = [];
  #sentMs = 0;
  #running = false;
  #nextMs = 0;
  #held: Uint8Array[] | undefined;
  #pausedAt: number | undefined;

  constructor(clock: Clock, send: (bytes: Uint8Array) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** The position in the stream, gaps included. */
  get positionMs(): number {
    return this.#sentMs;
  }

  /** What was chosen; undefined: no audio at all. */
  use(media: MediaParameter | undefined): void {
    this.#media = media;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#nextMs = this.#clock.now() + FRAME_MS;
    this.#arm();
  }

  /** Speaks, from the next frame on. µ-law of one channel. */
  say(speech: Uint8Array): void {
    this.#said.push(speech);
  }

  /** Sends these bytes out of turn, as they are. */
  frame(bytes: Uint8Array): void {
    if (this.#media) this.#sentMs += bytes.length / bytesPerMs(this.#media);
    this.#send(bytes);
  }

  /** Keeps what would be sent until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  /** Sends what was held, at once. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const bytes of held) this.#send(bytes);
  }

  pause(): void {
    this.#pausedAt ??= this.#clock.now();
  }

  resume(): { readonly startMs: number; readonly discardedMs: number } {
    const startMs = this.#sentMs;
    const discardedMs = this.#pausedAt === undefined ? 0 : this.#clock.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#sentMs += discardedMs;
    return { startMs, discardedMs };
  }

  stop(): void {
    this.#cancel();
    this.#running = false;
  }

  #arm(): void {
    this.#cancel = this.#clock.after(this.#nextMs - this.#clock.now(), () => {
      this.#nextMs += FRAME_MS;
      this.#tick();
      if (this.#running) this.#arm();
    });
  }

  #tick(): void {
    const media = this.#media;
    if (!media || this.#pausedAt !== undefined) return;
    const bytes = encodeFor(media, this.#take(FRAME_MS * SAMPLES_PER_MS));
    this.#sentMs += FRAME_MS;
    if (this.#held) this.#held.push(bytes);
    else this.#send(bytes);
  }

  /** The next samples of what is said, silence after it. */
  #take(samples: number): Uint8Array {
    const out = new Uint8Array(samples).fill(MULAW_SILENCE);
    let at = 0;
    while (at < samples) {
      const [first] = this.#said;
      if (!first) break;
      const part = first.subarray(0, samples - at);
      out.set(part, at);
      at += part.length;
      if (part.length === first.length) this.#said.shift();
      else this.#said[0] = first.subarray(part.length);
    }
    return out;
  }
}
