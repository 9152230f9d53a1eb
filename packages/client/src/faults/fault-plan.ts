import { seededRandom } from '@hookline/runtime';
import type { Faults } from './faults.js';

/** The random decisions of faults. Each kind has its own generator, so that one does not change the others. */
export class FaultPlan {
  readonly faults: Faults;
  readonly #pings: () => number;
  readonly #seqs: () => number;
  readonly #frames: () => number;

  constructor(faults: Faults = {}) {
    const { seed = 1 } = faults;
    this.faults = faults;
    this.#pings = seededRandom(seed);
    this.#seqs = seededRandom(seed + 1);
    this.#frames = seededRandom(seed + 2);
  }

  /** Whether to drop the ping that is due. */
  dropsPing(): boolean {
    const { dropPings = 0 } = this.faults;
    return dropPings > 0 && this.#pings() < dropPings;
  }

  /** The delay of the ping that is due. */
  pingDelayMs(): number {
    const { delayPingsMs = 0 } = this.faults;
    return delayPingsMs > 0 ? this.#pings() * delayPingsMs : 0;
  }

  /** Whether the next message repeats the last `seq`. */
  repeatsSeq(): boolean {
    const { duplicateSeq = 0 } = this.faults;
    return duplicateSeq > 0 && this.#seqs() < duplicateSeq;
  }

  /** Whether reading from the socket has stopped, `t` milliseconds after dialling. */
  stopsReading(t: number): boolean {
    return t >= (this.faults.stopReadingAfterMs ?? Number.POSITIVE_INFINITY);
  }

  /** The delay of the next frame of caller audio. */
  frameDelayMs(): number {
    const { jitterMs = 0 } = this.faults;
    return jitterMs > 0 ? this.#frames() * jitterMs : 0;
  }
}
