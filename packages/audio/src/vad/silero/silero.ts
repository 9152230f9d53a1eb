import { CHUNK, CONTEXT, loadNetwork, Memory, type Network } from './network.js';

const FULL_SCALE = 32768;
/** Log odds before the first chunk is full. */
const NOTHING_HEARD = -5;

/** Silero VAD for one stream at 8 kHz: a verdict on each 32 ms by a network that a great many voices have taught. */
export class Silero {
  readonly #network: Network;
  readonly #memory = new Memory();
  readonly #samples = new Float64Array(CONTEXT + CHUNK);
  #filled = CONTEXT;
  #odds = NOTHING_HEARD;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Takes the next samples, any number; the log odds that there is speech in the last 32 ms that are full. */
  update(pcm: Int16Array): number {
    for (const sample of pcm) {
      this.#samples[this.#filled++] = sample / FULL_SCALE;
      if (this.#filled === this.#samples.length) this.#judge();
    }
    return this.#odds;
  }

  /** Goes on as if nothing had been heard before. */
  forget(): void {
    this.#memory.cells.fill(0);
    this.#memory.output.fill(0);
  }

  #judge(): void {
    this.#odds = this.#network.judge(this.#samples, this.#memory);
    this.#samples.copyWithin(0, CHUNK);
    this.#filled = CONTEXT;
  }
}

/** @throws AudioError `AUDIO_WASM` when the network cannot be loaded */
export async function createSilero(): Promise<Silero> {
  return new Silero(await loadNetwork());
}
