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

  /** @param maxMs - held while no service is ready; @param dropped - told what was lost */
  constructor(shape: AudioShape, maxMs: number, dropped: (ms: number) => void) {
    this.#bytesPerMs = bytesPerMs(shape);
    this.#held = new HeldInput(maxMs * this.#bytesPerMs);
    this.#dropped = dropped;
  }

  push(bytes: Uint8Array, link: ServiceLink | undefined): void {
    if (!link) this.#drop(this.#held.push(bytes));
    else if (link.bufferedBytes > MAX_SOCKET_BYTES) this.#drop(bytes.length);
    else link.audio(bytes);
  }

  /** The service is ready: it gets what was held, in order. */
  flush(link: ServiceLink): void {
    this.#held.drain((bytes) => link.audio(bytes));
  }

  clear(): void {
    this.#held.clear();
  }

  #drop(bytes: number): void {
    if (bytes > 0) this.#dropped(bytes / this.#bytesPerMs);
  }
}
