import { type ByteOrder, MULAW_SILENCE } from '@hookline/audio';
import {
  bytesPerSample,
  MAX_FRAME_MS,
  type MediaChannel,
  type MediaParameter,
  MIN_FRAME_MS,
} from '@hookline/protocol';
import { channelMulaw } from '@hookline/trace';

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

/** A frame at its place in the stream, in samples. */
interface Piece {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly format: TrackFormat;
}

/**
 * The caller's audio of a recorded call on one time line, as 8 kHz µ-law: each frame at its place in the stream of the
 * caller, silence where nothing was sent.
 */
export class CallerTrack {
  readonly #pieces: Piece[] = [];
  /** How often each length of frame came, in samples. */
  readonly #lengths = new Map<number, number>();
  /** The end of what was said or passed over, in samples. */
  #position = 0;

  /** Adds a frame as it was on the wire, which passed `atMs` after `opened`. */
  frame(bytes: Uint8Array, atMs: number, format: TrackFormat): void {
    const length = Math.floor(bytes.length / bytesPerSample(format.media));
    // A frame leaves at its end: one that comes much later was not said before.
    const late = Math.round(atMs * PER_MS) - (this.#position + length);
    if (late > GAP_MS * PER_MS) this.#position += late;
    this.#pieces.push({ at: this.#position, bytes, format });
    this.#lengths.set(length, (this.#lengths.get(length) ?? 0) + 1);
    this.#position += length;
  }

  /** The caller reported that the stream goes on here, in milliseconds from its start. Never backwards. */
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

  /** All of one channel; silence where the call did not have it. */
  audio(channel: MediaChannel = 'external'): Uint8Array {
    const last = this.#pieces.at(-1);
    const length = last ? last.at + Math.floor(last.bytes.length / bytesPerSample(last.format.media)) : 0;
    const audio = new Uint8Array(length).fill(MULAW_SILENCE);
    for (const { at, bytes, format } of this.#pieces) {
      const { media, byteOrder } = format;
      if (channel === 'external' || media.channels.includes(channel))
        audio.set(channelMulaw(bytes, media, channel, byteOrder), at);
    }
    return audio;
  }
}
