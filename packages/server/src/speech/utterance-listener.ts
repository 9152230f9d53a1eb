import { type ByteOrder, createEnergyVad, silenceByte } from '@hookline/audio';
import { bytesPerMs, CLIENT_AUDIO_CREDIT_MS, MEDIA_RATE, type MediaFormat } from '@hookline/protocol';
import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { AnswerPace } from '../user-code/answer-pace.js';
import type { Utterance } from './utterance.js';
import { UtteranceRecorder } from './utterance-recorder.js';

/** Speech that starts an utterance, and time without speech that ends it, in milliseconds. */
const ONSET_MS = 60;
const RELEASE_MS = 800;

/**
 * How long audio may be missing before it counts as silence, in milliseconds: audio that was delayed by a stall of the
 * client or the network arrives all at once. (AC-AUDIO-11)
 */
const STALL_MS = CLIENT_AUDIO_CREDIT_MS;
/** The maximum audio in transit: one frame being filled and a few on the network. */
const IN_FLIGHT_MS = 500;

/** The maximum number of utterances that are kept until the bot asks for them; further ones replace the oldest. */
export const MAX_HELD_UTTERANCES = 8;

interface Waiter {
  readonly timeoutMs: number;
  readonly resolve: (utterance: Utterance | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Detects the utterances of the caller, from its creation to the end of the call. */
export class UtteranceListener {
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #recorder: UtteranceRecorder;
  /** Enough silence to end any utterance; used if audio stops arriving. */
  readonly #silence: Uint8Array;
  readonly #bytesPerMs: number;
  readonly #heard: Utterance[] = [];
  #waiter: Waiter | undefined;
  #onHold = false;
  #endMs = 0;
  /** Audio received since the timeout of the waiter started. */
  #receivedMs = 0;
  #cancelTimer: Cancel = () => {};

  /** @param format - the format of the audio, which has one channel */
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
   * The next utterance: one that was kept, or else the next one of the caller; undefined if no speech starts within
   * `timeoutMs` of audio. The timeout is suspended during a hold and restarts after it.
   *
   * @throws HooklineError `SERVER_BAD_OPTION` if another call is already waiting
   */
  next(timeoutMs: number): Promise<Utterance | undefined> {
    if (this.#waiter) {
      throw serverError(
        'SERVER_BAD_OPTION',
        'utterance: another call is waiting for an utterance already; await it first.',
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiter = { timeoutMs, resolve, reject };
      if (!this.#answer()) this.#arm();
    });
  }

  /**
   * Yields utterances until no speech starts within the timeout or the call ends.
   *
   * @param ended - why the call has ended
   * @param pace - slows down a loop whose every step is answered at once
   */
  async *all(timeoutMs: number, ended: () => unknown, pace: AnswerPace): AsyncGenerator<Utterance, void> {
    const next = async () => {
      if (ended()) return undefined;
      return this.next(timeoutMs).catch((error) => {
        if (error !== ended()) throw error;
      });
    };
    for (;;) {
      const utterance = await pace.of(next());
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

  /** During speech, waits for more audio; otherwise for the timeout of the waiter. */
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

  /**
   * The timeout has passed by the clock. If audio is delayed, the caller may already have spoken, so it is extended.
   */
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
