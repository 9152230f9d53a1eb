import { BYTES_PER_MS, peakMulaw, rmsDbfsMulaw } from '@hookline/audio';

/** Audio that is judged at a time. */
export const SLICE_MS = 20;
const SLICE_BYTES = SLICE_MS * BYTES_PER_MS;
/** What is softer is silence: the noise of a line, or the silence that some bots send all the time. */
export const SILENCE_DBFS = -50;
/** The peak of a sine of that level: what is below is silence without a look at its level. */
const SILENCE_PEAK = 70;
/** A longer silence than this parts two sounds. */
const PAUSE_MS = 300;
/** Audio of one thing the bot says that is kept: 60 s. */
const MAX_KEPT_BYTES = 60_000 * BYTES_PER_MS;
/** Sounds that are kept: a call has far fewer. */
const MAX_SOUNDS = 5000;

/** Something that the bot was heard to say, as far as it has come. Times are in milliseconds since dialling. */
export interface Sound {
  readonly startMs: number;
  /** The end of the last that was no silence. */
  endMs: number;
  /** What was heard from the start on, pauses included; empty where nobody wants it. */
  readonly pieces: Uint8Array[];
  bytes: number;
}

/**
 * What the caller hears of the bot, in sounds: each begins with the first that is no silence after a pause or at the
 * beginning of a playback. It receives what is heard, and judges by its loudness.
 */
export class Ear {
  readonly sounds: Sound[] = [];
  /** The end of the last that was no silence; undefined before anything was heard. */
  lastSoundMs: number | undefined;
  /** Up to when it was listened. */
  heardToMs = 0;
  readonly #keeps: boolean;
  #begins = true;

  /** @param keeps - whether the audio is kept, for a look at it later */
  constructor(keeps: boolean) {
    this.#keeps = keeps;
  }

  /** A playback begins: what is heard next is another sound. */
  playbackStarted(): void {
    this.#begins = true;
  }

  /** `bytes` are heard from `atMs` on. */
  heard(atMs: number, bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
      const slice = bytes.subarray(from, from + SLICE_BYTES);
      this.#slice(atMs + from / BYTES_PER_MS, slice);
    }
    this.heardToMs = atMs + bytes.length / BYTES_PER_MS;
  }

  #slice(atMs: number, slice: Uint8Array): void {
    const loud = peakMulaw(slice) >= SILENCE_PEAK && rmsDbfsMulaw(slice) >= SILENCE_DBFS;
    const last = this.sounds.at(-1);
    if (loud) {
      const parted = this.lastSoundMs === undefined || atMs - this.lastSoundMs > PAUSE_MS;
      this.lastSoundMs = atMs + slice.length / BYTES_PER_MS;
      if (last && !this.#begins && !parted) last.endMs = this.lastSoundMs;
      else this.#begin(atMs);
      this.#begins = false;
    }
    const sound = this.sounds.at(-1);
    if (sound && this.#keeps) this.#keep(sound, atMs, slice);
  }

  #begin(startMs: number): void {
    if (this.sounds.length >= MAX_SOUNDS) this.sounds.shift();
    this.sounds.push({ startMs, endMs: this.lastSoundMs ?? startMs, pieces: [], bytes: 0 });
  }

  /** Keeps a piece at its place: where nothing played there is silence. */
  #keep(sound: Sound, atMs: number, slice: Uint8Array): void {
    const gap = Math.round((atMs - sound.startMs) * BYTES_PER_MS) - sound.bytes;
    if (gap > PAUSE_MS * BYTES_PER_MS || sound.bytes >= MAX_KEPT_BYTES) return;
    if (gap > 0) {
      sound.pieces.push(new Uint8Array(gap).fill(0xff));
      sound.bytes += gap;
    }
    sound.pieces.push(slice);
    sound.bytes += slice.length;
  }
}
