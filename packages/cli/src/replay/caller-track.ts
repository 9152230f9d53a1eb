import { type ByteOrder, decodeL16, encodeMulaw, MULAW_SILENCE } from '@hookline/audio';
import { MAX_FRAME_MS, type MediaParameter, MIN_FRAME_MS } from '@hookline/protocol';

/** Samples of one millisecond at 8 kHz; bytes of it in µ-law. */
const PER_MS = 8;

/** How far a frame may be behind the frames before it before that counts as a gap, in milliseconds. */
const GAP_MS = 500;

/** What the bytes of the caller's frames are. */
export interface TrackFormat {
  readonly media: MediaParameter;
  /** Of L16. */
  readonly byteOrder: ByteOrder;
}

/**
 * The caller's audio of a recorded call on one time line, as 8 kHz µ-law: each frame at its place in the stream of the
 * caller, silence where nothing was sent.
 */
export class CallerTrack {
  readonly #pieces: { readonly at: number; readonly mulaw: Uint8Array }[] = [];
  /** How often each length of frame came, in samples. */
  readonly #lengths = new Map<number, number>();
  /** The end of what was said or passed over, in samples. */
  #position = 0;

  /** Adds a frame as it was on the wire, which passed `atMs` after `opened`. */
  frame(bytes: Uint8Array, atMs: number, format: TrackFormat): void {
    const mulaw = externalChannel(bytes, format);
    const length = mulaw.length;
    // A frame leaves at its end: one that comes much later was not said before.
    const late = Math.round(atMs * PER_MS) - (this.#position + length);
    if (late > GAP_MS * PER_MS) this.#position += late;
    this.#pieces.push({ at: this.#position, mulaw });
    this.#lengths.set(length, (this.#lengths.get(length) ?? 0) + 1);
    this.#position += length;
  }

  /** The caller told that the stream goes on here, in milliseconds from its start. Never backwards. */
  goesOnAt(ms: number): void {
    this.#position = Math.max(this.#position, Math.round(ms * PER_MS));
  }

  /** Whether there is any audio. */
  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** The most common length of a frame in whole milliseconds; undefined where no client could send such frames. */
  get frameMs(): number | undefined {
    const [[length] = [0]] = [...this.#lengths].sort(([, a], [, b]) => b - a);
    const ms = length / PER_MS;
    return Number.isInteger(ms) && ms >= MIN_FRAME_MS && ms <= MAX_FRAME_MS ? ms : undefined;
  }

  /** All of it. */
  audio(): Uint8Array {
    const last = this.#pieces.at(-1);
    const audio = new Uint8Array(last ? last.at + last.mulaw.length : 0).fill(MULAW_SILENCE);
    for (const { at, mulaw } of this.#pieces) audio.set(mulaw, at);
    return audio;
  }
}

/** The caller's own channel: of two, the other is what the caller hears. */
function externalChannel(bytes: Uint8Array, { media, byteOrder }: TrackFormat): Uint8Array {
  const { channels, format } = media;
  const step = channels.length;
  const channel = Math.max(0, channels.indexOf('external'));
  if (format === 'PCMU') return step === 1 ? bytes : bytes.filter((_, index) => index % step === channel);
  const whole = bytes.subarray(0, bytes.length - (bytes.length % (2 * step)));
  const samples = decodeL16(whole, byteOrder);
  return encodeMulaw(step === 1 ? samples : samples.filter((_, index) => index % step === channel));
}
