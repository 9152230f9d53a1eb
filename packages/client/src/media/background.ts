import { decodeMulaw, encodeMulaw, mix } from '@hookline/audio';

/** Background sound behind the caller during the whole call: street noise, music, other voices. */
export class Background {
  readonly #samples: Int16Array;

  /** @param mulaw - 8 kHz, not empty; it begins again when it ends */
  constructor(mulaw: Uint8Array) {
    this.#samples = decodeMulaw(mulaw);
  }

  /**
   * A frame of the caller with what is behind it.
   *
   * @param frame - 8 kHz µ-law; left as it is
   * @param position - where in the stream the frame begins, in samples: the background never stops
   */
  behind(frame: Uint8Array, position: number): Uint8Array {
    const samples = this.#samples;
    const piece = new Int16Array(frame.length);
    for (let filled = 0; filled < piece.length; ) {
      const from = (position + filled) % samples.length;
      const part = samples.subarray(from, from + piece.length - filled);
      piece.set(part, filled);
      filled += part.length;
    }
    return encodeMulaw(mix(decodeMulaw(frame), piece));
  }
}
