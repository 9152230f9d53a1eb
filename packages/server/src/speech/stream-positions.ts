/**
 * How much silence a detector is given for a gap in an utterance, in milliseconds: twice the time without speech after
 * which the detectors of this project report its end.
 */
const GAP_SILENCE_MS = 1600;

/** More gaps than there are between the start of a detection and its report. */
const KEPT_PIECES = 8;

/** Half a sample: positions that the client reports are fractions. */
const ROUNDING_MS = 1 / 16;

/** The last millisecond of the 20 ms that detectors classify together. */
const LAST_OF_FRAME_MS = 19;

/**
 * Where the audio that a detector was given stands in the caller's stream. A detector only counts samples, but the
 * stream has gaps, due to holds and lost audio, and a detector reports later than it was given the sample.
 */
export class StreamPositions {
  /** Audio without a gap, oldest first: where it starts in the given audio, and its distance from there in the stream. */
  readonly #pieces: { readonly fromMs: number; readonly offsetMs: number }[] = [];
  #givenMs = 0;

  /** The end of the given audio in the stream. */
  get endMs(): number {
    return this.#givenMs + (this.#pieces.at(-1)?.offsetMs ?? 0);
  }

  /** How much silence an utterance needs before audio that starts at `atMs`: without it, it would go on over the gap. */
  silenceMs(atMs: number): number {
    return Math.max(0, Math.min(atMs - this.endMs, GAP_SILENCE_MS));
  }

  /** The detector is given `ms` of audio that starts at `atMs`. */
  given(atMs: number, ms: number): void {
    const offsetMs = atMs - this.#givenMs;
    const last = this.#pieces.at(-1);
    if (!last || Math.abs(offsetMs - last.offsetMs) > ROUNDING_MS) {
      this.#pieces.push({ fromMs: this.#givenMs, offsetMs });
      if (this.#pieces.length > KEPT_PIECES) this.#pieces.shift();
    }
    this.#givenMs += ms;
  }

  /** The position in the stream of the start of speech, or of its end, that a detector reports. */
  of(type: 'start' | 'end', sampleMs: number): number {
    // A frame that begins before a gap may be speech because of what follows the gap.
    const soughtMs = type === 'start' ? sampleMs + LAST_OF_FRAME_MS : sampleMs;
    const piece = this.#pieces.findLast(({ fromMs }) => fromMs <= soughtMs) ?? this.#pieces[0];
    return sampleMs + (piece?.offsetMs ?? 0);
  }
}
