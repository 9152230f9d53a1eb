import { decodeL16, decodeMulaw, encodeL16, encodeMulaw } from '@hookline/audio';
import { RealtimeError } from '../error.js';
import type { ServiceHost } from '../service/service.js';

type Resampling = { process(samples: Int16Array): Int16Array; close(): void };

const MULAW = 'ulaw_8000';

/** Silence after a reply, in milliseconds: more than twice the delay of the resampler, so that all of the reply leaves it. */
const SILENCE_MS = 20;

const NO_BYTES = new Uint8Array(0);

/** Converts the audio of an agent from and to mu-law at 8 kHz. */
export class AgentAudio {
  readonly #host: ServiceHost;
  readonly #strict: boolean;
  #up: Resampling | undefined;
  #down: Resampling | undefined;
  /** First byte of a sample that was split between two chunks. */
  #leftoverByte: number | undefined;
  /** Whether the resampler holds audio of a reply. */
  #holdsAudio = false;
  #outRate = 8000;
  #pcmIn = false;
  #pcmOut = false;

  constructor(host: ServiceHost, strict: boolean) {
    this.#host = host;
    this.#strict = strict;
  }

  /**
   * Sets the formats that the agent is configured for.
   *
   * @throws RealtimeError `AUDIO_MISMATCH`
   */
  async begin(input: string, output: string): Promise<void> {
    if (input === MULAW && output === MULAW) return;
    const inRate = rateOf(input);
    const outRate = rateOf(output);
    const mismatch = `the agent is configured for ${input.slice(0, 20)} in and ${output.slice(0, 20)} out; set both to μ-law 8000 Hz in its settings`;
    if (this.#strict || inRate === undefined || outRate === undefined) {
      throw new RealtimeError('AUDIO_MISMATCH', `elevenlabs: ${mismatch}.`);
    }
    this.#host.problem({
      code: 'AUDIO_MISMATCH',
      message: `elevenlabs: ${mismatch}: audio is converted`,
      fatal: false,
    });
    this.#pcmIn = input !== MULAW;
    this.#pcmOut = output !== MULAW;
    this.#outRate = outRate;
    const { Resampler } = await import('@hookline/audio/resample');
    if (inRate !== 8000) this.#up = await Resampler.create({ from: 8000, to: inRate });
    if (outRate !== 8000) this.#down = await Resampler.create({ from: outRate, to: 8000 });
  }

  /** Caller audio for the agent. */
  toAgent(mulaw: Uint8Array): Uint8Array {
    if (!this.#pcmIn) return mulaw;
    const samples = decodeMulaw(mulaw);
    return encodeL16(this.#up ? this.#up.process(samples) : samples);
  }

  /** The agent's audio for the caller. */
  fromAgent(bytes: Uint8Array): Uint8Array {
    if (!this.#pcmOut) return bytes;
    this.#holdsAudio = this.#down !== undefined;
    return this.#converted(decodeL16(this.#wholeSamples(bytes)));
  }

  /** The rest of the audio so far, which the resampler still holds, followed by a little silence. */
  flush(): Uint8Array {
    if (!this.#holdsAudio) return NO_BYTES;
    this.#holdsAudio = false;
    return this.#converted(new Int16Array(Math.ceil((this.#outRate * SILENCE_MS) / 1000)));
  }

  /** The next audio belongs to another reply: drops what is held of this one. */
  reset(): void {
    this.flush();
    this.#leftoverByte = undefined;
  }

  close(): void {
    this.#up?.close();
    this.#down?.close();
    this.#up = undefined;
    this.#down = undefined;
  }

  #converted(samples: Int16Array): Uint8Array {
    return encodeMulaw(this.#down ? this.#down.process(samples) : samples);
  }

  #wholeSamples(bytes: Uint8Array): Uint8Array {
    const joined = this.#leftoverByte === undefined ? bytes : Uint8Array.from([this.#leftoverByte, ...bytes]);
    const odd = joined.length % 2 === 1;
    this.#leftoverByte = odd ? joined.at(-1) : undefined;
    return odd ? joined.subarray(0, -1) : joined;
  }
}

function rateOf(format: string): number | undefined {
  const rate = Number(/^(?:pcm|ulaw)_(\d+)$/.exec(format)?.[1]);
  return Number.isInteger(rate) &&
    rate >= 8000 &&
    rate <= 48_000 &&
    !(format.startsWith('ulaw') && rate !== 8000)
    ? rate
    : undefined;
}
