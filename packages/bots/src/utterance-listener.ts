import { createEnergyVad, msToBytes, silenceByte } from '@hookline/audio';
import { CLIENT_AUDIO_CREDIT_MS } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';
import type { Call } from '@hookline/server';
import { callerChannel } from './caller-channel.js';
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
const ON_ITS_WAY_MS = 500;

interface Waiter {
  readonly timeoutMs: number;
  readonly resolve: (utterance: Uint8Array | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Hears what the caller says, one utterance after another, from its making to the end of the call. */
export class UtteranceListener {
  readonly #call: Call;
  readonly #clock: Clock;
  readonly #recorder: UtteranceRecorder;
  /** Enough to end any utterance: what a caller says whose audio stops coming. */
  readonly #silence: Uint8Array;
  readonly #bytesPerMs: number;
  readonly #heard: Uint8Array[] = [];
  #waiter: Waiter | undefined;
  #onHold = false;
  /** Audio that came since the waiter's time began. */
  #cameMs = 0;
  #cancelTimer: Cancel = () => {};

  constructor(call: Call, clock: Clock) {
    const { format, rate } = call.media;
    const mono = { format, rate, channels: 1 } as const;
    this.#call = call;
    this.#clock = clock;
    this.#recorder = new UtteranceRecorder(createEnergyVad({ onsetMs: ONSET_MS, releaseMs: RELEASE_MS }), {
      format,
    });
    this.#bytesPerMs = msToBytes(mono, 1);
    this.#silence = new Uint8Array(msToBytes(mono, 2 * RELEASE_MS)).fill(silenceByte(mono));
    const channel = callerChannel(call);
    call.onAudio((bytes) => this.#hear(channel(bytes)));
    call.on('paused', () => this.#hold(true));
    call.on('resumed', () => this.#hold(false));
    call.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /**
   * The next utterance: one that was said since the last was taken, or the next to be said; undefined when nobody
   * begins to speak for `timeoutMs` of audio. A hold stops that time; after it the time begins anew.
   *
   * @returns one channel in the call's format: the bytes that came, with a little from before and after
   * @throws CallEnded as a rejection
   */
  next(timeoutMs: number): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#call.signal.throwIfAborted();
      this.#waiter = { timeoutMs, resolve, reject };
      if (!this.#answer()) this.#arm();
    });
  }

  #hear(bytes: Uint8Array): void {
    this.#cameMs += bytes.length / this.#bytesPerMs;
    this.#heard.push(...this.#recorder.push(bytes));
    if (!this.#answer() && this.#recorder.speaking) this.#arm();
  }

  #hold(onHold: boolean): void {
    this.#onHold = onHold;
    this.#arm();
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
      this.#cancelTimer = this.#clock.after(STALL_MS, () => this.#hear(this.#silence));
      return;
    }
    const { timeoutMs } = this.#waiter;
    this.#cameMs = 0;
    this.#cancelTimer = this.#clock.after(timeoutMs, () => this.#lapse(timeoutMs, STALL_MS));
  }

  /** Time is up by the clock; where audio is behind it, the caller may have spoken already. */
  #lapse(timeoutMs: number, patienceMs: number): void {
    const missingMs = Math.min(timeoutMs - this.#cameMs - ON_ITS_WAY_MS, patienceMs);
    if (missingMs <= 0) this.#settle((waiter) => waiter.resolve(undefined));
    else {
      this.#cancelTimer = this.#clock.after(missingMs, () => this.#lapse(timeoutMs, patienceMs - missingMs));
    }
  }

  #end(): void {
    this.#settle((waiter) => waiter.reject(this.#call.signal.reason));
  }

  #settle(how: (waiter: Waiter) => void): void {
    this.#cancelTimer();
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter) how(waiter);
  }
}
