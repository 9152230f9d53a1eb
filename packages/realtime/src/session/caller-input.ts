import { type AudioShape, bytesPerMs } from '../service/audio-shape.js';
import type { ServiceLink } from '../service/service.js';
import { HeldInput } from './held-input.js';

/** Bytes that wait in the service's socket at most: more would only make what the caller says older. */
const MAX_SOCKET_BYTES = 262_144;

/** Caller audio on its way to the service: held while there is none, never held for a slow one. */
export class CallerInput {
  readonly #bytesPerMs: number;
  readonly #held: HeldInput;
  readonly #dropped: (ms: number) => void;
  /** What was sent on this connection, and where in the caller's stream that ends. */
  #sentMs = 0;
  #endMs = 0;

  /** @param maxMs - held while no service is ready; @param dropped - told what was lost */
  constructor(shape: AudioShape, maxMs: number, dropped: (ms: number) => void) {
    this.#bytesPerMs = bytesPerMs(shape);
    this.#held = new HeldInput(maxMs * this.#bytesPerMs);
    this.#dropped = dropped;
  }

  /** @param atMs - where the bytes begin in the caller's stream */
  push(bytes: Uint8Array, atMs: number, link: ServiceLink | undefined): void {
    const ms = bytes.length / this.#bytesPerMs;
    this.#endMs = atMs + ms;
    if (!link) {
      this.#drop(this.#held.push(bytes));
    } else if (link.bufferedBytes > MAX_SOCKET_BYTES) {
      this.#drop(bytes.length);
    } else {
      this.#sentMs += ms;
      link.audio(bytes);
    }
  }

  /** The service is ready: it gets what was held, in order. */
  flush(link: ServiceLink): void {
    this.#sentMs = 0;
    this.#held.drain((bytes) => {
      this.#sentMs += bytes.length / this.#bytesPerMs;
      link.audio(bytes);
    });
  }

  /** A place in the audio that was sent, in the caller's stream and by how far it is past; undefined where there is none. */
  placeOf(audioMs: number | undefined): { readonly atMs: number; readonly agoMs: number } | undefined {
    if (audioMs === undefined || audioMs < 0 || audioMs > this.#sentMs) return undefined;
    const agoMs = this.#sentMs - audioMs;
    return { atMs: Math.max(0, this.#endMs - agoMs), agoMs };
  }

  clear(): void {
    this.#held.clear();
  }

  #drop(bytes: number): void {
    if (bytes > 0) this.#dropped(bytes / this.#bytesPerMs);
  }
}
