import type { Cancel, Clock } from '@hookline/runtime';
import type { Reply } from './speaker.js';

/** The reply that is watched, and what to do with it. */
export interface ReplyWatchHost {
  /** The reply that the service is generating. */
  generating(): Reply | undefined;
  /** Its audio has stopped arriving, and so has its end. */
  onStalled(reply: Reply): void;
}

/** Detects a reply whose audio stops arriving without its end: the caller would wait in silence for the rest. */
export class ReplyWatch {
  readonly #clock: Clock;
  readonly #waitMs: number;
  readonly #host: ReplyWatchHost;
  #cancel: Cancel | undefined;
  #lastAudioMs = 0;
  /** How much of the reply had been heard at the last check, if no audio has arrived since. */
  #heardMs = 0;

  /** @param waitMs - how long nothing must arrive, in milliseconds, after everything that arrived has been heard */
  constructor(clock: Clock, waitMs: number, host: ReplyWatchHost) {
    this.#clock = clock;
    this.#waitMs = waitMs;
    this.#host = host;
  }

  /** Audio of the reply arrived. Starts no timer if one is running: there may be fifty pieces a second. */
  onAudio(): void {
    this.#lastAudioMs = this.#clock.now();
    this.#heardMs = 0;
    if (!this.#cancel) this.#checkIn(this.#waitMs);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #checkIn(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      this.#cancel = undefined;
      this.#check();
    });
  }

  #check(): void {
    const generating = this.#host.generating();
    if (!generating?.audio) return;
    const restMs = this.#lastAudioMs + this.#waitMs - this.#clock.now();
    if (restMs > 0) {
      this.#checkIn(restMs);
      return;
    }
    let heardMs = 0;
    let totalMs = 0;
    for (const part of generating.audio.heard()) {
      heardMs += part.heardMs;
      totalMs += part.totalMs;
    }
    // While it plays, the caller misses nothing.
    const isPlaying = heardMs < totalMs && heardMs > this.#heardMs;
    this.#heardMs = heardMs;
    if (isPlaying) this.#checkIn(totalMs - heardMs + this.#waitMs);
    else this.#host.onStalled(generating);
  }
}
