import { type Clock, contain, guardedSignal, type OnError, type Ticker } from '@hookline/runtime';
import type { CallEnded } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import { type Deferred, deferred } from '../user-code/deferred.js';
import type { Call, Outputs } from './call.js';
import { CallFailure } from './call-failure.js';

/** What `open` said of a call. */
export type OpenFacts<Inputs = Outputs> = Pick<
  Call<Inputs>,
  'conversationId' | 'organizationId' | 'participant' | 'language' | 'inputs' | 'customConfig'
>;

/**
 * Prepares a call from the upgrade request on, while the client still opens it: connects a service, loads a tenant.
 * What it gives is the second argument of the handler, which is called once both are there. What it throws fails the
 * call as what a handler throws.
 *
 * @param facts - what the request said; the credentials were checked
 * @param open - resolves with what `open` said when the call is taken; rejects with `CallEnded` when it is not
 * @param signal - aborts when the call is over, at whatever time, when it is only a connection probe, and when
 *   `timers.prepareMs` have passed: then give back what was prepared
 */
export type Prepare<Prepared, Inputs = Outputs> = (
  facts: CallFacts,
  open: Promise<OpenFacts<Inputs>>,
  signal: AbortSignal,
) => Prepared | Promise<Prepared>;

/** What a preparation needs. */
export interface PreparationOptions {
  readonly prepare: Prepare<unknown>;
  readonly facts: CallFacts;
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** How long it may take. */
  readonly prepareMs: number;
  /** Takes what an abort listener throws. */
  readonly onError: OnError;
}

/** One call's preparation under way. */
export class Preparation {
  readonly #abort = new AbortController();
  readonly #open: Deferred<OpenFacts> = deferred();
  readonly #done: Deferred<unknown> = deferred();
  readonly #cancelTimer: () => void;
  #settled = false;

  constructor({ prepare, facts, clock, ticker, prepareMs, onError }: PreparationOptions) {
    this.#cancelTimer = ticker.at(clock.now() + prepareMs, () => {
      const failure = new CallFailure(
        `the bot was not ready within ${prepareMs / 1000} s (timers.prepareMs)`,
      );
      this.#settle(() => this.#done.reject(failure));
      this.#abort.abort(failure);
    });
    const signal = guardedSignal(this.#abort.signal, onError);
    const make = async () => prepare(facts, this.#open.promise, signal);
    void contain(
      make().then(
        (prepared) => this.#settle(() => this.#done.resolve(prepared)),
        (error: unknown) => this.#settle(() => this.#done.reject(error)),
      ),
    );
  }

  /** What was prepared. Rejects with what it failed with, `CallFailure` when it took too long, or `CallEnded`. */
  get result(): Promise<unknown> {
    return this.#done.promise;
  }

  /** Whether it is still under way. */
  get pending(): boolean {
    return !this.#settled;
  }

  /** The call is taken. */
  opened(open: OpenFacts): void {
    this.#open.resolve(open);
  }

  /** The call is over, or is none. */
  end(ended: CallEnded): void {
    this.#settle(() => this.#done.reject(ended));
    this.#open.reject(ended);
    if (!this.#abort.signal.aborted) this.#abort.abort(ended);
  }

  #settle(how: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelTimer();
    how();
  }
}
