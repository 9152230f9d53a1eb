import { decodeMulaw, encodeMulaw, mix } from '@hookline/audio';

/** Background sound behind the caller during the whole call: street noise, music, other voices. */
export class Background {
  readonly #samples: Int16Array;

  /** @param mulaw - 8 kHz, not empty; repeated when it ends */
  constructor(mulaw: Uint8Array) {
    this.#samples = decodeMulaw(mulaw);
  }

  /**
   * Mixes the background into a frame of the caller.
   *
   * @param frame - 8 kHz µ-law; not modified
   * @param position - the position of the frame in the stream, in samples: the background never stops
   */
  mixInto(frame: Uint8Array, position: number): Uint8Array {
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
