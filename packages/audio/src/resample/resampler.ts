import { checkArgument, checkOptionNames } from '@hookline/runtime';
import { audioError } from '../error.js';
import { loadSpeex, SCRATCH_SAMPLES, type Speex } from './speex.js';

/** Options of `Resampler.create`. */
export interface ResamplerOptions {
  /** The input rate in samples per second: an integer, 1000 to 384000. */
  readonly from: number;
  /** The output rate in samples per second: an integer, 1000 to 384000. */
  readonly to: number;
}

/** On Speex's scale of 0 to 10: 5 attenuates aliases by 108 dB; more is inaudible on a telephone. */
const QUALITY = 5;

/**
 * Changes the rate of a mono stream, chunk by chunk.
 *
 * The output is aligned in time with the input: the delay of the filter is removed at the start and compensated
 * in `flush`. All chunks and the flush together give exactly round(samples in × to / from) samples.
 *
 * A resampler uses memory that is not garbage collected: end it with `flush` or `close`.
 */
export class Resampler {
  readonly #options: ResamplerOptions;
  /** Undefined when both rates are the same: the identity needs no filter. */
  readonly #speex: Speex | undefined;
  #state = 0;
  #closed = false;
  #taken = 0;
  #given = 0;

  private constructor(options: ResamplerOptions, speex: Speex | undefined) {
    this.#options = options;
    this.#speex = speex;
    if (!speex) return;
    this.#state = speex.functions.init(1, options.from, options.to, QUALITY, speex.lengths);
    if (this.#state === 0) {
      throw audioError(
        'AUDIO_WASM',
        'The resampler could not be created: out of memory. Close resamplers that are not in use.',
      );
    }
    speex.functions.skipZeros(this.#state);
  }

  /**
   * Loads the WebAssembly module at the first call.
   *
   * @throws AudioError `AUDIO_BAD_ARGUMENT` for a rate out of range, `AUDIO_WASM` when the module cannot be loaded
   */
  static async create(options: ResamplerOptions): Promise<Resampler> {
    checkOptionNames<ResamplerOptions>('AUDIO_BAD_ARGUMENT', 'Resampler: ', options ?? null, {
      from: true,
      to: true,
    });
    checkRate('from', options.from);
    checkRate('to', options.to);
    return new Resampler(options, options.from === options.to ? undefined : await loadSpeex());
  }

  /**
   * Takes samples and returns those that are ready, which lag behind by the delay of the filter (some milliseconds).
   * With equal rates the very array that was given comes back.
   *
   * @throws AudioError `AUDIO_CLOSED` after `flush` or `close`; `AUDIO_BAD_ARGUMENT` for anything but an `Int16Array`
   */
  process(pcm: Int16Array): Int16Array {
    checkArgument('AUDIO_BAD_ARGUMENT', 'Resampler: pcm', pcm, 'samples');
    if (this.#closed) {
      throw audioError('AUDIO_CLOSED', 'The resampler was closed. Create one for each stream.');
    }
    this.#taken += pcm.length;
    if (!this.#speex) return pcm;
    const out = new Int16Array(this.#due() + 1);
    const length = this.#run(this.#speex, pcm, out);
    this.#given += length;
    return out.subarray(0, length);
  }

  /** The samples that are still due; ends the resampler. Empty when it has ended before. */
  flush(): Int16Array {
    const speex = this.#speex;
    const out = new Int16Array(this.#closed || !speex ? 0 : this.#due());
    if (speex && out.length > 0) {
      // Silence after the end flushes the filter; it is not counted.
      const latency = speex.functions.inputLatency(this.#state);
      const perOutput = Math.ceil(this.#options.from / this.#options.to);
      this.#run(speex, new Int16Array(latency + 2 * perOutput), out);
    }
    this.close();
    return out;
  }

  /** Releases the memory; unflushed samples are lost. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#speex?.functions.destroy(this.#state);
  }

  #due(): number {
    return Math.max(0, Math.round((this.#taken * this.#options.to) / this.#options.from) - this.#given);
  }

  /** @returns how many samples were written to `out` */
  #run({ functions, memory, input, output, lengths }: Speex, pcm: Int16Array, out: Int16Array): number {
    let read = 0;
    let written = 0;
    while (read < pcm.length && written < out.length) {
      const piece = pcm.subarray(read, read + SCRATCH_SAMPLES);
      memory.int16.set(piece, input / 2);
      new Uint32Array(memory.buffer, lengths, 2).set([
        piece.length,
        Math.min(SCRATCH_SAMPLES, out.length - written),
      ]);
      functions.process(this.#state, 0, input, lengths, output, lengths + 4);
      const [used = 0, made = 0] = new Uint32Array(memory.buffer, lengths, 2);
      out.set(memory.int16.subarray(output / 2, output / 2 + made), written);
      read += used;
      written += made;
    }
    return written;
  }
}

function checkRate(name: 'from' | 'to', rate: number): void {
  if (!Number.isInteger(rate) || rate < 1000 || rate > 384000) {
    throw audioError(
      'AUDIO_BAD_ARGUMENT',
      `Resampler: ${name} is ${rate}; expected an integer from 1000 to 384000, in samples per second.`,
    );
  }
}

/**
 * Changes the rate of samples that are all there: `Resampler` in one step.
 *
 * @returns round(samples × to / from) samples; `pcm` itself when the rates are the same
 * @throws AudioError as `Resampler.create`
 */
export async function resample(pcm: Int16Array, options: ResamplerOptions): Promise<Int16Array> {
  checkArgument('AUDIO_BAD_ARGUMENT', 'resample: pcm', pcm, 'samples');
  const resampler = await Resampler.create(options);
  const head = resampler.process(pcm);
  const tail = resampler.flush();
  if (tail.length === 0) return head;
  const out = new Int16Array(head.length + tail.length);
  out.set(head);
  out.set(tail, head.length);
  return out;
}
