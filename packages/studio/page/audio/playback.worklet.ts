import { SAMPLE_RATE } from './frames.js';

/** Audio that waits before the first sample is played, so that a late frame leaves no gap: 60 ms. */
const FILL = (SAMPLE_RATE * 60) / 1000;
/** What may wait beyond that, 200 ms, before it is cut back to the fill: or a stall would delay the rest of the call. */
const MAX_WAITING = FILL + (SAMPLE_RATE * 200) / 1000;

/**
 * The loudspeaker: plays the frames that come by the port of its first message. Says on its own port when it ran dry
 * in the middle of a sound.
 */
class Playback extends AudioWorkletProcessor {
  readonly #frames: Int16Array[] = [];
  #offset = 0;
  #waiting = 0;
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
    if (!this.#playing && this.#waiting >= FILL) this.#playing = true;
    for (let i = 0; i < samples.length; i += 1) samples[i] = this.#playing ? this.#next() : 0;
    return true;
  }

  #take(frame: Int16Array): void {
    this.#frames.push(frame);
    this.#waiting += frame.length;
    if (this.#waiting <= MAX_WAITING) return;
    while (this.#waiting > FILL) this.#drop();
  }

  #drop(): void {
    this.#waiting -= (this.#frames.shift()?.length ?? 0) - this.#offset;
    this.#offset = 0;
  }

  #next(): number {
    const frame = this.#frames[0];
    if (!frame) {
      this.#playing = false;
      if (this.#last !== 0) this.port.postMessage('underrun');
      this.#last = 0;
      return 0;
    }
    this.#last = frame[this.#offset] ?? 0;
    this.#offset += 1;
    this.#waiting -= 1;
    if (this.#offset === frame.length) {
      this.#frames.shift();
      this.#offset = 0;
    }
    return this.#last / 0x8000;
  }
}

registerProcessor('playback', Playback);
