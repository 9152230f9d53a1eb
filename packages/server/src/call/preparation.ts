import { type Clock, contain, guardedSignal, type OnError, type Ticker } from '@hookline/runtime';
import { deadline } from '../deadline.js';
import type { CallEnded } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import { type Deferred, deferred } from '../user-code/deferred.js';
import type { Call, Outputs } from './call.js';
import { CallFailure } from './call-failure.js';

/** The facts of a call from `open`. */
export type OpenFacts<Inputs = Outputs> = Pick<
  Call<Inputs>,
  'conversationId' | 'organizationId' | 'participant' | 'language' | 'inputs' | 'customConfig'
>;

/**
 * Prepares a call after the upgrade request, while the client opens the session: connects to a service, loads a tenant.
 * The handler is called after `open` with the returned value as its second argument. An error fails the call, like an
 * error of the handler.
 *
 * @param facts - the facts from the request; the credentials were checked
 * @param open - resolves with the facts from `open` if the call is accepted; otherwise rejects with `CallEnded`
 * @param signal - aborts when the call ends, even long after the preparation, if it is only a connection probe, and
 *   after `timers.prepareMs`: release what was prepared then
 */
export type Prepare<Prepared, Inputs = Outputs> = (
  facts: CallFacts,
  open: Promise<OpenFacts<Inputs>>,
  signal: AbortSignal,
) => Prepared | Promise<Prepared>;

/** Options of `Preparation`. */
export interface PreparationOptions {
  readonly prepare: Prepare<unknown>;
  readonly facts: CallFacts;
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** The maximum duration. */
  readonly prepareMs: number;
  /** Called with errors of abort listeners, and with an error of `prepare` if no handler receives it. */
  readonly onError: OnError;
}

/** The preparation of one call. */
export class Preparation {
  readonly #abort = new AbortController();
  readonly #open: Deferred<OpenFacts> = deferred();
  readonly #done: Deferred<unknown> = deferred();
  readonly #cancelTimer: () => void;
  readonly #onError: OnError;
  #settled = false;
  #isOpened = false;
  /** The error of `prepare`, while no handler would receive it. */
  #unreceived: { readonly error: unknown } | undefined;

  constructor({ prepare, facts, clock, ticker, prepareMs, onError }: PreparationOptions) {
    this.#onError = onError;
    const onDue = () => {
      const failure = new CallFailure(
        `the bot was not ready within ${prepareMs / 1000} s (timers.prepareMs)`,
      );
      this.#settle(() => this.#done.reject(failure));
      this.#abort.abort(failure);
    };
    this.#cancelTimer = deadline(clock, clock.now() + prepareMs, onDue, ticker);
    const signal = guardedSignal(this.#abort.signal, onError);
    const make = async () => prepare(facts, this.#open.promise, signal);
    void contain(
      make().then(
        (prepared) => this.#settle(() => this.#done.resolve(prepared)),
        (error: unknown) => this.#settle(() => this.#failed(error)),
      ),
    );
  }

  /**
   * The prepared value. Rejects with the error of `prepare`, with `CallFailure` after a timeout, or with `CallEnded`.
   */
  get result(): Promise<unknown> {
    return this.#done.promise;
  }

  /** Whether it is in progress. */
  get pending(): boolean {
    return !this.#settled;
  }

  /** The call was accepted. */
  opened(open: OpenFacts): void {
    this.#isOpened = true;
    this.#unreceived = undefined;
    this.#open.resolve(open);
  }

  /** The call has ended or is a probe. */
  end(ended: CallEnded): void {
    this.#settle(() => this.#done.reject(ended));
    this.#open.reject(ended);
    if (!this.#abort.signal.aborted) this.#abort.abort(ended);
    const unreceived = this.#unreceived;
    this.#unreceived = undefined;
    if (unreceived) this.#onError(unreceived.error);
  }

  /** An error after the end follows from the abort, and never gets here. */
  #failed(error: unknown): void {
    // The handler of an opened call receives it. A `CallFailure` concerns the caller alone, not the operator.
    if (!this.#isOpened && !(error instanceof CallFailure)) this.#unreceived = { error };
    this.#done.reject(error);
  }

  #settle(how: () => void): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelTimer();
    how();
  }
}
