import { type ByteOrder, createEnergyVad, silenceByte } from '@hookline/audio';
import { bytesPerMs, MEDIA_RATE, type MediaFormat } from '@hookline/protocol';
import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { Utterance } from './utterance.js';
import { UtteranceRecorder } from './utterance-recorder.js';

/** Speech that starts an utterance, and time without speech that ends it, in milliseconds. */
const ONSET_MS = 60;
const RELEASE_MS = 800;

/** Utterances that are kept for a bot that does not ask; more push the oldest out. */
export const MAX_HELD_UTTERANCES = 8;

interface Waiter {
  readonly timeoutMs: number;
  readonly resolve: (utterance: Utterance | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Hears what the caller says, one utterance after another, from its making to the end of the call. */
export class UtteranceListener {
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #recorder: UtteranceRecorder;
  /** Enough to end any utterance: what a caller says whose audio stops coming. */
  readonly #silence: Uint8Array;
  readonly #heard: Utterance[] = [];
  #waiter: Waiter | undefined;
  #onHold = false;
  #endMs = 0;
  #cancelTimer: Cancel = () => {};

  /** @param format - of the one channel that it is given */
  constructor(format: MediaFormat, byteOrder: ByteOrder, clock: Clock, ticker: Ticker) {
    const mono = { format, rate: MEDIA_RATE, channels: 1 } as const;
    this.#clock = clock;
    this.#ticker = ticker;
    this.#recorder = new UtteranceRecorder(createEnergyVad({ onsetMs: ONSET_MS, releaseMs: RELEASE_MS }), {
      format,
      byteOrder,
    });
    const perMs = bytesPerMs({ type: 'audio', format, rate: MEDIA_RATE, channels: ['external'] });
    this.#silence = new Uint8Array(2 * RELEASE_MS * perMs).fill(silenceByte(mono));
  }

  /**
   * The next utterance: one that was said since the last was taken, or the next to be said; undefined when nobody
   * begins to speak in that time. A hold stops that time; after it the time begins anew.
   *
   * @throws HooklineError `BAD_OPTION` while somebody waits for one already
   */
  next(timeoutMs: number): Promise<Utterance | undefined> {
    if (this.#waiter) {
      throw serverError('BAD_OPTION', 'utterance: another one is awaited already; await it first.');
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { timeoutMs, resolve, reject };
      if (!this.#answer()) this.#arm();
    });
  }

  hear(bytes: Uint8Array, atMs: number): void {
    for (const utterance of this.#recorder.push(bytes, atMs)) this.#heard.push(utterance);
    while (this.#heard.length > MAX_HELD_UTTERANCES) this.#heard.shift();
    this.#endMs = this.#recorder.endMs;
    if (!this.#answer() && this.#recorder.speaking) this.#arm();
  }

  hold(onHold: boolean): void {
    this.#onHold = onHold;
    this.#arm();
  }

  /** The call is over. */
  end(reason: unknown): void {
    this.#settle((waiter) => waiter.reject(reason));
  }

  #answer(): boolean {
    if (!this.#waiter || this.#heard.length === 0) return false;
    this.#settle((waiter) => waiter.resolve(this.#heard.shift()));
    return true;
  }

  /** Waits for the next audio while there is speech, else for the waiter's timeout. */
  #arm(): void {
    this.#cancelTimer();
    if (!this.#waiter || this.#onHold) return;
    const { timeoutMs } = this.#waiter;
    const nowMs = this.#clock.now();
    if (this.#recorder.speaking) {
      this.#cancelTimer = this.#ticker.at(nowMs + RELEASE_MS, () => this.hear(this.#silence, this.#endMs));
    } else if (timeoutMs !== Number.POSITIVE_INFINITY) {
      this.#cancelTimer = this.#ticker.at(nowMs + timeoutMs, () =>
        this.#settle((waiter) => waiter.resolve(undefined)),
      );
    }
  }

  #settle(how: (waiter: Waiter) => void): void {
    this.#cancelTimer();
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter) how(waiter);
  }
}
