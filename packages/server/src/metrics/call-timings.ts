import type { Clock } from '@hookline/runtime';
import type { BotMetrics } from './bot-metrics.js';

/** Measures the delays of one call that a caller would notice. */
export class CallTimings {
  readonly #metrics: BotMetrics;
  readonly #clock: Clock;
  #awaitingFirstMs: number | undefined;
  #callerStoppedMs: number | undefined;
  #bargedInMs: number | undefined;

  /** `opened` was just sent, in answer to an upgrade request of `requestedMs`. */
  constructor(metrics: BotMetrics, clock: Clock, requestedMs: number) {
    this.#metrics = metrics;
    this.#clock = clock;
    this.#awaitingFirstMs = clock.now();
    metrics.openMs.observe(this.#awaitingFirstMs - requestedMs);
  }

  /** The caller fell silent this many milliseconds ago. */
  callerStopped(agoMs: number): void {
    this.#callerStoppedMs = this.#clock.now() - agoMs;
  }

  /** Bot audio is sent. */
  audioSent(): void {
    if (this.#awaitingFirstMs === undefined && this.#callerStoppedMs === undefined) return;
    const nowMs = this.#clock.now();
    if (this.#awaitingFirstMs !== undefined)
      this.#metrics.firstAudioMs.observe(nowMs - this.#awaitingFirstMs);
    if (this.#callerStoppedMs !== undefined) this.#metrics.replyMs.observe(nowMs - this.#callerStoppedMs);
    this.#awaitingFirstMs = undefined;
    this.#callerStoppedMs = undefined;
  }

  /** `barge_in` was sent while the client was playing. */
  bargedIn(): void {
    this.#bargedInMs = this.#clock.now();
  }

  /** The client stopped playing. */
  silent(): void {
    if (this.#bargedInMs !== undefined) this.#metrics.silenceMs.observe(this.#clock.now() - this.#bargedInMs);
    this.#bargedInMs = undefined;
  }
}
