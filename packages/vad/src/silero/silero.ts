import { CHUNK, CONTEXT, loadNetwork, Memory, type Network } from './network.js';

const FULL_SCALE = 32768;
/** Log odds before the first chunk is full. */
const NOTHING_HEARD = -5;

/** Silero VAD for one stream at 8 kHz: a score for each 32 ms by a network that a great many voices have taught. */
export class Silero {
  readonly #network: Network;
  readonly #memory = new Memory();
  readonly #samples = new Float32Array(CONTEXT + CHUNK);
  #filled = CONTEXT;
  #odds = NOTHING_HEARD;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Takes the next samples, any number; the log odds that there is speech in the last 32 ms that are full. */
  update(pcm: Int16Array): number {
    for (let at = 0; at < pcm.length; ) {
      const end = Math.min(pcm.length, at + this.#samples.length - this.#filled);
      while (at < end) this.#samples[this.#filled++] = (pcm[at++] ?? 0) / FULL_SCALE;
      if (this.#filled === this.#samples.length) this.#score();
    }
    return this.#odds;
  }

  /** Goes on as if nothing had been heard before. */
  reset(): void {
    this.#memory.clear();
    this.#samples.fill(0);
    this.#filled = CONTEXT;
    this.#odds = NOTHING_HEARD;
  }

  #score(): void {
    this.#odds = this.#network.score(this.#samples, this.#memory);
    this.#samples.copyWithin(0, CHUNK);
    this.#filled = CONTEXT;
  }
}

/** @throws VadError `VAD_WASM` when the network cannot be loaded */
export async function createSilero(): Promise<Silero> {
  return new Silero(await loadNetwork());
}
