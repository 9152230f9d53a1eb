import type { Clock } from '@hookline/runtime';
import { TimerSet } from './timer-set.js';

/** Maximum number of keys in one group; further keys start a new group. */
const MAX_KEYS = 64;

/** Groups keys that are pressed in quick succession. */
export class KeyGroup {
  readonly #timers: TimerSet<'group'>;
  readonly #maxGapMs: number;
  readonly #onKeys: (keys: string) => void;
  #keys = '';

  /** @param maxGapMs - longest time between two keys of a group; @param onKeys - called with each complete group */
  constructor(clock: Clock, maxGapMs: number, onKeys: (keys: string) => void) {
    this.#timers = new TimerSet(clock);
    this.#maxGapMs = maxGapMs;
    this.#onKeys = onKeys;
  }

  push(key: string): void {
    this.#keys += key;
    if (this.#keys.length >= MAX_KEYS) this.#flush();
    else this.#timers.start('group', this.#maxGapMs, () => this.#flush());
  }

  /** Discards the keys that have not been reported yet. */
  clear(): void {
    this.#timers.stopAll();
    this.#keys = '';
  }

  #flush(): void {
    const keys = this.#keys;
    this.clear();
    if (keys !== '') this.#onKeys(keys);
  }
}
