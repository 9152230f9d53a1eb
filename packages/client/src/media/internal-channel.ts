import { fromMulaw, MULAW_SILENCE, type SampleFormat, sampleBytes } from '@hookline/audio';

/** What the channel `internal` carries beside the caller's own, `external`. */
export class InternalChannel {
  readonly #mulaw: Uint8Array;

  /** @param mulaw - 8 kHz, from the start of the caller's stream; silence after its end */
  constructor(mulaw: Uint8Array) {
    this.#mulaw = mulaw;
  }

  /**
   * A frame of both channels: `external` and `internal` in turn, sample by sample.
   *
   * @param external - 8 kHz µ-law of the caller; left as it is
   * @param position - where in the stream the frame begins, in samples
   * @param format - of what is returned
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
