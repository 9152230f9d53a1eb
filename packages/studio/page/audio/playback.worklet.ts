import { SAMPLE_RATE } from './frames.js';
import { Resampler } from './resampler.js';

const ms = (length: number) => (sampleRate * length) / 1000;
/** Audio that waits before it is played, so that a late frame leaves no gap: the least, and the most. */
const MIN_TARGET = ms(50);
const TOP_TARGET = ms(200);
/** How much more waits after it ran dry. */
const TARGET_STEP = ms(30);
/** How long it looks how much was never needed, before it waits for less, and what it leaves over. */
const REVIEW_INTERVAL = ms(2000);
const RESERVE = ms(20);
/** How long a call begins unevenly, with loudspeaker, socket and bot all starting: nothing is learnt from it. */
const WARM_UP = ms(300);
/** After so much silence it lies between sounds, and not within one. */
const SILENCE_GAP = ms(500);
/** What may wait beyond the fill before it is cut back: or a stall would delay the rest of the call. */
const TOP_EXCESS = ms(200);

/**
 * The loudspeaker: plays the frames that come by the port of its first message. Frames come all the time, silence between
 * playbacks: from that it learns how late they may be before there is a sound to break. What waits for longer than it has
 * to is made up for between sounds, by leaving silence out. Says on its own port when it ran dry in the middle of a sound.
 */
class Playback extends AudioWorkletProcessor {
  readonly #frames: Float32Array[] = [];
  readonly #resampler = sampleRate === SAMPLE_RATE ? undefined : new Resampler(SAMPLE_RATE, sampleRate);
  #offset = 0;
  #buffered = 0;
  #target = MIN_TARGET;
  #played = 0;
  #sinceReview = 0;
  /** The least that waited since it was last looked at. */
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

  /** Of what waited and was not needed it waits for half the less. */
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
