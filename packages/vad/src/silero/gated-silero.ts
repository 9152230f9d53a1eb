import type { Silero } from './silero.js';

const FRAME_SAMPLES = 160;
/** Frames of 20 ms up to the one that opens the gate that the network gets first: ten of its chunks of 32 ms. */
const RUN_UP_FRAMES = 16;

/**
 * Silero VAD behind a gate: it runs while the gate is open and for some frames after, and does not run in silence. When
 * the gate opens, it starts again from the 320 ms up to that frame, or from the begin of the stream.
 */
export class GatedSilero {
  readonly #silero: Pick<Silero, 'update' | 'reset'>;
  readonly #holdFrames: number;
  /** Ring buffer of the last frames; once it is full, the oldest is at `#next`. */
  readonly #last = new Int16Array(RUN_UP_FRAMES * FRAME_SAMPLES);
  #next = 0;
  #full = false;
  /** Frames since the gate was last open. */
  #closedFor = Number.POSITIVE_INFINITY;
  #running = false;

  /** @param holdFrames - frames of 20 ms for which it keeps running after the gate has closed */
  constructor(silero: Pick<Silero, 'update' | 'reset'>, holdFrames: number) {
    this.#silero = silero;
    this.#holdFrames = holdFrames;
  }

  /** Takes the next 160 samples. Returns the log odds of speech, or undefined while it does not run. */
  update(pcm: Int16Array, gateOpen: boolean): number | undefined {
    this.#last.set(pcm, this.#next);
    this.#next = (this.#next + FRAME_SAMPLES) % this.#last.length;
    this.#full ||= this.#next === 0;
    this.#closedFor = gateOpen ? 0 : this.#closedFor + 1;
    const wasRunning = this.#running;
    this.#running = this.#closedFor <= this.#holdFrames;
    if (!this.#running) return undefined;
    return wasRunning ? this.#silero.update(pcm) : this.#runUp();
  }

  #runUp(): number {
    this.#silero.reset();
    // Silence in place of what was never received would make noise at the begin of a stream look like a sudden sound.
    if (this.#full) this.#silero.update(this.#last.subarray(this.#next));
    return this.#silero.update(this.#last.subarray(0, this.#next));
  }
}
