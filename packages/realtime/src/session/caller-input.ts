import { type AudioShape, bytesPerMs } from '../service/audio-shape.js';
import type { ServiceLink } from '../service/service.js';
import { PendingAudio } from './pending-audio.js';

/** Maximum bytes that may wait in the service's socket. More would only add latency to what the caller says. */
const MAX_SOCKET_BYTES = 262_144;

/** Caller audio on its way to the service: buffered while there is no connection, dropped while the service reads too slowly. */
export class CallerInput {
  readonly #bytesPerMs: number;
  readonly #pending: PendingAudio;
  readonly #onDropped: (ms: number) => void;
  /** Milliseconds sent on this connection, and the position in the caller's stream where they end. */
  #sentMs = 0;
  #endMs = 0;

  /** @param maxMs - most audio to buffer while no service is ready; @param onDropped - called with the milliseconds lost */
  constructor(shape: AudioShape, maxMs: number, onDropped: (ms: number) => void) {
    this.#bytesPerMs = bytesPerMs(shape);
    this.#pending = new PendingAudio(maxMs * this.#bytesPerMs);
    this.#onDropped = onDropped;
  }

  /** @param atMs - position in the caller's stream at which the bytes begin */
  push(bytes: Uint8Array, atMs: number, link: ServiceLink | undefined): void {
    const ms = bytes.length / this.#bytesPerMs;
    this.#endMs = atMs + ms;
    if (!link) {
      this.#drop(this.#pending.push(bytes));
    } else if (link.bufferedBytes > MAX_SOCKET_BYTES) {
      this.#drop(bytes.length);
    } else {
      this.#sentMs += ms;
      link.audio(bytes);
    }
  }

  /** Sends the buffered audio, in order, once the service is ready. */
  flush(link: ServiceLink): void {
    this.#sentMs = 0;
    this.#pending.drain((bytes) => {
      this.#sentMs += bytes.length / this.#bytesPerMs;
      link.audio(bytes);
    });
  }

  /** Maps a position in the audio sent to a position in the caller's stream and its age; undefined if it was never sent. */
  positionOf(audioMs: number | undefined): { readonly atMs: number; readonly agoMs: number } | undefined {
    if (audioMs === undefined || audioMs < 0 || audioMs > this.#sentMs) return undefined;
    const agoMs = this.#sentMs - audioMs;
    return { atMs: Math.max(0, this.#endMs - agoMs), agoMs };
  }

  clear(): void {
    this.#pending.clear();
  }

  #drop(bytes: number): void {
    if (bytes > 0) this.#onDropped(bytes / this.#bytesPerMs);
  }
}
