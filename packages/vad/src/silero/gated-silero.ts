import type { Silero } from './silero.js';

const FRAME_SAMPLES = 160;
/**
 * Maximum number of frames of 20 ms, up to the one that opens the gate, that the network processes at once. With 25,
 * the network mistakes tones after silence for speech.
 */
const RUN_UP_FRAMES = 16;

/**
 * Silero VAD behind a gate: it runs while the gate is open and for some frames after, and does not run in silence. When
 * the gate opens, it first processes the unprocessed part of the 320 ms up to that frame. It keeps its state while the
 * gate is closed: otherwise the network mistakes music that continues after a quiet moment for speech.
 */
export class GatedSilero {
  readonly #silero: Pick<Silero, 'update'>;
  readonly #holdFrames: number;
  /** Ring buffer of the last frames, which ends before `#next`. */
  readonly #last = new Int16Array(RUN_UP_FRAMES * FRAME_SAMPLES);
  #next = 0;
  /** Frames in `#last` that the network has not processed. */
  #waiting = 0;
  /** Frames since the gate was last open. */
  #closedFor = Number.POSITIVE_INFINITY;

  /** @param holdFrames - frames of 20 ms for which it keeps running after the gate has closed */
  constructor(silero: Pick<Silero, 'update'>, holdFrames: number) {
    this.#silero = silero;
    this.#holdFrames = holdFrames;
  }

  /** Takes the next 160 samples. Returns the log odds of speech, or undefined while it does not run. */
  update(pcm: Int16Array, gateOpen: boolean): number | undefined {
    this.#last.set(pcm, this.#next);
    this.#next = (this.#next + FRAME_SAMPLES) % this.#last.length;
    this.#waiting = Math.min(this.#waiting + 1, RUN_UP_FRAMES);
    this.#closedFor = gateOpen ? 0 : this.#closedFor + 1;
    return this.#closedFor <= this.#holdFrames ? this.#processWaiting() : undefined;
  }

  #processWaiting(): number {
    const from = this.#next - this.#waiting * FRAME_SAMPLES;
    this.#waiting = 0;
    // A negative index counts from the end of the ring buffer.
    if (from < 0) this.#silero.update(this.#last.subarray(from));
    return this.#silero.update(this.#last.subarray(Math.max(0, from), this.#next));
  }
}
