import { SAMPLE_RATE } from './frames.js';
import { Resampler } from './resampler.js';

const ms = (length: number) => (sampleRate * length) / 1000;
/** Audio that waits before it is played, so that a late frame leaves no gap: the least, and the most. */
const LEAST_FILL = ms(50);
const MOST_FILL = ms(200);
/** How much more waits after it ran dry. */
const MORE_FILL = ms(30);
/** How long it looks how much was never needed, before it waits for less, and what it leaves over. */
const CALM = ms(2000);
const RESERVE = ms(20);
/** How long a call begins unevenly, with loudspeaker, socket and bot all starting: nothing is learnt from it. */
const WARM_UP = ms(300);
/** After so much silence it lies between sounds, and not within one. */
const PAUSE = ms(500);
/** What may wait beyond the fill before it is cut back: or a stall would delay the rest of the call. */
const MOST_AHEAD = ms(200);

/**
 * The loudspeaker: plays the frames that come by the port of its first message. Frames come all the time, silence between
 * playbacks: from that it learns how late they may be before there is a sound to break. What waits for longer than it has
 * to is made up for between sounds, by leaving silence out. Says on its own port when it ran dry in the middle of a sound.
 */
class Playback extends AudioWorkletProcessor {
  readonly #frames: Float32Array[] = [];
  readonly #resampler = sampleRate === SAMPLE_RATE ? undefined : new Resampler(SAMPLE_RATE, sampleRate);
  #offset = 0;
  #waiting = 0;
  #fill = LEAST_FILL;
  #played = 0;
  #calm = 0;
  /** The least that waited since it was last looked at. */
  #least = MOST_FILL;
  #silent = 0;
  #playing = false;
  #last = 0;

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<MessagePort>) => {
      data.onmessage = ({ data: bytes }: MessageEvent<ArrayBuffer>) => this.#take(new Int16Array(bytes));
    };
  }

  process(_inputs: Float32Array[][], [output]: Float32Array[][]): boolean {
    const samples = output?.[0];
    if (!samples) return true;
    if (!this.#playing && this.#waiting >= this.#fill) this.#playing = true;
    if (this.#playing) this.#learn(samples.length);
    for (let i = 0; i < samples.length; i += 1) samples[i] = this.#playing ? this.#next() : 0;
    return true;
  }

  #take(samples: Int16Array): void {
    const heard = Float32Array.from(samples, (sample) => sample / 0x8000);
    const frame = this.#resampler?.push(heard) ?? heard;
    this.#silent = samples.every((sample) => sample === 0) ? this.#silent + frame.length : 0;
    if (this.#silent > PAUSE && this.#waiting > this.#fill) return;
    this.#frames.push(frame);
    this.#waiting += frame.length;
    if (this.#waiting <= this.#fill + MOST_AHEAD) return;
    while (this.#waiting > this.#fill) this.#drop();
  }

  #drop(): void {
    this.#waiting -= (this.#frames.shift()?.length ?? 0) - this.#offset;
    this.#offset = 0;
  }

  #next(): number {
    const frame = this.#frames[0];
    if (!frame) {
      this.#ranDry();
      return 0;
    }
    this.#last = frame[this.#offset] ?? 0;
    this.#offset += 1;
    this.#waiting -= 1;
    if (this.#offset === frame.length) {
      this.#frames.shift();
      this.#offset = 0;
    }
    return this.#last;
  }

  #ranDry(): void {
    if (this.#last !== 0) this.port.postMessage('underrun');
    if (this.#played > WARM_UP) this.#fill = Math.min(MOST_FILL, this.#fill + MORE_FILL);
    this.#playing = false;
    this.#calm = 0;
    this.#least = MOST_FILL;
    this.#last = 0;
  }

  /** Of what waited and was not needed it waits for half the less. */
  #learn(samples: number): void {
    this.#played += samples;
    this.#calm += samples;
    this.#least = Math.min(this.#least, this.#waiting);
    if (this.#calm < CALM) return;
    const spare = Math.max(0, this.#least - RESERVE);
    this.#fill = Math.max(LEAST_FILL, this.#fill - spare / 2);
    this.#calm = 0;
    this.#least = MOST_FILL;
  }
}

registerProcessor('playback', Playback);
