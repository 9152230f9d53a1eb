import type { WireSink } from '@hookline/protocol';
import { type Clock, guardedSignal, isHooklineError, messageOf, type Transport } from '@hookline/runtime';
import type { Dial, Dialled, DialStep, TlsOptions } from '../transport/dial.js';
import { DIAL_CAUSES, type DialError } from '../transport/dial-error.js';
import type { SessionEvent } from './machine/events.js';
import { type UpgradeIdentity, upgradeHeaders } from './upgrade-headers.js';
import type { WireStyle } from './wire-style.js';

/** Options of `Dialling`. */
export interface DiallingOptions {
  readonly url: string;
  readonly identity: UpgradeIdentity;
  readonly tls: TlsOptions | undefined;
  readonly style: WireStyle;
  readonly upgradeMs: number;
  readonly dial: Dial;
  /** Called with each step that dialling waits for. */
  readonly onStep: (step: DialStep) => void;
  readonly clock: Clock;
  /** Milliseconds since dialling. */
  readonly t: () => number;
  readonly sink: WireSink;
}

/** Opens the connection of a session, and reports the handshake to the sink. */
export class Dialling {
  readonly #options: DiallingOptions;
  readonly #abort = new AbortController();
  /** Whether the dialler was called. */
  isStarted = false;
  #made: Partial<Dialled> = {};
  #isRequestReported = false;
  #isReported = false;

  constructor(options: DiallingOptions) {
    this.#options = options;
  }

  /**
   * Resolves with the connection, even if it is no longer wanted: a dialler may ignore the signal. Rejects like the
   * dialler.
   */
  async connect(): Promise<Transport> {
    const { url, identity, tls, style, upgradeMs, dial, onStep, clock } = this.#options;
    this.isStarted = true;
    const dialled: Partial<Dialled> | undefined = await dial({
      url,
      headers: upgradeHeaders(url, identity, clock.wall(), style),
      timeoutMs: upgradeMs,
      signal: guardedSignal(this.#abort.signal, () => {}),
      onStep,
      onRequest: (head) => {
        if (!this.#isReported) this.#reportRequest(head);
      },
      ...(tls ? { tls } : {}),
    });
    const transport = dialled?.transport;
    if (typeof transport?.listen !== 'function') {
      throw new TypeError('the dialler resolved without a transport');
    }
    this.#made = dialled ?? {};
    this.#report(this.#made);
    return transport;
  }

  /** The connection is no longer wanted. `abandoned` follows. Idempotent. */
  abort(): void {
    this.#abort.abort();
  }

  /** The event for a connection that could not be made. */
  failure(error: unknown): Extract<SessionEvent, { type: 'dialFailed' }> {
    const { sink, t } = this.#options;
    const dialError = isDialError(error) ? error : undefined;
    const text = messageOf(error);
    this.#report(dialError ?? {});
    sink.event({ kind: 'end', t: t(), by: 'loss', code: 1006, reason: text });
    return {
      type: 'dialFailed',
      cause: (dialError && DIAL_CAUSES[dialError.code]) ?? 'internal',
      text,
      ...(dialError?.status === undefined ? {} : { status: dialError.status }),
      ...(dialError?.clause === undefined ? {} : { clause: dialError.clause }),
    };
  }

  /**
   * Reports a dial that this side gave up.
   *
   * @param error - what the dialler then rejected with, if it did
   */
  abandoned(error: unknown): void {
    if (!this.isStarted) return;
    const { sink, t } = this.#options;
    this.#report(isDialError(error) ? error : this.#made);
    sink.event({
      kind: 'end',
      t: t(),
      by: 'self',
      code: 1006,
      reason: 'the call ended before the connection was made',
    });
  }

  #report({
    requestHead,
    responseHead,
    status,
  }: Partial<Omit<Dialled, 'status'>> & { status?: number }): void {
    if (this.#isReported) return;
    this.#isReported = true;
    if (requestHead !== undefined) this.#reportRequest(requestHead);
    const { sink, t } = this.#options;
    if (responseHead === undefined || status === undefined) return;
    sink.event({ kind: 'response', t: t(), dir: 'in', head: responseHead, status });
  }

  #reportRequest(head: string): void {
    if (this.#isRequestReported) return;
    this.#isRequestReported = true;
    this.#options.sink.event({ kind: 'request', t: 0, dir: 'out', head });
  }
}

/** Recognises the error from any copy of this package, by its code: a bundler may have renamed the class of a copy. */
function isDialError(error: unknown): error is DialError {
  return isHooklineError(error) && Object.hasOwn(DIAL_CAUSES, error.code);
}
