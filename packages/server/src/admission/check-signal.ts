import type { Clock, Ticker } from '@hookline/runtime';
import { PEER_GONE } from '../auth/authenticator.js';

/** Who sent an upgrade request. */
export interface Peer {
  /** Whether it has left. */
  readonly isGone: boolean;
  /** Calls `listener` when it leaves before it is answered, at once where it has left. */
  onGone(listener: () => void): void;
}

/** What a check needs of the bot. */
export interface CheckHost {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: { readonly authMs: number };
}

/**
 * Ends a check of credentials when `timers.authMs` have passed or the peer has left. Timer and signal are made when the
 * check has to wait: most checks are over at once.
 */
export class CheckSignal {
  readonly #host: CheckHost;
  readonly #peer: Peer | undefined;
  readonly #startedMs: number;
  #abort: AbortController | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(host: CheckHost, peer: Peer | undefined) {
    this.#host = host;
    this.#peer = peer;
    this.#startedMs = host.clock.now();
  }

  /** Aborts with the reason why the check is to end. */
  readonly signal = (): AbortSignal => {
    this.#abort ??= this.#watch();
    return this.#abort.signal;
  };

  /** The check is over. */
  end(): void {
    this.#cancelTimer?.();
  }

  #watch(): AbortController {
    const { ticker, timers } = this.#host;
    const { authMs } = timers;
    const abort = new AbortController();
    this.#cancelTimer = ticker.at(this.#startedMs + authMs, () =>
      abort.abort(new Error(`auth and nonces did not answer within ${authMs} ms (timers.authMs)`)),
    );
    this.#peer?.onGone(() => abort.abort(PEER_GONE));
    return abort;
  }
}
