import { type Clock, type Logger, sleep } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import { toRealtimeError } from '../failure.js';
import type { RealtimeService, ServiceHost, ServiceLink, SessionStart } from '../service/service.js';

/** A service that asks for a longer rest than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 3000;

/** The rest between two attempts. */
const RETRY_MS = 500;

/** How long and how often a session is tried to be made. */
export interface ConnectPlan {
  readonly attempts: number;
  readonly withinMs: number;
  /** For one attempt. */
  readonly connectMs: number;
}

/** What the connector needs and tells. */
export interface ConnectorHost {
  readonly clock: Clock;
  readonly log: Logger;
  start(): SessionStart;
  /** What the service tells on a connection. `alive` turns false with its end. */
  host(alive: () => boolean): Omit<ServiceHost, 'closed'>;
  linked(link: ServiceLink): void;
  /** The open connection is gone. */
  lost(code: number, reason: string): void;
  failed(error: RealtimeError): void;
}

/** Makes connections to the service, one at a time: the next one only when the last one is closed. */
export class Connector {
  readonly #service: RealtimeService;
  readonly #host: ConnectorHost;
  #link: ServiceLink | undefined;
  #attempt: AbortController | undefined;
  /** Which connection counts. */
  #epoch = 0;
  #hadLink = false;
  /** What closed a connection that was not handed over yet. */
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
    this.close();
    this.#attempt = new AbortController();
    void this.#connect(plan, this.#attempt.signal);
  }

  /** Closes what is open and gives up what is being made. */
  close(): void {
    this.#epoch += 1;
    this.#attempt?.abort();
    this.#attempt = undefined;
    const link = this.#link;
    this.#link = undefined;
    link?.close();
  }

  async #connect(plan: ConnectPlan, signal: AbortSignal): Promise<void> {
    const { clock } = this.#host;
    const untilMs = clock.now() + plan.withinMs;
    let limitedBefore = false;
    for (let attempt = 1; ; attempt++) {
      const ms = Math.min(plan.connectMs, Math.max(1, untilMs - clock.now()));
      const made = await this.#try(ms, signal);
      if (signal.aborted) {
        if ('link' in made) made.link.close();
        return;
      }
      if ('link' in made) {
        this.#link = made.link;
        this.#hadLink = true;
        this.#host.linked(made.link);
        if (this.#closedEarly) this.#host.lost(this.#closedEarly.code, this.#closedEarly.reason);
        return;
      }
      const restMs = restBefore(made.error, attempt < plan.attempts, limitedBefore);
      limitedBefore ||= made.error.code === 'SERVICE_LIMITED';
      if (restMs === undefined || clock.now() + restMs >= untilMs) {
        this.#host.failed(this.#hadLink ? this.#lostFor(made.error) : made.error);
        return;
      }
      this.#host.log.warn(
        { err: made.error, attempt },
        'the service cannot be reached: another attempt follows',
      );
      try {
        await sleep(clock, restMs, signal);
      } catch {
        return;
      }
    }
  }

  /** What a service that was there before and cannot be reached any more is called. */
  #lostFor(error: RealtimeError): RealtimeError {
    if (error.code !== 'SERVICE_UNREACHABLE') return error;
    const why = `${this.#service.name} is gone and could not be connected to again: ${error.message}`;
    return new RealtimeError('SERVICE_LOST', why, { cause: error });
  }

  #serviceHost(alive: () => boolean): ServiceHost {
    this.#closedEarly = undefined;
    return {
      ...this.#host.host(alive),
      closed: (code, reason) => {
        if (!alive()) return;
        if (this.#link) this.#host.lost(code, reason);
        else this.#closedEarly = { code, reason };
      },
    };
  }

  /** One attempt: a link, or why there is none. */
  async #try(
    ms: number,
    signal: AbortSignal,
  ): Promise<{ readonly link: ServiceLink } | { readonly error: RealtimeError }> {
    this.#epoch += 1;
    const epoch = this.#epoch;
    const alive = () => this.#epoch === epoch;
    const attempt = new AbortController();
    const giveUp = () => attempt.abort();
    signal.addEventListener('abort', giveUp, { once: true });
    let cancel = () => {};
    const late = new Promise<never>((_, reject) => {
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
        () => reject(new RealtimeError('SERVICE_UNREACHABLE', 'given up')),
        {
          once: true,
        },
      );
    });
    const connecting = (async () =>
      this.#service.connect(this.#serviceHost(alive), this.#host.start(), attempt.signal))();
    try {
      return { link: await Promise.race([connecting, late]) };
    } catch (error) {
      if (alive()) this.#epoch += 1;
      // One that comes after all is not kept.
      connecting.then(
        (link) => link.close(),
        () => {},
      );
      attempt.abort();
      return { error: toRealtimeError(error, 'SERVICE_UNREACHABLE', `connecting to ${this.#service.name}`) };
    } finally {
      cancel();
      signal.removeEventListener('abort', giveUp);
    }
  }
}

/** How long to wait before the next attempt; undefined when there is none. */
function restBefore(error: RealtimeError, more: boolean, limitedBefore: boolean): number | undefined {
  switch (error.code) {
    case 'SERVICE_LIMITED': {
      const restMs = error.retryAfterMs;
      return !limitedBefore && restMs !== undefined && restMs < LONGEST_RETRY_AFTER_MS ? restMs : undefined;
    }
    case 'SERVICE_UNREACHABLE':
    case 'SERVICE_LOST':
      return more ? RETRY_MS : undefined;
    default:
      return undefined;
  }
}

/** Why a connection that was closed is not made again; undefined where it is. */
export function whyLost(
  { name, can }: RealtimeService,
  code: number,
  reason: string,
  reconnects: boolean,
): RealtimeError | undefined {
  const what = `${name} closed the connection with ${code}${reason === '' ? '' : ` (${reason.slice(0, 120)})`}`;
  if (code === 1008) return new RealtimeError('SERVICE_REFUSED', `${what}.`);
  if (code === 1000 || can.resume === false) return new RealtimeError('SERVICE_LOST', `${what}.`);
  if (reconnects) return undefined;
  const expired = /expire|duration/i.test(reason);
  return new RealtimeError(expired ? 'SESSION_EXPIRED' : 'SERVICE_LOST', `${what}, and reconnect is off.`);
}
