import {
  type ByteOrder,
  ByteQueue,
  decodeL16,
  SAMPLES_PER_MS,
  sampleBytes,
  type UtteranceDetector,
} from '@hookline/audio';
import type { Utterance } from './utterance.js';

/** Options of `UtteranceRecorder`. */
export interface UtteranceRecorderOptions {
  /** What the bytes are, one channel at 8 kHz; default `PCMU`. */
  readonly format?: 'PCMU' | 'L16';
  /** Of L16; default `'le'`. */
  readonly byteOrder?: ByteOrder;
  /** Audio kept from before the first speech frame, in milliseconds; default 300: a soft onset is no speech yet. */
  readonly preRollMs?: number;
  /** Audio kept from after the last speech frame, in milliseconds; default 300: a fading end is none any more. */
  readonly postRollMs?: number;
}

/** Longer than it takes any detector here to know of speech that has begun. */
const ONSET_MS = 200;

/** An utterance that lasts longer is cut: what is no end of speech to a detector must not fill the memory. */
export const MAX_UTTERANCE_MS = 60_000;

/** Cuts the utterances out of a stream of audio, as the very bytes that came. */
export class UtteranceRecorder {
  readonly #detector: UtteranceDetector;
  readonly #byteOrder: ByteOrder;
  readonly #sampleBytes: 1 | 2;
  readonly #bytesPerMs: number;
  readonly #preRoll: number;
  readonly #postRoll: number;
  readonly #memory: number;
  /** What came last, oldest first, and where in the stream the first of it and the next begin, in bytes. */
  readonly #kept = new ByteQueue();
  #from = 0;
  #to = 0;
  /** Where the utterance that is on begins, with its pre-roll. */
  #start = 0;
  /** Where its speech begins in the caller's stream, and how far that is ahead of what was pushed, for the gaps in it. */
  #speechFromMs = 0;
  #offsetMs = 0;

  constructor(detector: UtteranceDetector, options: UtteranceRecorderOptions = {}) {
    this.#detector = detector;
    this.#sampleBytes = sampleBytes(options.format ?? 'PCMU');
    this.#byteOrder = options.byteOrder ?? 'le';
    const bytesPerMs = SAMPLES_PER_MS * this.#sampleBytes;
    this.#bytesPerMs = bytesPerMs;
    this.#preRoll = (options.preRollMs ?? 300) * bytesPerMs;
    this.#postRoll = (options.postRollMs ?? 300) * bytesPerMs;
    this.#memory = this.#preRoll + ONSET_MS * bytesPerMs;
  }

  /** Whether an utterance is on. */
  get speaking(): boolean {
    return this.#detector.speaking;
  }

  /** Where what was pushed ends in the caller's stream, in milliseconds. */
  get endMs(): number {
    return this.#offsetMs + this.#to / this.#bytesPerMs;
  }

  /** Takes audio, which must not be changed afterwards, and where it begins. Returns the utterances that ended with it. */
  push(bytes: Uint8Array, atMs: number): Utterance[] {
    this.#offsetMs = atMs - this.#to / this.#bytesPerMs;
    this.#kept.push(bytes);
    this.#to += bytes.length;
    const events =
      this.#sampleBytes === 1
        ? this.#detector.push(bytes)
        : this.#detector.pushPcm(decodeL16(bytes, this.#byteOrder));
    return this.#cut(events);
  }

  #cut(events: ReturnType<UtteranceDetector['flush']>): Utterance[] {
    const ended: Utterance[] = [];
    for (const { type, sample, sampleMs } of events) {
      const position = sample * this.#sampleBytes;
      if (type === 'start') {
        this.#start = Math.max(this.#from, position - this.#preRoll);
        this.#speechFromMs = this.#offsetMs + sampleMs;
      } else {
        ended.push(this.#end(Math.min(this.#to, position + this.#postRoll), this.#offsetMs + sampleMs));
      }
    }
    if (!this.#detector.speaking) this.#forget(this.#to - this.#memory);
    else if (this.#to - this.#start >= MAX_UTTERANCE_MS * this.#bytesPerMs) {
      ended.push(this.#end(this.#to, this.endMs));
      this.#start = this.#to;
      this.#speechFromMs = this.endMs;
    }
    return ended;
  }

  #end(end: number, toMs: number): Utterance {
    const audio = this.#kept.copy(this.#start - this.#from, end - this.#from);
    // What is in one utterance must not come again as the pre-roll of the next.
    this.#forget(end);
    return { audio, fromMs: this.#speechFromMs, toMs };
  }

  /** Drops what lies before `position`. */
  #forget(position: number): void {
    this.#from += this.#kept.drop(position - this.#from);
  }
}
