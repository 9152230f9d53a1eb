import { BYTES_PER_MS, isLoud, UTTERANCE_GAP_MS } from '@hookline/audio';

/** Thresholds for reporting gaps: the number of gaps longer than a click, of gaps of any length, and their total milliseconds. */
const MIN_GAPS = 3;
const MIN_CLICKS = 20;
const MIN_GAP_MS = 300;
/** Shorter gaps are heard as clicks. */
const CLICK_MS = 20;
/** The audio before a gap that must be loud; a gap in a pause between two sentences is inaudible. */
const TAIL_BYTES = 160;
/** Frames further apart do not belong to the same stretch of audio. */
const STRETCH_MS = 1000;

/**
 * Detects audible gaps: loud audio stops, and continues within half a second. Times are in milliseconds since dialling.
 */
export class GapMonitor {
  #gaps = 0;
  #longGaps = 0;
  #gapMs = 0;
  #completedAtMs: number | undefined;
  #last: Uint8Array = new Uint8Array(0);
  #lastAtMs: number | undefined;
  #leastBytes = Number.POSITIVE_INFINITY;
  #mostBytes = 0;
  #intervals = 0;
  #intervalMs = 0;
  #reported = false;

  /** Adds a bot frame, as µ-law, after the playback has handled it. */
  received(mulaw: Uint8Array, atMs: number): void {
    this.#leastBytes = Math.min(this.#leastBytes, mulaw.length);
    this.#mostBytes = Math.max(this.#mostBytes, mulaw.length);
    const sinceMs = atMs - (this.#lastAtMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs <= STRETCH_MS) {
      this.#intervals += 1;
      this.#intervalMs += sinceMs;
    }
    this.#last = mulaw;
    this.#lastAtMs = atMs;
  }

  /** @param continues - whether the audio continues what was played before, and is not a new turn of the bot */
  playbackStarted(atMs: number, continues: boolean): void {
    const gapMs = atMs - (this.#completedAtMs ?? Number.NEGATIVE_INFINITY);
    this.#completedAtMs = undefined;
    if (!continues || gapMs <= 0 || gapMs > UTTERANCE_GAP_MS) return;
    this.#gaps += 1;
    if (gapMs >= CLICK_MS) this.#longGaps += 1;
    this.#gapMs += gapMs;
  }

  playbackCompleted(atMs: number): void {
    const { length } = this.#last;
    const isHeard = isLoud(this.#last, Math.max(0, length - TAIL_BYTES), length);
    this.#completedAtMs = isHeard ? atMs : undefined;
  }

  /** Returns the warning at the end of the call, once; undefined if there is none. */
  report(): string | undefined {
    const isChoppy = this.#longGaps >= MIN_GAPS || this.#gaps >= MIN_CLICKS || this.#gapMs >= MIN_GAP_MS;
    if (this.#reported || !isChoppy) return undefined;
    this.#reported = true;
    const least = inMs(this.#leastBytes);
    const most = inMs(this.#mostBytes);
    const every =
      this.#intervals === 0 ? '' : `, one every ${Math.round(this.#intervalMs / this.#intervals)} ms`;
    const gaps = this.#gaps === 1 ? '1 gap' : `${this.#gaps} gaps`;
    return `choppy: ${gaps}, ${(this.#gapMs / 1000).toFixed(1)} s in all; the bot sent frames of ${least === most ? '' : `${least} to `}${most} ms${every}: send audio ahead, so that the buffer does not run empty when a frame is late`;
  }
}

function inMs(bytes: number): number {
  return Math.round((10 * bytes) / BYTES_PER_MS) / 10;
}
