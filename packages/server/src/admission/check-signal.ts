import type { Clock, Ticker } from '@hookline/runtime';
import { PEER_GONE } from '../auth/authenticator.js';
import { deadline } from '../deadline.js';

/** The sender of an upgrade request. */
export interface Peer {
  /** Whether it has disconnected. */
  readonly isGone: boolean;
  /** Calls `listener` when it disconnects before it is answered, at once if it already has. */
  onGone(listener: () => void): void;
}

/** The parts of a bot that a check uses. */
export interface CheckHost {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: { readonly authMs: number };
}

/**
 * Aborts a check of credentials after `timers.authMs` or if the peer disconnects. Timer and signal are created only if
 * the check has to wait; most do not.
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

  /** Returns the signal that aborts the check; its reason says why. */
  readonly signal = (): AbortSignal => {
    this.#abort ??= this.#watch();
    return this.#abort.signal;
  };

  /** The check is over. */
  end(): void {
    this.#cancelTimer?.();
  }

  #watch(): AbortController {
    const { clock, ticker, timers } = this.#host;
    const { authMs } = timers;
    const abort = new AbortController();
    const onDue = () =>
      abort.abort(new Error(`auth and nonces did not answer within ${authMs} ms (timers.authMs)`));
    this.#cancelTimer = deadline(clock, this.#startedMs + authMs, onDue, ticker);
    this.#peer?.onGone(() => abort.abort(PEER_GONE));
    return abort;
  }
}
