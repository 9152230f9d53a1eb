import type { Clock } from '@hookline/runtime';
import { TimerSet } from './timer-set.js';

/** Keys that are told as one text at most; more are told apart. */
const MAX_KEYS = 64;

/** Keys pressed one soon after the other, told as one. */
export class KeyGroup {
  readonly #timers: TimerSet<'group'>;
  readonly #withinMs: number;
  readonly #tell: (keys: string) => void;
  #keys = '';

  /** @param withinMs - how soon the next key has to follow */
  constructor(clock: Clock, withinMs: number, tell: (keys: string) => void) {
    this.#timers = new TimerSet(clock);
    this.#withinMs = withinMs;
    this.#tell = tell;
  }

  push(key: string): void {
    this.#keys += key;
    if (this.#keys.length >= MAX_KEYS) this.#flush();
    else this.#timers.start('group', this.#withinMs, () => this.#flush());
  }

  /** Forgets what was not told yet. */
  close(): void {
    this.#timers.stopAll();
    this.#keys = '';
  }

  #flush(): void {
    const keys = this.#keys;
    this.close();
    if (keys !== '') this.#tell(keys);
  }
}
