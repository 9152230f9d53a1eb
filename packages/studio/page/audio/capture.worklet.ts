import { FRAME_SAMPLES, SAMPLE_RATE } from './frames.js';
import { Resampler } from './resampler.js';

/**
 * Cuts microphone audio into frames of 20 ms and posts each as 16-bit samples to the port received last: each start of the
 * microphone has its own. The port leads to the Worker that holds the socket, so that the main thread never handles audio.
 */
class Capture extends AudioWorkletProcessor {
  #port: MessagePort | undefined;
  #frame = new Int16Array(FRAME_SAMPLES);
  #length = 0;
  readonly #resampler = sampleRate === SAMPLE_RATE ? undefined : new Resampler(sampleRate, SAMPLE_RATE);

  constructor() {
    super();
    this.port.onmessage = ({ data }: MessageEvent<MessagePort>) => {
      this.#port?.close();
      this.#port = data;
      this.#length = 0;
    };
  }

  process([input]: Float32Array[][]): boolean {
    const samples = input?.[0];
    if (!samples) return true;
    for (const sample of this.#resampler?.push(samples) ?? samples) {
      this.#frame[this.#length] = Math.max(-1, Math.min(1, sample)) * 0x7fff;
      this.#length += 1;
      if (this.#length === FRAME_SAMPLES) this.#post();
    }
    return true;
  }

  #post(): void {
    this.#port?.postMessage(this.#frame.buffer, [this.#frame.buffer]);
    this.#frame = new Int16Array(FRAME_SAMPLES);
    this.#length = 0;
  }
}

registerProcessor('capture', Capture);
