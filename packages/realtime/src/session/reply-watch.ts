import type { Cancel, Clock } from '@hookline/runtime';
import type { Reply } from './speaker.js';

/** A converter of sample rates keeps at most this much until the reply is ended, in milliseconds. */
const CONVERTER_MS = 20;

/** A reply whose end the service does not report is over after this time without audio, in milliseconds. */
const UNREPORTED_END_MS = 1000;

/** The reply that is watched, and what to do with it. */
export interface ReplyWatchHost {
  /** The reply that the service is generating. */
  generating(): Reply | undefined;
  /** The service continues the reply by itself once it has the result of a tool that runs. */
  awaitsTool(): boolean;
  /** Its audio has stopped arriving, and no end was expected. */
  onOver(reply: Reply): void;
  /** Its audio has stopped arriving, and its end has not arrived. */
  onStalled(reply: Reply): void;
}

/** Detects a reply whose audio stops arriving without its end: the caller would wait in silence for the rest. */
export class ReplyWatch {
  readonly #clock: Clock;
  #waitMs: number;
  readonly #host: ReplyWatchHost;
  #cancel: Cancel | undefined;
  #endExpected = true;
  /** When audio or the result of a tool last was a sign that the reply goes on. */
  #lastSignMs = 0;
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
    this.#lastSignMs = this.#clock.now();
    this.#heardMs = 0;
    if (!this.#cancel) this.#checkIn(this.#waitMs);
  }

  /** The service received the result of a tool, and goes on with the reply. */
  onToolResult(): void {
    this.#lastSignMs = this.#clock.now();
  }

  /** The service will not report the end of the reply. */
  expectNoEnd(): void {
    if (!this.#endExpected) return;
    this.#endExpected = false;
    this.#waitMs = UNREPORTED_END_MS;
    if (!this.#cancel) return;
    this.#cancel();
    this.#cancel = undefined;
    this.#check();
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
    const restMs = this.#lastSignMs + this.#waitMs - this.#clock.now();
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
    const isPlaying = totalMs - heardMs > CONVERTER_MS && heardMs > this.#heardMs;
    this.#heardMs = heardMs;
    if (isPlaying) this.#checkIn(totalMs - heardMs + this.#waitMs);
    else if (this.#endExpected && this.#host.awaitsTool()) this.#checkIn(this.#waitMs);
    else if (this.#endExpected) this.#host.onStalled(generating);
    else this.#host.onOver(generating);
  }
}
