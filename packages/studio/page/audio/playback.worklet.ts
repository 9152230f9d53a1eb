import { SAMPLE_RATE } from './frames.js';

const ms = (length: number) => (SAMPLE_RATE * length) / 1000;
/** Audio that waits before it is played, so that a late frame leaves no gap: the least, and the most. */
const LEAST_FILL = ms(60);
const MOST_FILL = ms(200);
/** How much more waits after it ran dry, and how much less after each 5 s in which it did not. */
const MORE_FILL = ms(30);
const LESS_FILL = ms(10);
const CALM = ms(5000);
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
  readonly #frames: Int16Array[] = [];
  #offset = 0;
  #waiting = 0;
  #fill = LEAST_FILL;
  #calm = 0;
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
    for (let i = 0; i < samples.length; i += 1) samples[i] = this.#playing ? this.#next() : 0;
    return true;
  }

  #take(frame: Int16Array): void {
    this.#silent = frame.every((sample) => sample === 0) ? this.#silent + frame.length : 0;
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
    this.#calm += 1;
    if (this.#calm === CALM) {
      this.#calm = 0;
      this.#fill = Math.max(LEAST_FILL, this.#fill - LESS_FILL);
    }
    if (this.#offset === frame.length) {
      this.#frames.shift();
      this.#offset = 0;
    }
    return this.#last / 0x8000;
  }

  #ranDry(): void {
    if (this.#last !== 0) this.port.postMessage('underrun');
    this.#fill = Math.min(MOST_FILL, this.#fill + MORE_FILL);
    this.#playing = false;
    this.#calm = 0;
    this.#last = 0;
  }
}

registerProcessor('playback', Playback);
