import { SAMPLE_RATE } from './frames.js';
import { Resampler } from './resampler.js';

const ms = (length: number) => (sampleRate * length) / 1000;
/** Limits of the target buffer level, which absorbs late frames. */
const MIN_TARGET = ms(50);
const TOP_TARGET = ms(200);
/** Increase of the target after an underrun. */
const TARGET_STEP = ms(30);
/** How often the target is reduced by what was never needed, and the reserve that is kept. */
const REVIEW_INTERVAL = ms(2000);
const RESERVE = ms(20);
/** Uneven start of a call, while speaker, socket and bot start up: underruns then do not raise the target. */
const WARM_UP = ms(300);
/** Silence of this length lies between sounds, not within one. */
const SILENCE_GAP = ms(500);
/** Excess over the target at which the buffer is cut back: otherwise a stall would delay the rest of the call. */
const TOP_EXCESS = ms(200);

/**
 * Plays the frames that arrive on the port received in its first message, through an adaptive jitter buffer. Frames arrive
 * continuously, with silence between playbacks, so that the buffer adapts to their jitter before there is speech to
 * interrupt. Excess delay is reduced between sounds by skipping silence. Posts `underrun` on its own port when the buffer runs
 * empty within a sound.
 */
class Playback extends AudioWorkletProcessor {
  readonly #frames: Float32Array[] = [];
  readonly #resampler = sampleRate === SAMPLE_RATE ? undefined : new Resampler(SAMPLE_RATE, sampleRate);
  #offset = 0;
  #buffered = 0;
  #target = MIN_TARGET;
  #played = 0;
  #sinceReview = 0;
  /** Lowest buffer level since the last review. */
  #lowest = TOP_TARGET;
  #silent = 0;
  #playing = false;
  #last = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<MessagePort>) => {
      data.onmessage = ({ data: bytes }: MessageEvent<ArrayBuffer>) => this.#receive(new Int16Array(bytes));
    };
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const samples = output?.[0];
    if (!samples) return true;
    if (!this.#playing && this.#buffered >= this.#target) this.#playing = true;
    if (this.#playing) this.#adaptTarget(samples.length);
    for (let i = 0; i < samples.length; i += 1) samples[i] = this.#playing ? this.#nextSample() : 0;
    return true;
  }

  #receive(samples: Int16Array): void {
    const decoded = Float32Array.from(samples, (sample) => sample / 0x8000);
    const frame = this.#resampler?.push(decoded) ?? decoded;
    this.#silent = samples.every((sample) => sample === 0) ? this.#silent + frame.length : 0;
    if (this.#silent > SILENCE_GAP && this.#buffered > this.#target) return;
    this.#frames.push(frame);
    this.#buffered += frame.length;
    if (this.#buffered <= this.#target + TOP_EXCESS) return;
    while (this.#buffered > this.#target) this.#dropFrame();
  }

  #dropFrame(): void {
    this.#buffered -= (this.#frames.shift()?.length ?? 0) - this.#offset;
    this.#offset = 0;
  }

  #nextSample(): number {
    const frame = this.#frames[0];
    if (!frame) {
      this.#onUnderrun();
      return 0;
    }
    this.#last = frame[this.#offset] ?? 0;
    this.#offset += 1;
    this.#buffered -= 1;
    if (this.#offset === frame.length) {
      this.#frames.shift();
      this.#offset = 0;
    }
    return this.#last;
  }

  #onUnderrun(): void {
    if (this.#last !== 0) this.port.postMessage('underrun');
    if (this.#played > WARM_UP) this.#target = Math.min(TOP_TARGET, this.#target + TARGET_STEP);
    this.#playing = false;
    this.#sinceReview = 0;
    this.#lowest = TOP_TARGET;
    this.#last = 0;
  }

  /** Reduces the target by half of what was never needed. */
  #adaptTarget(samples: number): void {
    this.#played += samples;
    this.#sinceReview += samples;
    this.#lowest = Math.min(this.#lowest, this.#buffered);
    if (this.#sinceReview < REVIEW_INTERVAL) return;
    const spare = Math.max(0, this.#lowest - RESERVE);
    this.#target = Math.max(MIN_TARGET, this.#target - spare / 2);
    this.#sinceReview = 0;
    this.#lowest = TOP_TARGET;
  }
}

registerProcessor('playback', Playback);
