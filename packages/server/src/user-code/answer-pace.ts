import type { Clock } from '@hookline/runtime';
import { quietly } from './deferred.js';

/** How many promises of a call per second may settle at once. */
const MAX_PROMPT_ANSWERS = 100;

/** The time until any further promise settles, in milliseconds. */
const ANSWER_DELAY_MS = 10;

/**
 * Slows down a loop in the code of a bot whose every round is answered at once, such as one that plays again after each
 * error once its call is over. Rounds that only wait for settled promises never let the event loop go on: one such call
 * would stop all others forever.
 */
export class AnswerPace {
  readonly #clock: Clock;
  /** How many promises were made since `#sinceMs`. */
  #count = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Returns `promise`, or one that settles like it, but not before the event loop had its turn. Its rejection counts as
   * handled.
   */
  of<T>(promise: Promise<T>): Promise<T> {
    const nowMs = this.#clock.now();
    if (nowMs - this.#sinceMs >= 1000) {
      this.#sinceMs = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
    if (this.#count <= MAX_PROMPT_ANSWERS) return promise;
    const turn = new Promise<void>((resolve) => this.#clock.after(ANSWER_DELAY_MS, resolve));
    return quietly(Promise.allSettled([promise, turn]).then(() => promise));
  }

  /** An iterator of a call that is over: each of its steps rejects with `reason`. */
  ended<T>(reason: unknown): AsyncIterableIterator<T> {
    const iterator: AsyncIterableIterator<T> = {
      next: () => this.of(quietly(Promise.reject(reason))),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}
