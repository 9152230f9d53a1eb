import { type Cancel, type Clock, guardedSignal, type Logger, sleep } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import { toRealtimeError } from '../failure.js';
import { codeOfWords } from '../refusal-words.js';
import type { RealtimeService, ServiceHost, ServiceLink, SessionStart } from '../service/service.js';
import { guardedLink } from './guarded-link.js';
import { HeldEvents, MAX_HELD_EVENTS } from './held-events.js';

/** Longest `retry-after` that is waited for, in milliseconds. */
const MAX_RETRY_AFTER_MS = 3000;

/** Delay between two attempts, in milliseconds. */
const RETRY_MS = 500;

/**
 * A connection that is lost sooner counts as a failed attempt to reconnect, in milliseconds. Otherwise a service that
 * accepts each session and ends it at once would be connected to without end.
 */
const MIN_STABLE_MS = 10_000;

/** How long before its end a session is renewed, at the next pause, in milliseconds. */
const RENEW_BEFORE_MS = 30_000;

/** How long before its end a session that had no such pause is renewed all the same, in milliseconds. */
const RENEW_ANYWAY_BEFORE_MS = 2000;

/** The minimum age of a session that is renewed, in milliseconds: a service may name an end in the past. */
const MIN_RENEWAL_MS = 30_000;

/** How often and for how long to try to connect. */
export interface ConnectPlan {
  readonly attempts: number;
  readonly withinMs: number;
  /** For one attempt. */
  readonly connectMs: number;
}

/** What the connector needs from the session, and what it reports to it. */
export interface ConnectorHost {
  readonly clock: Clock;
  readonly log: Logger;
  start(): SessionStart;
  /** The host for one connection. `alive` returns false once the connection has ended. */
  host(alive: () => boolean): Omit<ServiceHost, 'closed'>;
  onLinked(link: ServiceLink): void;
  /** The link is gone. */
  onUnlinked(): void;
  /** The open connection was lost. */
  onConnectionLost(code: number, reason: string): void;
  /** The service will end the session soon. */
  onRenewalDue(): void;
  /** The service is about to end the session, which had no pause since `onRenewalDue`. */
  onRenewalOverdue(): void;
  /** The service does not resume the lost session: the next attempt starts a new one. */
  onHandleRefused(): void;
  onFailed(error: RealtimeError): void;
}

/** An attempt that has succeeded. */
interface Connected {
  readonly link: ServiceLink;
  /** Passes on the events that the service has sent so far, and from then on every event at once. */
  release(): void;
}

/** Connects to the service. There is one connection at a time: the last one is closed before the next is opened. */
export class Connector {
  /** The handle with which the service resumes a lost session. */
  handle: string | undefined;
  readonly #service: RealtimeService;
  readonly #host: ConnectorHost;
  #link: ServiceLink | undefined;
  /** Aborts the attempt in progress; undefined before the first one and after `close`. */
  #abort: AbortController | undefined;
  /** Number of the current connection; events of earlier ones are ignored. */
  #epoch = 0;
  #everLinked = false;
  #ended = false;
  #linkedAtMs: number | undefined;
  /** Number of connections in a row that were lost within `MIN_STABLE_MS`. */
  #shortLived = 0;
  #renewalTimers: Cancel[] = [];
  /** How the service closed the last connection, for errors. */
  #lastClose = '';
  /** Close code and reason of a connection that closed before it was handed over. */
  #closedEarly: { readonly code: number; readonly reason: string } | undefined;

  constructor(service: RealtimeService, host: ConnectorHost) {
    this.#service = service;
    this.#host = host;
  }

  /** The open connection. */
  get link(): ServiceLink | undefined {
    return this.#link;
  }

  connect(plan: ConnectPlan): void {
    this.#countShortLived();
    this.close();
    if (this.#shortLived > plan.attempts) {
      const lost = `${this.#service.name} was lost ${this.#shortLived} times in a row within ${MIN_STABLE_MS / 1000} s of connecting${this.#lastClose}.`;
      this.#host.onFailed(new RealtimeError('SERVICE_LOST', lost));
      return;
    }
    // Also what `close` has called may have ended the session.
    if (this.#ended) return;
    this.#abort = new AbortController();
    void this.#connect(plan, this.#abort.signal);
  }

  #countShortLived(): void {
    if (!this.#abort) return;
    // The service may end a session while it is still being connected.
    const linkedForMs = this.#linkedAtMs === undefined ? 0 : this.#host.clock.now() - this.#linkedAtMs;
    this.#shortLived = linkedForMs < MIN_STABLE_MS ? this.#shortLived + 1 : 0;
    this.#linkedAtMs = undefined;
  }

  /**
   * Calls `onRenewalDue` in time before the service ends the session in `inMs`, and `onRenewalOverdue` just before,
   * unless it is connected again before.
   */
  scheduleRenewal(inMs: number): void {
    const nowMs = this.#host.clock.now();
    const earliestMs = (this.#linkedAtMs ?? nowMs) + MIN_RENEWAL_MS;
    const delayMs = Math.max(0, earliestMs - nowMs, inMs - RENEW_BEFORE_MS);
    const overdueMs = inMs - RENEW_ANYWAY_BEFORE_MS;
    const { clock } = this.#host;
    this.#cancelRenewal();
    this.#renewalTimers = [clock.after(delayMs, () => this.#host.onRenewalDue())];
    // An end that is past or too close is left to the service: it may let a reply finish.
    if (overdueMs > delayMs)
      this.#renewalTimers.push(clock.after(overdueMs, () => this.#host.onRenewalOverdue()));
  }

  #cancelRenewal(): void {
    for (const cancel of this.#renewalTimers) cancel();
  }

  /** Closes the open connection and opens no other. */
  end(): void {
    this.#ended = true;
    this.close();
  }

  /** Closes the open connection and aborts the attempt in progress. */
  close(): void {
    this.#epoch += 1;
    this.#cancelRenewal();
    this.#abort?.abort();
    this.#abort = undefined;
    const link = this.#link;
    this.#link = undefined;
    if (!link) return;
    this.#host.onUnlinked();
    link.close();
  }

  async #connect(plan: ConnectPlan, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    const untilMs = clock.now() + plan.withinMs;
    let limitedBefore = false;
    // The first reconnect is immediate, because the caller waits.
    if (this.#shortLived > 1 && !(await this.#pause(RETRY_MS, signal))) return;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const ms = Math.min(plan.connectMs, Math.max(1, untilMs - clock.now()));
      const result = await this.#attemptOnce(ms, signal);
      if (signal.aborted) {
        if ('link' in result) result.link.close();
        return;
      }
      if ('link' in result) {
        this.#link = result.link;
        this.#everLinked = true;
        this.#linkedAtMs = clock.now();
        result.release();
        // An event may have ended the connection.
        if (this.#link !== result.link) return;
        this.#host.onLinked(result.link);
        // What `onLinked` has called may have closed it, or opened the next one.
        if (this.#link !== result.link) return;
        if (this.#closedEarly) this.#host.onConnectionLost(this.#closedEarly.code, this.#closedEarly.reason);
        return;
      }
      if (result.error.code === 'SERVICE_REFUSED' && this.handle !== undefined) {
        this.handle = undefined;
        this.#host.onHandleRefused();
        this.#host.log.warn(
          { err: result.error },
          'the service does not resume the session: starting a new one',
        );
        continue;
      }
      const delayMs = retryDelay(result.error, attempt < plan.attempts, limitedBefore);
      limitedBefore ||= result.error.code === 'SERVICE_LIMITED';
      if (delayMs === undefined || clock.now() + delayMs >= untilMs) {
        this.#host.onFailed(this.#everLinked ? this.#asLost(result.error) : result.error);
        return;
      }
      this.#host.log.warn({ err: result.error, attempt }, 'the service cannot be reached: trying again');
      if (!(await this.#pause(delayMs, signal))) return;
    }
  }

  /** Waits. Returns whether the signal has not aborted meanwhile. */
  async #pause(ms: number, signal: AbortSignal): Promise<boolean> {
    try {
      await sleep(this.#host.clock, ms, signal);
      return true;
    } catch {
      return false;
    }
  }

  /** Reports a service that was connected before and cannot be reached now as lost. */
  #asLost(error: RealtimeError): RealtimeError {
    if (error.code !== 'SERVICE_UNREACHABLE') return error;
    const why = `${this.#service.name} was lost and could not be reconnected: ${error.message}`;
    return new RealtimeError('SERVICE_LOST', why, { cause: error });
  }

  /** The session's host of one connection. */
  #serviceHost(alive: () => boolean): ServiceHost {
    this.#closedEarly = undefined;
    this.#lastClose = '';
    return {
      ...this.#host.host(alive),
      closed: (code, reason) => {
        if (!alive()) return;
        this.#lastClose = `, the last time with ${closeWords(code, reason)}`;
        if (this.#link) this.#host.onConnectionLost(code, reason);
        else this.#closedEarly = { code, reason };
      },
    };
  }

  /** Makes one attempt: returns a link, or the error. */
  async #attemptOnce(
    ms: number,
    signal: AbortSignal,
  ): Promise<Connected | { readonly error: RealtimeError }> {
    this.#epoch += 1;
    const epoch = this.#epoch;
    const alive = () => this.#epoch === epoch;
    const attempt = new AbortController();
    guardedSignal(attempt.signal, (err) =>
      this.#host.log.error({ err }, `an abort listener of ${this.#service.name} threw`),
    );
    const abortAttempt = () => attempt.abort();
    signal.addEventListener('abort', abortAttempt, { once: true });
    let cancel = () => {};
    let refuse: (error: RealtimeError) => void = () => {};
    const failed = new Promise<never>((_, reject) => {
      refuse = reject;
      cancel = this.#host.clock.after(ms, () => {
        reject(
          new RealtimeError(
            'SERVICE_UNREACHABLE',
            `${this.#service.name} was not ready within ${Math.round(ms)} ms.`,
          ),
        );
      });
      attempt.signal.addEventListener(
        'abort',
        () => reject(new RealtimeError('SERVICE_UNREACHABLE', 'aborted')),
        {
          once: true,
        },
      );
    });
    const direct = this.#serviceHost(alive);
    const events = new HeldEvents(this.#host.clock, () =>
      refuse(
        new RealtimeError(
          'SERVICE_REFUSED',
          `${this.#service.name} sent more than ${MAX_HELD_EVENTS} events before connect() resolved; expected a few. Resolve connect() as soon as the session is ready, and pass its audio afterwards.`,
        ),
      ),
    );
    // These two are about the connection itself.
    const host: ServiceHost = { ...events.host, problem: direct.problem, closed: direct.closed };
    const connecting = (async () => {
      const link = await this.#service.connect(host, this.#host.start(), attempt.signal);
      return guardedLink(link, this.#service.name, (error) => {
        if (alive()) this.#host.onFailed(error);
      });
    })();
    try {
      return { link: await Promise.race([connecting, failed]), release: () => events.release(direct) };
    } catch (error) {
      if (alive()) this.#epoch += 1;
      // Close a connection that opens after the timeout.
      connecting.then(
        (link) => link.close(),
        () => {},
      );
      attempt.abort();
      return { error: toRealtimeError(error, 'SERVICE_UNREACHABLE', `connecting to ${this.#service.name}`) };
    } finally {
      cancel();
      signal.removeEventListener('abort', abortAttempt);
    }
  }
}

/** Milliseconds to wait before the next attempt; undefined if there is none. */
function retryDelay(error: RealtimeError, retriesLeft: boolean, limitedBefore: boolean): number | undefined {
  switch (error.code) {
    case 'SERVICE_LIMITED': {
      const delayMs = error.retryAfterMs;
      return !limitedBefore && delayMs !== undefined && delayMs < MAX_RETRY_AFTER_MS ? delayMs : undefined;
    }
    case 'SERVICE_UNREACHABLE':
    case 'SERVICE_LOST':
      return retriesLeft ? RETRY_MS : undefined;
    default:
      return undefined;
  }
}

/** The error if a closed connection must not be reopened; undefined if the session reconnects. */
export function reconnectRefusal(
  { name, can }: RealtimeService,
  code: number,
  reason: string,
  reconnects: boolean,
): RealtimeError | undefined {
  const what = `${name} closed the connection with ${closeWords(code, reason)}`;
  const expired = /expire|duration/i.test(reason);
  // Any other close code, also 1008, is how some service ends a session that a new connection continues. A key that has
  // expired is asked for again.
  const refused = expired ? undefined : codeOfWords(reason);
  if (refused) return new RealtimeError(refused, `${what}.`);
  if (code === 1000 || can.resume === false) return new RealtimeError('SERVICE_LOST', `${what}.`);
  if (reconnects) return undefined;
  return new RealtimeError(expired ? 'SESSION_EXPIRED' : 'SERVICE_LOST', `${what}, and reconnect is off.`);
}

function closeWords(code: number, reason: string): string {
  return reason === '' ? `${code}` : `${code} (${reason.slice(0, 120)})`;
}
