import { BYTES_PER_MS, energyMulaw, isSound, UTTERANCE_GAP_MS } from '@hookline/audio';

/** The length of audio whose level is measured at once, in milliseconds. */
export const SLICE_MS = 20;
const SLICE_BYTES = SLICE_MS * BYTES_PER_MS;

/** A sound of the bot that began. Times are in milliseconds since dialling. */
export interface BegunSound {
  readonly atMs: number;
  /** How long the bot was silent before; Infinity if it had not been heard. */
  readonly pauseMs: number;
}

/**
 * Distinguishes sound of the bot from silence, which some bots send continuously, in what the caller hears. Copies no
 * audio. Times are in milliseconds since dialling.
 */
export class BotSound {
  /** The end of the last sound; undefined before the first. */
  #soundEndMs: number | undefined;
  /** The end of the audio that was heard. */
  #heardToMs = 0;
  /** Whether a playback has started and no sound of it has been heard. */
  #isNew = false;
  #begun: BegunSound | undefined;
  #isTaken = true;
  #sliceStartMs = 0;
  #sliceBytes = 0;
  #sliceEnergy = 0;

  /** A playback started, whose audio so far is at least `head`. */
  playbackStarted(atMs: number, head: Uint8Array): void {
    this.#isNew = true;
    this.#heardToMs = atMs;
    // Sound at its very start is known now. Any other is known once it has been heard.
    if (isSound(energyMulaw(head, 0, Math.min(head.length, SLICE_BYTES)), SLICE_BYTES))
      this.#sound(atMs, atMs);
  }

  /** The caller hears `bytes` from `atMs` on. */
  heard(atMs: number, bytes: Uint8Array): void {
    // A gap within a playback is a hold, which is no silence of the bot.
    if (this.#soundEndMs !== undefined) this.#soundEndMs += Math.max(0, atMs - this.#heardToMs);
    for (let from = 0; from < bytes.length; ) {
      const to = Math.min(from + SLICE_BYTES - this.#sliceBytes, bytes.length);
      if (this.#sliceBytes === 0) this.#sliceStartMs = atMs + from / BYTES_PER_MS;
      this.#sliceEnergy += energyMulaw(bytes, from, to);
      this.#sliceBytes += to - from;
      from = to;
      this.#heardToMs = atMs + to / BYTES_PER_MS;
      if (this.#sliceBytes === SLICE_BYTES) this.#endSlice();
    }
  }

  playbackCompleted(): void {
    this.#endSlice();
  }

  /** The last sound that began after silence or in a new playback; undefined before the first. */
  get begun(): BegunSound | undefined {
    return this.#begun;
  }

  /** The same, once; undefined if none has begun since the last call. */
  takeBegun(): BegunSound | undefined {
    if (this.#isTaken) return undefined;
    this.#isTaken = true;
    return this.#begun;
  }

  /**
   * How long the bot has been silent. While it plays, only silence that was heard counts, which excludes a hold.
   *
   * @param playing - whether a playback is in progress, which has been advanced to now
   */
  silentMs(nowMs: number, playing: boolean): number {
    return Math.max(0, (playing ? this.#heardToMs : nowMs) - (this.#soundEndMs ?? 0));
  }

  #endSlice(): void {
    if (isSound(this.#sliceEnergy, this.#sliceBytes)) this.#sound(this.#sliceStartMs, this.#heardToMs);
    this.#sliceBytes = 0;
    this.#sliceEnergy = 0;
  }

  #sound(fromMs: number, toMs: number): void {
    const pauseMs = fromMs - (this.#soundEndMs ?? Number.NEGATIVE_INFINITY);
    if (this.#isNew || pauseMs > UTTERANCE_GAP_MS) {
      this.#begun = { atMs: fromMs, pauseMs };
      this.#isTaken = false;
    }
    this.#isNew = false;
    this.#soundEndMs = toMs;
  }
}
