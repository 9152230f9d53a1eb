import { seededRandom } from '@hookline/runtime';
import type { Faults } from './faults.js';

/** The decisions that faults ask for, one by one. Each kind has numbers of its own, so that they do not shift each other. */
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

  /** Whether the ping that is due stays away. */
  dropsPing(): boolean {
    const { dropPings = 0 } = this.faults;
    return dropPings > 0 && this.#pings() < dropPings;
  }

  /** How late the ping that is due leaves. */
  pingDelayMs(): number {
    const { delayPingsMs = 0 } = this.faults;
    return delayPingsMs > 0 ? this.#pings() * delayPingsMs : 0;
  }

  /** Whether the next message repeats the last `seq`. */
  repeatsSeq(): boolean {
    const { duplicateSeq = 0 } = this.faults;
    return duplicateSeq > 0 && this.#seqs() < duplicateSeq;
  }

  /** Whether nothing is read from the socket any more, `t` milliseconds after dialling. */
  stopsReading(t: number): boolean {
    return t >= (this.faults.stopReadingAfterMs ?? Number.POSITIVE_INFINITY);
  }

  /** How late the next frame of caller audio leaves. */
  frameDelayMs(): number {
    const { jitterMs = 0 } = this.faults;
    return jitterMs > 0 ? this.#frames() * jitterMs : 0;
  }
}
