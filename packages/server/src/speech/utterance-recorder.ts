import {
  type ByteOrder,
  ByteQueue,
  decodeL16,
  SAMPLES_PER_MS,
  sampleBytes,
  silenceByte,
  type UtteranceDetector,
} from '@hookline/audio';
import { StreamPositions } from './stream-positions.js';
import type { Utterance } from './utterance.js';

/** Options of `UtteranceRecorder`. */
export interface UtteranceRecorderOptions {
  /** The format of the bytes, one channel at 8 kHz; default `PCMU`. */
  readonly format?: 'PCMU' | 'L16';
  /** The byte order of L16; default `'le'`. */
  readonly byteOrder?: ByteOrder;
  /**
   * Audio kept from before the first speech frame, in milliseconds; default 300, because a soft onset is not detected
   * as speech.
   */
  readonly preRollMs?: number;
  /**
   * Audio kept from after the last speech frame, in milliseconds; default 300, because a fading end is not detected as
   * speech.
   */
  readonly postRollMs?: number;
}

/** Longer than any detector of this project takes to detect the start of speech. */
const ONSET_MS = 200;

/** A longer utterance is cut, so that audio in which the detector finds no end does not fill the memory. */
export const MAX_UTTERANCE_MS = 60_000;

/** Extracts the utterances from a stream of audio, as unchanged bytes, with silence for a gap in an utterance. */
export class UtteranceRecorder {
  readonly #detector: UtteranceDetector;
  readonly #byteOrder: ByteOrder;
  readonly #silenceByte: number;
  readonly #sampleBytes: 1 | 2;
  readonly #bytesPerMs: number;
  readonly #preRoll: number;
  readonly #postRoll: number;
  readonly #memory: number;
  /** The latest audio, oldest first; `#from` and `#to` are its start and end in the stream, in bytes. */
  readonly #kept = new ByteQueue();
  #from = 0;
  #to = 0;
  /** The start of the current utterance, including its pre-roll. */
  #start = 0;
  /** The start of its speech in the caller's stream. */
  #speechFromMs = 0;
  readonly #positions = new StreamPositions();

  constructor(detector: UtteranceDetector, options: UtteranceRecorderOptions = {}) {
    this.#detector = detector;
    this.#sampleBytes = sampleBytes(options.format ?? 'PCMU');
    this.#byteOrder = options.byteOrder ?? 'le';
    this.#silenceByte = silenceByte({ format: options.format ?? 'PCMU' });
    const bytesPerMs = SAMPLES_PER_MS * this.#sampleBytes;
    this.#bytesPerMs = bytesPerMs;
    this.#preRoll = (options.preRollMs ?? 300) * bytesPerMs;
    this.#postRoll = (options.postRollMs ?? 300) * bytesPerMs;
    this.#memory = this.#preRoll + ONSET_MS * bytesPerMs;
  }

  /** Whether an utterance is in progress. */
  get speaking(): boolean {
    return this.#detector.speaking;
  }

  /** The end of the pushed audio in the caller's stream, in milliseconds. */
  get endMs(): number {
    return this.#positions.endMs;
  }

  /** Adds audio that starts at `atMs`; it must not be modified afterwards. Returns the utterances that ended. */
  push(bytes: Uint8Array, atMs: number): Utterance[] {
    const ended: Utterance[] = [];
    if (this.#detector.speaking) {
      const missing = Math.round(this.#positions.silenceMs(atMs) * SAMPLES_PER_MS) * this.#sampleBytes;
      if (missing > 0) ended.push(...this.#take(new Uint8Array(missing).fill(this.#silenceByte), this.endMs));
    }
    ended.push(...this.#take(bytes, atMs));
    return ended;
  }

  #take(bytes: Uint8Array, atMs: number): Utterance[] {
    this.#positions.given(atMs, bytes.length / this.#bytesPerMs);
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
        this.#speechFromMs = this.#positions.of(type, sampleMs);
      } else if (position > this.#start) {
        ended.push(
          this.#end(Math.min(this.#to, position + this.#postRoll), this.#positions.of(type, sampleMs)),
        );
      }
      // Otherwise the caller stopped before the cut, which was made before the detector was sure of it.
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
    // Audio of one utterance must not be repeated in the pre-roll of the next.
    this.#forget(end);
    return { audio, fromMs: this.#speechFromMs, toMs };
  }

  /** Drops the audio before `position`. */
  #forget(position: number): void {
    this.#from += this.#kept.drop(position - this.#from);
  }
}
