import { BYTES_PER_MS, energyMulaw, isSound, MULAW_SILENCE } from '@hookline/audio';

/** The length of audio whose level is measured at once, in milliseconds. */
export const SLICE_MS = 20;
const SLICE_BYTES = SLICE_MS * BYTES_PER_MS;
/** A longer silence separates two sounds. */
const PAUSE_MS = 300;
/** The silence that ends an utterance of the bot, in milliseconds. */
export const END_SILENCE_MS = 700;
/** Maximum length of the recording of a sound: 60 s. */
const MAX_RECORDED_BYTES = 60_000 * BYTES_PER_MS;
/** Maximum number of sounds that are kept. A call has far fewer. */
const MAX_SOUNDS = 5000;

/** A sound of the bot, possibly still in progress. Times are in milliseconds since dialling. */
export interface Sound {
  readonly startMs: number;
  /** The end of its last part that was not silent. */
  endMs: number;
  /** The audio from the start, including pauses. Empty unless audio is recorded. */
  readonly pieces: Uint8Array[];
  bytes: number;
}

/**
 * Splits the audio that the caller hears from the bot into sounds, by its level. A sound starts with the first audio that
 * is not silent after a pause or at the start of a playback.
 */
export class SoundDetector {
  readonly sounds: Sound[] = [];
  /** The end of the last audio that was not silent; undefined before the first. */
  lastSoundMs: number | undefined;
  readonly #recordsAudio: boolean;
  #startsNewSound = true;

  /** @param recordsAudio - whether the audio of each sound is recorded */
  constructor(recordsAudio: boolean) {
    this.#recordsAudio = recordsAudio;
  }

  /** A playback started: the next audio starts a new sound. */
  playbackStarted(): void {
    this.#startsNewSound = true;
  }

  /** Processes audio that the caller hears from `atMs` on. */
  push(atMs: number, bytes: Uint8Array): void {
    for (let from = 0; from < bytes.length; from += SLICE_BYTES) {
      const slice = bytes.subarray(from, from + SLICE_BYTES);
      this.#processSlice(atMs + from / BYTES_PER_MS, slice);
    }
  }

  #processSlice(atMs: number, slice: Uint8Array): void {
    const loud = isSound(energyMulaw(slice, 0, slice.length), slice.length);
    const last = this.sounds.at(-1);
    if (loud) {
      const isSeparate = this.lastSoundMs === undefined || atMs - this.lastSoundMs > PAUSE_MS;
      this.lastSoundMs = atMs + slice.length / BYTES_PER_MS;
      if (last && !this.#startsNewSound && !isSeparate) last.endMs = this.lastSoundMs;
      else this.#startSound(atMs);
      this.#startsNewSound = false;
    }
    const sound = this.sounds.at(-1);
    if (sound && this.#recordsAudio) this.#record(sound, atMs, slice);
  }

  #startSound(startMs: number): void {
    if (this.sounds.length >= MAX_SOUNDS) this.sounds.shift();
    this.sounds.push({ startMs, endMs: this.lastSoundMs ?? startMs, pieces: [], bytes: 0 });
  }

  /** Appends a slice to a sound and fills the gap before it with silence. */
  #record(sound: Sound, atMs: number, slice: Uint8Array): void {
    const gap = Math.round((atMs - sound.startMs) * BYTES_PER_MS) - sound.bytes;
    if (gap > PAUSE_MS * BYTES_PER_MS || sound.bytes >= MAX_RECORDED_BYTES) return;
    if (gap > 0) {
      sound.pieces.push(new Uint8Array(gap).fill(MULAW_SILENCE));
      sound.bytes += gap;
    }
    sound.pieces.push(slice);
    sound.bytes += slice.length;
  }
}
