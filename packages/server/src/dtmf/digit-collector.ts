import { describe, isDtmfDigit } from '@hookline/protocol';
import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import { deadline, MAX_WAIT_MS } from '../deadline.js';
import { checkNames, checkNumber, serverError } from '../error.js';
import type { CallEnded } from '../session/call-ended.js';
import { deferred } from '../user-code/deferred.js';
import { checkBoolean } from '../user-code/user-code-check.js';

/** Options of `collectDigits`. */
export interface CollectDigitsOptions {
  /** Ends after this many keys; default no limit. */
  readonly max?: number;
  /** Keys that end it and are not part of the digits; default `'#'`. */
  readonly end?: string;
  /** How long to wait for the first key after playback has ended; default 10,000 ms, at most a day. */
  readonly timeoutMs?: number;
  /** How long to wait for each next key; default 4,000 ms, at most a day. */
  readonly interDigitMs?: number;
  /** Whether a key stops playback, including one that was pressed before; default true. */
  readonly bargeIn?: boolean;
}

/** The result of `collectDigits`. */
export interface CollectedDigits {
  /** The keys in order, without the one that ended it. */
  readonly digits: string;
  /**
   * - `max`: as many as asked for
   * - `end`: a key of `end`
   * - `timeout`: no first key in time
   * - `interDigit`: no next key in time
   */
  readonly ended: 'max' | 'end' | 'timeout' | 'interDigit';
  /** The key that ended it, when `ended` is `end`. */
  readonly endedBy?: string;
}

/** Keys that are kept until the next collection; further keys replace the oldest. */
const MAX_TYPED_AHEAD = 64;

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_INTER_DIGIT_MS = 4000;

const COLLECT_OPTIONS = { max: true, end: true, timeoutMs: true, interDigitMs: true, bargeIn: true };

/** The playback during a collection. */
export interface DigitPrompt {
  /** Stops the playback. */
  stop(): void;
  /** Resolves when nothing is playing. */
  idle(): Promise<void>;
}

/** One `collectDigits` in progress. */
class Collection {
  readonly #done = deferred<CollectedDigits>();
  readonly #options: CollectDigitsOptions;
  readonly #after: (ms: number, callback: () => void) => Cancel;
  readonly #prompt: DigitPrompt;
  #digits = '';
  #over = false;
  #cancel: Cancel = () => {};

  constructor(
    options: CollectDigitsOptions,
    prompt: DigitPrompt,
    after: (ms: number, callback: () => void) => Cancel,
  ) {
    this.#options = options;
    this.#after = after;
    this.#prompt = prompt;
  }

  get result(): Promise<CollectedDigits> {
    return this.#done.promise;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Starts to wait for the first key after the prompt has been heard. */
  async wait(): Promise<void> {
    await this.#prompt.idle();
    if (this.#over || this.#digits !== '') return;
    this.#arm(this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS, 'timeout');
  }

  press(digit: string): void {
    const { end = '#', max = Number.POSITIVE_INFINITY, interDigitMs, bargeIn = true } = this.#options;
    if (bargeIn) this.#prompt.stop();
    if (end.includes(digit)) {
      this.#finish({ digits: this.#digits, ended: 'end', endedBy: digit });
      return;
    }
    this.#digits += digit;
    if (this.#digits.length >= max) this.#finish({ digits: this.#digits, ended: 'max' });
    else this.#arm(interDigitMs ?? DEFAULT_INTER_DIGIT_MS, 'interDigit');
  }

  fail(ended: CallEnded): void {
    this.#cancel();
    this.#over = true;
    this.#done.reject(ended);
  }

  #arm(ms: number, ended: 'timeout' | 'interDigit'): void {
    this.#cancel();
    this.#cancel = this.#after(ms, () => this.#finish({ digits: this.#digits, ended }));
  }

  #finish(result: CollectedDigits): void {
    this.#cancel();
    this.#over = true;
    this.#done.resolve(result);
  }
}

/** The values often come from the action's inputs. @throws HooklineError `SERVER_BAD_OPTION` */
function checkOptions({ max, end, timeoutMs, interDigitMs }: CollectDigitsOptions): void {
  if (end !== undefined && typeof end !== 'string') {
    throw serverError(
      'SERVER_BAD_OPTION',
      `collectDigits: end is ${describe(end)}; expected a string of keys.`,
    );
  }
  if (max !== undefined) checkNumber('collectDigits: max', max, { min: 1, integer: true, infinite: true });
  for (const [name, value] of Object.entries({ timeoutMs, interDigitMs })) {
    if (value !== undefined) checkNumber(`collectDigits: ${name}`, value, { min: 0, max: MAX_WAIT_MS });
  }
}

/** Collects the keys of a call, and buffers keys that are pressed before a collection. */
export class DigitCollector {
  readonly #clock: Clock;
  readonly #ticker: Ticker;
  readonly #prompt: DigitPrompt;
  #typedAhead: string[] = [];
  #collection: Collection | undefined;

  constructor(clock: Clock, ticker: Ticker, prompt: DigitPrompt) {
    this.#clock = clock;
    this.#ticker = ticker;
    this.#prompt = prompt;
  }

  /** Whether a collection is in progress. */
  get collecting(): boolean {
    return this.#collection !== undefined && !this.#collection.over;
  }

  /** A key was pressed. Anything that is not a key of a telephone is ignored. (AC-DTMF-2) */
  press(digit: string): void {
    if (!isDtmfDigit(digit)) return;
    if (this.#collection && !this.#collection.over) {
      this.#collection.press(digit);
      return;
    }
    this.#typedAhead.push(digit);
    if (this.#typedAhead.length > MAX_TYPED_AHEAD) this.#typedAhead.shift();
  }

  /** @throws HooklineError `SERVER_BAD_OPTION` while another collection is in progress, or for an invalid option */
  collect(given: CollectDigitsOptions): Promise<CollectedDigits> {
    if (this.#collection && !this.#collection.over) {
      throw serverError(
        'SERVER_BAD_OPTION',
        'collectDigits: another collection is in progress; await it first.',
      );
    }
    checkNames<CollectDigitsOptions>('collectDigits: ', given, COLLECT_OPTIONS);
    // A copy: the values are used later, when the bot may have changed its object.
    const options = { ...given };
    checkBoolean('collectDigits: bargeIn', options.bargeIn);
    checkOptions(options);
    const collection = new Collection(options, this.#prompt, (ms, callback) =>
      deadline(this.#clock, this.#clock.now() + ms, callback, this.#ticker),
    );
    this.#collection = collection;
    while (!collection.over) {
      const digit = this.#typedAhead.shift();
      if (digit === undefined) break;
      collection.press(digit);
    }
    if (!collection.over) void collection.wait();
    return collection.result;
  }

  /** The call is over. */
  end(ended: CallEnded): void {
    if (this.#collection && !this.#collection.over) this.#collection.fail(ended);
    this.#typedAhead = [];
  }
}
