import type { Clock } from '@hookline/runtime';
import type { CheckedOptions } from '../checked-options.js';
import { type Dialogue, type DialogueTimer, timers } from './dialogue.js';
import { TimerSet } from './timer-set.js';

/** What the timers tell. */
export interface DialogueTimersHost {
  due(name: 'reply' | 'silence' | 'ending'): void;
  /** It is time for the filler. */
  fill(): void;
}

/** Runs the times that the state of a dialogue has. */
export class DialogueTimers {
  readonly #options: CheckedOptions;
  readonly #host: DialogueTimersHost;
  readonly #timers: TimerSet<DialogueTimer>;
  /** Whether the filler of this wait has begun. */
  #filled = false;

  constructor(options: CheckedOptions, clock: Clock, host: DialogueTimersHost) {
    this.#options = options;
    this.#host = host;
    this.#timers = new TimerSet(clock);
  }

  /** Starts what runs in this state and stops what does not. */
  follow(dialogue: Dialogue): void {
    const { limits, filler } = this.#options;
    const wanted = timers(dialogue);
    this.#run('reply', wanted.reply, limits.replyMs, () => this.#host.due('reply'));
    this.#run('silence', wanted.silence, limits.silenceMs, () => this.#host.due('silence'));
    this.#run('ending', wanted.ending, limits.replyMs, () => this.#host.due('ending'));
    if (!filler) return;
    if (!wanted.filler) this.#filled = false;
    this.#run('filler', wanted.filler && !this.#filled, filler.afterMs, () => {
      this.#filled = true;
      this.#host.fill();
    });
  }

  /** The caller did something: the silence begins anew. */
  stirred(): void {
    this.#timers.stop('silence');
  }

  stop(): void {
    this.#timers.stopAll();
  }

  #run(name: DialogueTimer, on: boolean, ms: number, over: () => void): void {
    if (!on) this.#timers.stop(name);
    else if (!this.#timers.has(name)) this.#timers.start(name, ms, over);
  }
}
