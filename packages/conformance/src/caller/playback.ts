import { bytesPerMs, type MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';

/** Plays the bot's audio in real time and reports when playback starts and when the buffer is empty. */
export class Playback {
  readonly #clock: Clock;
  readonly #notify: (type: 'playback_started' | 'playback_completed') => void;
  #perMs = 8;
  #endsAt = 0;
  #playing = false;
  #cancel: Cancel = () => {};

  constructor(clock: Clock, notify: (type: 'playback_started' | 'playback_completed') => void) {
    this.#clock = clock;
    this.#notify = notify;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** The unplayed audio, in milliseconds. */
  get remainingMs(): number {
    return this.#playing ? Math.max(0, this.#endsAt - this.#clock.now()) : 0;
  }

  setFormat(media: MediaParameter): void {
    this.#perMs = bytesPerMs(media);
  }

  push(bytes: number): void {
    if (bytes === 0) return;
    const now = this.#clock.now();
    this.#endsAt = Math.max(this.#endsAt, now) + bytes / this.#perMs;
    if (!this.#playing) {
      this.#playing = true;
      this.#notify('playback_started');
    }
    this.#cancel();
    this.#cancel = this.#clock.after(this.#endsAt - now, () => this.flush());
  }

  /** Drops the remaining audio. (AC-BARGE-2) */
  flush(): void {
    this.stop();
    if (!this.#playing) return;
    this.#playing = false;
    this.#notify('playback_completed');
  }

  /** Stops reporting. */
  stop(): void {
    this.#cancel();
    this.#endsAt = 0;
  }
}
