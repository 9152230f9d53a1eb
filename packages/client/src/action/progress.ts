import { MAX_PLAYBACKS } from '../session/call-record.js';
import type { CallProgress } from './call.js';

/**
 * Follows the events of a call as they are emitted, so that a script which begins late neither misses one nor counts
 * one twice: the record of the session is ahead of the listeners.
 */
export class Progress {
  #openedAtMs: number | undefined;
  #playing = false;
  #playbacks = 0;
  readonly #startsMs: number[] = [];

  opened(atMs: number): void {
    this.#openedAtMs = atMs;
  }

  playbackStarted(atMs: number): void {
    this.#playing = true;
    this.#playbacks += 1;
    if (this.#startsMs.length < MAX_PLAYBACKS) this.#startsMs.push(atMs);
  }

  playbackCompleted(): void {
    this.#playing = false;
  }

  get soFar(): CallProgress {
    return {
      openedAtMs: this.#openedAtMs,
      playing: this.#playing,
      playbacks: this.#playbacks,
      playbackStartsMs: [...this.#startsMs],
    };
  }
}
