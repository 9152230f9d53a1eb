import { type ByteOrder, createEnergyVad, silenceByte } from '@hookline/audio';
import { bytesPerMs, CLIENT_AUDIO_CREDIT_MS, MEDIA_RATE, type MediaFormat } from '@hookline/protocol';
import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { Utterance } from './utterance.js';
import { UtteranceRecorder } from './utterance-recorder.js';

/** Speech that starts an utterance, and time without speech that ends it, in milliseconds. */
const ONSET_MS = 60;
const RELEASE_MS = 800;

/**
 * How long audio may stay away before it counts as silence, in milliseconds: what was held up while a process or the
 * network stood still comes all at once. (AC-AUDIO-11)
 */
const STALL_MS = CLIENT_AUDIO_CREDIT_MS;
/** Audio that may be on its way at any time: a frame that fills and a few that travel. */
const IN_FLIGHT_MS = 500;

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
  readonly #bytesPerMs: number;
  readonly #heard: Utterance[] = [];
  #waiter: Waiter | undefined;
  #onHold = false;
  #endMs = 0;
  /** Audio that came since the waiter's time began. */
  #receivedMs = 0;
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
    this.#bytesPerMs = perMs;
    this.#silence = new Uint8Array(2 * RELEASE_MS * perMs).fill(silenceByte(mono));
  }

  /**
   * The next utterance: one that was said since the last was taken, or the next to be said; undefined when nobody
   * begins to speak for `timeoutMs` of audio. A hold stops that time; after it the time begins anew.
   *
   * @throws HooklineError `SERVER_BAD_OPTION` while somebody waits for one already
   */
  next(timeoutMs: number): Promise<Utterance | undefined> {
    if (this.#waiter) {
      throw serverError('SERVER_BAD_OPTION', 'utterance: another one is awaited already; await it first.');
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { timeoutMs, resolve, reject };
      if (!this.#answer()) this.#arm();
    });
  }

  /** One after another, until nobody begins to speak in that time or the call is over. @param ended - why it is over */
  async *all(timeoutMs: number, ended: () => unknown): AsyncGenerator<Utterance, void> {
    while (!ended()) {
      const utterance = await this.next(timeoutMs).catch((error) => {
        if (error !== ended()) throw error;
      });
      if (!utterance) return;
      yield utterance;
    }
  }

  hear(bytes: Uint8Array, atMs: number): void {
    this.#receivedMs += bytes.length / this.#bytesPerMs;
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

  /** Waits for the next audio while there is speech, else for the waiter's time to be over. */
  #arm(): void {
    this.#cancelTimer();
    if (!this.#waiter || this.#onHold) return;
    if (this.#recorder.speaking) {
      this.#cancelTimer = this.#after(STALL_MS, () => this.hear(this.#silence, this.#endMs));
      return;
    }
    const { timeoutMs } = this.#waiter;
    this.#receivedMs = 0;
    if (timeoutMs === Number.POSITIVE_INFINITY) return;
    this.#cancelTimer = this.#after(timeoutMs, () => this.#timeOut(timeoutMs, STALL_MS));
  }

  /** Time is up by the clock; where audio is behind it, the caller may have spoken already. */
  #timeOut(timeoutMs: number, extraMs: number): void {
    const missingMs = Math.min(timeoutMs - this.#receivedMs - IN_FLIGHT_MS, extraMs);
    if (missingMs <= 0) this.#settle((waiter) => waiter.resolve(undefined));
    else this.#cancelTimer = this.#after(missingMs, () => this.#timeOut(timeoutMs, extraMs - missingMs));
  }

  #after(ms: number, callback: () => void): Cancel {
    return this.#ticker.at(this.#clock.now() + ms, callback);
  }

  #settle(how: (waiter: Waiter) => void): void {
    this.#cancelTimer();
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter) how(waiter);
  }
}
