import type { Cancel, Clock } from '@hookline/runtime';

/** Plays bot audio in real time and tells when it begins and ends, as Genesys does. */
export class AutoPlayer {
  readonly #clock: Clock;
  readonly #tell: (type: 'playback_started' | 'playback_completed') => void;
  #endMs = 0;
  #playing = false;
  #heardMs = 0;
  #cancel: Cancel = () => {};

  /** @param tell - sends a playback message */
  constructor(clock: Clock, tell: (type: 'playback_started' | 'playback_completed') => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  /** What was heard by now, in milliseconds. */
  get heardMs(): number {
    return this.#heardMs - (this.#playing ? this.#endMs - this.#clock.now() : 0);
  }

  /** Takes so much audio. */
  take(ms: number): void {
    const nowMs = this.#clock.now();
    if (!this.#playing) {
      this.#playing = true;
      this.#endMs = nowMs;
      this.#tell('playback_started');
    }
    this.#endMs += ms;
    this.#heardMs += ms;
    this.#cancel();
    this.#cancel = this.#clock.after(this.#endMs - nowMs, () => {
      this.#playing = false;
      this.#tell('playback_completed');
    });
  }

  /** Drops what is not played yet. */
  flush(): void {
    if (!this.#playing) return;
    this.stop();
    this.#tell('playback_completed');
  }

  /** Falls silent without a word. */
  stop(): void {
    this.#cancel();
    this.#heardMs = this.heardMs;
    this.#playing = false;
  }
}
