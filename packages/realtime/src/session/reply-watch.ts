import type { Cancel, Clock } from '@hookline/runtime';
import type { Reply } from './speaker.js';

/** The reply that is watched, and what to do with it. */
export interface ReplyWatchHost {
  /** The reply that the service is generating. */
  readonly generating: Reply | undefined;
  /** Its audio has stopped arriving, and so has its end. */
  onStalled(reply: Reply): void;
}

/** Detects a reply whose audio stops arriving without its end: the caller would wait in silence for the rest. */
export class ReplyWatch {
  readonly #clock: Clock;
  readonly #waitMs: number;
  readonly #host: ReplyWatchHost;
  #cancel: Cancel | undefined;

  /** @param waitMs - how long nothing must arrive, in milliseconds, after everything that arrived has been heard */
  constructor(clock: Clock, waitMs: number, host: ReplyWatchHost) {
    this.#clock = clock;
    this.#waitMs = waitMs;
    this.#host = host;
  }

  /** Audio of the reply arrived. */
  onAudio(): void {
    this.#wait(this.#waitMs, 0);
  }

  stop(): void {
    this.#cancel?.();
  }

  /** @param heardBeforeMs - how much of the reply had been heard at the last check */
  #wait(ms: number, heardBeforeMs: number): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(ms, () => this.#check(heardBeforeMs));
  }

  #check(heardBeforeMs: number): void {
    const { generating } = this.#host;
    if (!generating?.audio) return;
    let heardMs = 0;
    let totalMs = 0;
    for (const part of generating.audio.heard()) {
      heardMs += part.heardMs;
      totalMs += part.totalMs;
    }
    // While it plays, the caller misses nothing.
    const plays = heardMs < totalMs && heardMs > heardBeforeMs;
    if (plays) this.#wait(totalMs - heardMs + this.#waitMs, heardMs);
    else this.#host.onStalled(generating);
  }
}
