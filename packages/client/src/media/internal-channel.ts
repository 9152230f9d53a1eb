import { fromMulaw, MULAW_SILENCE, type SampleFormat, sampleBytes } from '@hookline/audio';

/** The audio of the channel `internal`, besides the caller's channel `external`. */
export class InternalChannel {
  readonly #mulaw: Uint8Array;

  /** @param mulaw - 8 kHz, from the start of the caller's stream; silence after its end */
  constructor(mulaw: Uint8Array) {
    this.#mulaw = mulaw;
  }

  /**
   * Returns a frame with both channels, `external` and `internal`, interleaved sample by sample.
   *
   * @param external - 8 kHz µ-law of the caller; not modified
   * @param position - the position of the frame in the stream, in samples
   * @param format - the format of the returned frame
   */
  interleave(external: Uint8Array, position: number, format: SampleFormat): Uint8Array {
    const internal = new Uint8Array(external.length).fill(MULAW_SILENCE);
    internal.set(this.#mulaw.subarray(position, position + external.length));
    const size = sampleBytes(format.format);
    const both = new Uint8Array(2 * size * external.length);
    for (const [channel, mulaw] of [external, internal].entries()) {
      const samples = fromMulaw(mulaw, format);
      for (let at = 0; at < samples.length; at += size) {
        for (let byte = 0; byte < size; byte++)
          both[2 * at + channel * size + byte] = samples[at + byte] ?? 0;
      }
    }
    return both;
  }
}
