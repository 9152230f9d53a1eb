import { bytesPerMs, type MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';

/** What the caller hears of the bot: a buffer that plays out in real time and tells when it begins and runs dry. */
export class PlayOut {
  readonly #clock: Clock;
  readonly #report: (what: 'playback_started' | 'playback_completed') => void;
  #perMs = 8;
  #endsAt = 0;
  #playing = false;
  #cancel: Cancel = () => {};

  constructor(clock: Clock, report: (what: 'playback_started' | 'playback_completed') => void) {
    this.#clock = clock;
    this.#report = report;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Audio not heard yet, in milliseconds. */
  get leftMs(): number {
    return this.#playing ? Math.max(0, this.#endsAt - this.#clock.now()) : 0;
  }

  use(media: MediaParameter): void {
    this.#perMs = bytesPerMs(media);
  }

  take(bytes: number): void {
    if (bytes === 0) return;
    const now = this.#clock.now();
    this.#endsAt = Math.max(this.#endsAt, now) + bytes / this.#perMs;
    if (!this.#playing) {
      this.#playing = true;
      this.#report('playback_started');
    }
    this.#cancel();
    this.#cancel = this.#clock.after(this.#endsAt - now, () => this.flush());
  }

  /** Drops what is left. (AC-BARGE-2) */
  flush(): void {
    this.stop();
    if (!this.#playing) return;
    this.#playing = false;
    this.#report('playback_completed');
  }

  /** Tells nothing any more. */
  stop(): void {
    this.#cancel();
    this.#endsAt = 0;
  }
}
