import { CHUNK, CONTEXT, loadNetwork, Memory, type Network } from './network.js';

const FULL_SCALE = 32768;
/** Log odds before the first chunk is full. */
const INITIAL_ODDS = -5;

/** Silero VAD for one stream at 8 kHz: a score for every 32 ms from a pre-trained network. */
export class Silero {
  readonly #network: Network;
  readonly #memory = new Memory();
  readonly #samples = new Float32Array(CONTEXT + CHUNK);
  #filled = CONTEXT;
  #odds = INITIAL_ODDS;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Takes any number of samples. Returns the log odds of speech in the last complete 32 ms. */
  update(pcm: Int16Array): number {
    for (let at = 0; at < pcm.length; ) {
      const end = Math.min(pcm.length, at + this.#samples.length - this.#filled);
      while (at < end) this.#samples[this.#filled++] = (pcm[at++] ?? 0) / FULL_SCALE;
      if (this.#filled === this.#samples.length) this.#score();
    }
    return this.#odds;
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
