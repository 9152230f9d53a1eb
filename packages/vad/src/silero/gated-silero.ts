import type { Silero } from './silero.js';

const FRAME_SAMPLES = 160;
/** Frames of 20 ms before the gate opens that the network hears first: ten of its chunks of 32 ms. */
const RUN_UP_FRAMES = 16;

/**
 * Silero VAD behind a gate: it runs while the gate is open and for some frames after, and does not run in silence. When
 * the gate opens, it starts again from the 320 ms up to that frame.
 */
export class GatedSilero {
  readonly #silero: Pick<Silero, 'update' | 'reset'>;
  readonly #holdFrames: number;
  /** The last frames, in a ring: the oldest stands at `#next`. */
  readonly #last = new Int16Array(RUN_UP_FRAMES * FRAME_SAMPLES);
  #next = 0;
  /** Frames since the gate was last open. */
  #closedFor = Number.POSITIVE_INFINITY;
  #running = false;

  /** @param holdFrames - frames of 20 ms that it runs on after the gate has closed */
  constructor(silero: Pick<Silero, 'update' | 'reset'>, holdFrames: number) {
    this.#silero = silero;
    this.#holdFrames = holdFrames;
  }

  /** Takes the next 160 samples; the log odds that there is speech, or undefined while it does not run. */
  update(pcm: Int16Array, gateOpen: boolean): number | undefined {
    this.#last.set(pcm, this.#next);
    this.#next = (this.#next + FRAME_SAMPLES) % this.#last.length;
    this.#closedFor = gateOpen ? 0 : this.#closedFor + 1;
    const goesOn = this.#running;
    this.#running = this.#closedFor <= this.#holdFrames;
    if (!this.#running) return undefined;
    return goesOn ? this.#silero.update(pcm) : this.#runUp();
  }

  #runUp(): number {
    this.#silero.reset();
    this.#silero.update(this.#last.subarray(this.#next));
    return this.#silero.update(this.#last.subarray(0, this.#next));
  }
}
