import type { Clock } from '@hookline/runtime';
import type { InterruptionOptions } from '../options.js';
import { TimerSet } from './timer-set.js';

type By = 'service' | 'local';

/** What the gate sees of the session and does to it. */
export interface GateHost {
  /** Whether there is anything to interrupt. */
  readonly active: boolean;
  /** Whether what plays may be interrupted at all. */
  readonly interruptible: boolean;
  /** When what plays began, on the clock; undefined when nothing does. */
  readonly playingSinceMs: number | undefined;
  interrupt(by: By): void;
  /** Speech was held back and came to nothing. */
  falseAlarm(): void;
}

/** Decides when speech interrupts: by whose word, after which time, and whether words have to confirm it. */
export class InterruptionGate {
  readonly #options: InterruptionOptions;
  readonly #clock: Clock;
  readonly #host: GateHost;
  readonly #timers: TimerSet<'due'>;
  #held: { readonly by: By; confirmed: boolean; due: boolean } | undefined;

  constructor(options: InterruptionOptions, clock: Clock, host: GateHost) {
    this.#options = options;
    this.#clock = clock;
    this.#host = host;
    this.#timers = new TimerSet(clock);
  }

  /** Whether the service may stop its replies by itself. */
  get serviceDecides(): boolean {
    return InterruptionGate.leavesToService(this.#options);
  }

  /** Whether, with these options, the service may stop its replies by itself. */
  static leavesToService(options: InterruptionOptions): boolean {
    const { by = 'service', guardMs = 0, minSpeechMs = 0, confirm } = options;
    return (by === 'service' || by === 'first') && guardMs === 0 && minSpeechMs === 0 && !confirm;
  }

  /** Whether the call's own detector has to listen. */
  get wantsLocal(): boolean {
    return this.#options.by === 'local' || this.#options.by === 'first';
  }

  speechStart(by: By): void {
    if (!this.#counts(by) || this.#held || !this.#host.active || !this.#host.interruptible) return;
    const { guardMs = 0, minSpeechMs = 0, confirm } = this.#options;
    const nowMs = this.#clock.now();
    const guardedUntilMs = (this.#host.playingSinceMs ?? Number.NEGATIVE_INFINITY) + guardMs;
    const waitMs = Math.max(minSpeechMs, guardedUntilMs - nowMs, 0);
    this.#held = { by, confirmed: confirm === undefined, due: waitMs === 0 };
    if (waitMs > 0) {
      this.#timers.start('due', waitMs, () => {
        if (this.#held) this.#held.due = true;
        this.#decide();
      });
    }
    this.#decide();
  }

  speechEnd(by: By): void {
    const held = this.#held;
    if (held?.by !== by) return;
    // The words come after the speech; without words speech that was too short is none.
    if (held.due && this.#options.confirm) return;
    this.#drop();
    this.#host.falseAlarm();
  }

  /** The service made words of what the caller says. */
  words(text: string): void {
    if (text.trim() === '' || !this.#held) return;
    this.#held.confirmed = true;
    this.#decide();
  }

  /** The service has stopped its reply by itself. */
  interrupted(): void {
    if (this.#counts('service') && this.#host.active && this.#host.interruptible) {
      this.#drop();
      this.#host.interrupt('service');
    }
  }

  /** What was to be interrupted is over. */
  clear(): void {
    if (!this.#held) return;
    this.#drop();
    this.#host.falseAlarm();
  }

  close(): void {
    this.#drop();
  }

  #counts(by: By): boolean {
    const wanted = this.#options.by ?? 'service';
    return wanted === 'first' || wanted === by;
  }

  #decide(): void {
    const held = this.#held;
    if (!held?.due || !held.confirmed) return;
    this.#drop();
    this.#host.interrupt(held.by);
  }

  #drop(): void {
    this.#held = undefined;
    this.#timers.stopAll();
  }
}
