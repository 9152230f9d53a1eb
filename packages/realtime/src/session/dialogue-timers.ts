import type { Clock } from '@hookline/runtime';
import type { CheckedOptions } from '../checked-options.js';
import { type Dialogue, type DialogueTimer, timers } from './dialogue.js';
import { TimerSet } from './timer-set.js';

/** Callbacks of the timers. */
export interface DialogueTimersHost {
  onTimer(name: 'reply' | 'retry' | 'silence' | 'ending'): void;
  /** The filler is due. */
  onFiller(): void;
}

/** Runs the timers that the state of a dialogue calls for. */
export class DialogueTimers {
  readonly #options: CheckedOptions;
  readonly #host: DialogueTimersHost;
  readonly #timers: TimerSet<DialogueTimer>;
  /** Whether the filler has already started in this wait. */
  #filled = false;

  constructor(options: CheckedOptions, clock: Clock, host: DialogueTimersHost) {
    this.#options = options;
    this.#host = host;
    this.#timers = new TimerSet(clock);
  }

  /** Starts the timers that run in this state and stops the others. */
  update(dialogue: Dialogue): void {
    const { limits, filler } = this.#options;
    const wanted = timers(dialogue);
    this.#set('reply', wanted.reply, limits.replyMs, () => this.#host.onTimer('reply'));
    this.#set('retry', wanted.retry, dialogue.retryInMs ?? 0, () => this.#host.onTimer('retry'));
    this.#set('silence', wanted.silence, limits.silenceMs, () => this.#host.onTimer('silence'));
    this.#set('ending', wanted.ending, limits.replyMs, () => this.#host.onTimer('ending'));
    if (!filler) return;
    if (!wanted.filler) this.#filled = false;
    this.#set('filler', wanted.filler && !this.#filled, filler.afterMs, () => {
      this.#filled = true;
      this.#host.onFiller();
    });
  }

  /** Restarts the reply timer: the caller goes on with their turn. */
  restartReply(): void {
    this.#timers.stop('reply');
  }

  /** Restarts the silence timer: the caller was active. */
  restartSilence(): void {
    this.#timers.stop('silence');
  }

  stop(): void {
    this.#timers.stopAll();
  }

  #set(name: DialogueTimer, on: boolean, ms: number, over: () => void): void {
    if (!on) this.#timers.stop(name);
    else if (!this.#timers.has(name)) this.#timers.start(name, ms, over);
  }
}
