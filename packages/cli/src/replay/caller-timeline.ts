import { type ByteOrder, MULAW_SILENCE, SAMPLES_PER_MS } from '@hookline/audio';
import {
  bytesPerSample,
  MAX_FRAME_MS,
  type MediaChannel,
  type MediaParameter,
  MIN_FRAME_MS,
} from '@hookline/protocol';
import { channelMulaw } from '@hookline/trace';

/** A frame that is later than this after the previous ones follows a gap, in milliseconds. */
const GAP_MS = 500;

/** The format of a frame. */
export interface FrameFormat {
  readonly media: MediaParameter;
  /** Byte order of L16. */
  readonly byteOrder: ByteOrder;
}

/** A frame and its position in the stream, in samples. */
interface PlacedFrame {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly format: FrameFormat;
}

/**
 * The caller audio of a recorded call as 8 kHz µ-law, with each frame at its position in the stream and silence in the
 * gaps.
 */
export class CallerTimeline {
  readonly #frames: PlacedFrame[] = [];
  /** The number of frames by length in samples. */
  readonly #lengthCounts = new Map<number, number>();
  /** The end of the last frame or gap, in samples. */
  #position = 0;

  /** Adds a frame of the wire format. @param atMs - milliseconds after `opened` */
  addFrame(bytes: Uint8Array, atMs: number, format: FrameFormat): void {
    const length = Math.floor(bytes.length / bytesPerSample(format.media));
    // A frame is sent when it is complete, so a frame that is much later follows a gap.
    const late = Math.round(atMs * SAMPLES_PER_MS) - (this.#position + length);
    if (late > GAP_MS * SAMPLES_PER_MS) this.#position += late;
    this.#frames.push({ at: this.#position, bytes, format });
    this.#lengthCounts.set(length, (this.#lengthCounts.get(length) ?? 0) + 1);
    this.#position += length;
  }

  /** Continues the stream at this position, in milliseconds from its start. Never moves backwards. */
  skipTo(ms: number): void {
    this.#position = Math.max(this.#position, Math.round(ms * SAMPLES_PER_MS));
  }

  /** Whether there is no audio. */
  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  /** The most frequent duration of a frame, in milliseconds; undefined if a client cannot send frames of this length. */
  get frameMs(): number | undefined {
    const [[length] = [0]] = [...this.#lengthCounts].sort(([, a], [, b]) => b - a);
    const ms = length / SAMPLES_PER_MS;
    return Number.isInteger(ms) && ms >= MIN_FRAME_MS && ms <= MAX_FRAME_MS ? ms : undefined;
  }

  /** The audio of one channel; silence if the call did not have it. */
  audio(channel: MediaChannel = 'external'): Uint8Array {
    const last = this.#frames.at(-1);
    const length = last ? last.at + Math.floor(last.bytes.length / bytesPerSample(last.format.media)) : 0;
    const audio = new Uint8Array(length).fill(MULAW_SILENCE);
    for (const { at, bytes, format } of this.#frames) {
      const { media, byteOrder } = format;
      if (channel === 'external' || media.channels.includes(channel))
        audio.set(channelMulaw(bytes, media, channel, byteOrder), at);
    }
    return audio;
  }
}
