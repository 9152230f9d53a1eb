import { ByteQueue, decodeL16, SAMPLES_PER_MS, sampleBytes, type UtteranceDetector } from '@hookline/audio';

/** Options of `UtteranceRecorder`. */
export interface UtteranceRecorderOptions {
  /** What the bytes are, one channel at 8 kHz; default `PCMU`. */
  readonly format?: 'PCMU' | 'L16';
  /** Audio kept from before the first speech frame, in milliseconds; default 300: a soft onset is no speech yet. */
  readonly preRollMs?: number;
  /** Audio kept from after the last speech frame, in milliseconds; default 300: a fading end is none any more. */
  readonly postRollMs?: number;
}

/** Longer than it takes any detector here to know of speech that has begun. */
const ONSET_MS = 200;

/** Cuts the utterances out of a stream of audio, as the very bytes that came. */
export class UtteranceRecorder {
  readonly #detector: UtteranceDetector;
  readonly #sampleBytes: 1 | 2;
  readonly #preRoll: number;
  readonly #postRoll: number;
  readonly #memory: number;
  /** What came last, oldest first, and where in the stream the first of it and the next begin, in bytes. */
  readonly #kept = new ByteQueue();
  #from = 0;
  #to = 0;
  /** Where the utterance that is on begins, with its pre-roll. */
  #start = 0;

  constructor(detector: UtteranceDetector, options: UtteranceRecorderOptions = {}) {
    this.#detector = detector;
    this.#sampleBytes = sampleBytes(options.format ?? 'PCMU');
    const bytesPerMs = SAMPLES_PER_MS * this.#sampleBytes;
    this.#preRoll = (options.preRollMs ?? 300) * bytesPerMs;
    this.#postRoll = (options.postRollMs ?? 300) * bytesPerMs;
    this.#memory = this.#preRoll + ONSET_MS * bytesPerMs;
  }

  /** Whether an utterance is on. */
  get speaking(): boolean {
    return this.#detector.speaking;
  }

  /** Takes audio, which must not be changed afterwards, and returns the utterances that ended with it. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#kept.push(bytes);
    this.#to += bytes.length;
    const events =
      this.#sampleBytes === 1 ? this.#detector.push(bytes) : this.#detector.pushPcm(decodeL16(bytes));
    return this.#cut(events);
  }

  /** No audio comes any more: returns the utterance that was on, if one was. */
  flush(): Uint8Array[] {
    return this.#cut(this.#detector.flush());
  }

  #cut(events: ReturnType<UtteranceDetector['flush']>): Uint8Array[] {
    const ended: Uint8Array[] = [];
    for (const event of events) {
      const position = event.sample * this.#sampleBytes;
      if (event.type === 'start') {
        this.#start = Math.max(this.#from, position - this.#preRoll);
      } else {
        const end = Math.min(this.#to, position + this.#postRoll);
        ended.push(this.#kept.copy(this.#start - this.#from, end - this.#from));
        // What is in one utterance must not come again as the pre-roll of the next.
        this.#forget(end);
      }
    }
    if (!this.#detector.speaking) this.#forget(this.#to - this.#memory);
    return ended;
  }

  /** Drops what lies before `position`. */
  #forget(position: number): void {
    this.#from += this.#kept.drop(position - this.#from);
  }
}
