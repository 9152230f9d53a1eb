import type { Cancel, Clock } from '@hookline/runtime';

/** Plays bot audio in real time and reports its start and end, as Genesys does. */
export class AutoPlayer {
  readonly #clock: Clock;
  readonly #report: (type: 'playback_started' | 'playback_completed') => void;
  #endMs = 0;
  #playing = false;
  #heardMs = 0;
  #cancel: Cancel = () => {};

  /** @param report - sends a playback message */
  constructor(clock: Clock, report: (type: 'playback_started' | 'playback_completed') => void) {
    this.#clock = clock;
    this.#report = report;
  }

  /** How much has been heard so far, in milliseconds. */
  get heardMs(): number {
    return this.#heardMs - (this.#playing ? this.#endMs - this.#clock.now() : 0);
  }

  /** Queues audio. */
  take(ms: number): void {
    const nowMs = this.#clock.now();
    if (!this.#playing) {
      this.#playing = true;
      this.#endMs = nowMs;
      this.#report('playback_started');
    }
    this.#endMs += ms;
    this.#heardMs += ms;
    this.#cancel();
    this.#cancel = this.#clock.after(this.#endMs - nowMs, () => {
      this.#playing = false;
      this.#report('playback_completed');
    });
  }

  /** Drops the audio that has not been played. */
  flush(): void {
    if (!this.#playing) return;
    this.stop();
    this.#report('playback_completed');
  }

  /** Stops playing without reporting it. */
  stop(): void {
    this.#cancel();
    this.#heardMs = this.heardMs;
    this.#playing = false;
  }
}
