import type { UtteranceDetector } from '@hookline/audio';

/** Bytes of a millisecond of PCMU, and samples of it. */
const PER_MS = 8;

/** Options of `UtteranceRecorder`. */
export interface UtteranceRecorderOptions {
  /** Audio kept from before the first speech frame, in milliseconds; default 300: a soft onset is no speech yet. */
  readonly preRollMs?: number;
  /** Audio kept from after the last speech frame, in milliseconds; default 300: a fading end is none any more. */
  readonly postRollMs?: number;
}

/** Cuts the utterances out of a stream of µ-law audio, as the very bytes that came. */
export class UtteranceRecorder {
  readonly #detector: UtteranceDetector;
  readonly #preRoll: number;
  readonly #postRoll: number;
  /** What came last, oldest first, and where in the stream the first of it lies. */
  readonly #chunks: Uint8Array[] = [];
  #from = 0;
  #to = 0;
  /** Where the utterance that is on begins, with its pre-roll. */
  #start = 0;

  constructor(detector: UtteranceDetector, options: UtteranceRecorderOptions = {}) {
    this.#detector = detector;
    this.#preRoll = (options.preRollMs ?? 300) * PER_MS;
    this.#postRoll = (options.postRollMs ?? 300) * PER_MS;
  }

  /** Whether an utterance is on. */
  get speaking(): boolean {
    return this.#detector.speaking;
  }

  /** Takes audio, which must not be changed afterwards, and returns the utterances that ended with it. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#chunks.push(bytes);
    this.#to += bytes.length;
    const ended: Uint8Array[] = [];
    for (const event of this.#detector.push(bytes)) {
      if (event.type === 'start') {
        this.#start = Math.max(this.#from, event.sample - this.#preRoll);
      } else {
        const end = Math.min(this.#to, event.sample + this.#postRoll);
        ended.push(this.#copy(this.#start, end));
        // What was said back once must not come again as the pre-roll of the next.
        this.#forget(end);
      }
    }
    // The onset is known late: what is judged speech right now began up to the detector's onset time ago.
    if (!this.#detector.speaking) this.#forget(this.#to - this.#preRoll - ONSET_BYTES);
    return ended;
  }

  #copy(from: number, to: number): Uint8Array {
    const out = new Uint8Array(to - from);
    let at = this.#from;
    for (const chunk of this.#chunks) {
      const first = Math.max(0, from - at);
      const last = Math.min(chunk.length, to - at);
      if (first < last) out.set(chunk.subarray(first, last), at + first - from);
      at += chunk.length;
    }
    return out;
  }

  /** Drops what lies before `position`. */
  #forget(position: number): void {
    for (let first = this.#chunks[0]; first && this.#from < position; first = this.#chunks[0]) {
      const drop = Math.min(first.length, position - this.#from);
      this.#from += drop;
      if (drop === first.length) this.#chunks.shift();
      else this.#chunks[0] = first.subarray(drop);
    }
  }
}

/** Longer than the onset time of any detector that is used here, with the frame that is not full yet. */
const ONSET_BYTES = 200 * PER_MS;
