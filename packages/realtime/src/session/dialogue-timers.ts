import type { Clock } from '@hookline/runtime';
import type { RealtimeLimits } from '../options.js';
import { type Dialogue, type DialogueTimer, timers } from './dialogue.js';
import { TimerSet } from './timer-set.js';

/** Runs the timers that the state of a dialogue calls for. */
export class DialogueTimers {
  readonly #limits: RealtimeLimits;
  readonly #onTimer: (name: DialogueTimer) => void;
  readonly #timers: TimerSet<DialogueTimer>;

  constructor(limits: RealtimeLimits, clock: Clock, onTimer: (name: DialogueTimer) => void) {
    this.#limits = limits;
    this.#onTimer = onTimer;
    this.#timers = new TimerSet(clock);
  }

  /** Starts the timers that run in this state and stops the others. */
  update(dialogue: Dialogue): void {
    const { replyMs, silenceMs } = this.#limits;
    const wanted = timers(dialogue);
    this.#set('reply', wanted.reply, replyMs);
    this.#set('retry', wanted.retry, dialogue.retryInMs ?? 0);
    this.#set('silence', wanted.silence, silenceMs);
    this.#set('ending', wanted.ending, replyMs);
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

  #set(name: DialogueTimer, on: boolean, ms: number): void {
    if (!on) this.#timers.stop(name);
    else if (!this.#timers.has(name)) this.#timers.start(name, ms, () => this.#onTimer(name));
  }
}
