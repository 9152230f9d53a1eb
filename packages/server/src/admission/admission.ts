import { randomUUID } from 'node:crypto';
import { describe, isUuid } from '@hookline/protocol';
import { type Clock, messageOf, type Ticker } from '@hookline/runtime';
import type { UpgradeRequest } from '../auth/auth-options.js';
import { Authenticator } from '../auth/authenticator.js';
import type { BotLimits, BotTimers } from '../bot-limits.js';
import type { BotLog } from '../bot-log.js';
import type { BotOptions } from '../bot-options.js';
import type { AdmittedCall } from '../call/call-session.js';
import type { CallRegistry } from '../lifecycle/call-registry.js';
import type { BotMetrics } from '../metrics/bot-metrics.js';
import { diagnose } from '../metrics/diagnostics.js';
import type { RouteTable } from '../routing/router.js';
import type { BasePath } from './base-path.js';
import { CheckSignal, type Peer } from './check-signal.js';
import { type Refusal, refusalError } from './refusal.js';

/** Seconds after which a refused client may try again. */
const RETRY_AFTER_SECONDS = '5';

/** The parts of a bot that admission uses. */
export interface AdmissionHost {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: BotTimers;
  readonly limits: BotLimits;
  readonly log: BotLog;
  readonly basePath: BasePath;
  readonly calls: CallRegistry;
  readonly metrics: BotMetrics;
}

/** The decision about an upgrade request. */
export type AdmissionResult =
  | {
      readonly ok: true;
      readonly call: AdmittedCall;
      /** Frees the reservation of the call; to be called once the call has started or has been refused. */
      readonly release: () => void;
      /** If the client is to be refused by `disconnect`: the response that it would otherwise get. */
      readonly refusal?: Refusal;
      readonly knownKey?: boolean | undefined;
    }
  /** `knownKey`: whether the API key is one of the bot's, if it was looked up. */
  | { readonly ok: false; readonly refusal: Refusal; readonly knownKey?: boolean | undefined };

/** Decides which upgrade requests become calls by path, capacity, credentials and headers, in this order. */
export class AdmissionControl {
  readonly #host: AdmissionHost;
  readonly #routes: RouteTable;
  readonly #authenticator: Authenticator;
  readonly #unauthorized: 'http' | 'disconnect';
  #pending = 0;
  #draining = false;
  #closed = false;
  readonly #onDecided: (() => void)[] = [];

  /** @throws HooklineError `SERVER_BAD_OPTION`, `SERVER_BAD_SECRET` */
  constructor(host: AdmissionHost, options: BotOptions, routes: RouteTable) {
    this.#host = host;
    this.#routes = routes;
    this.#authenticator = new Authenticator(options, host.clock, host.log.logger);
    this.#unauthorized = options.unauthorized ?? 'http';
    if (this.#authenticator.open) {
      process.emitWarning("auth is 'none': anybody who reaches this bot can call it", 'HooklineWarning');
    }
  }

  /** Whether new calls are refused because the server is shutting down. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Refuses every new request from now on. One that is being authenticated may still become a call: see `decided`. */
  startDraining(): void {
    this.#draining = true;
  }

  /** Also refuses the requests that are being authenticated. */
  close(): void {
    this.#closed = true;
  }

  /**
   * Resolves when no request is being authenticated and those that were accepted have become calls. Their nonces may
   * have been used already: a request that a proxy sends again to another instance would be refused as a replay.
   */
  decided(): Promise<void> {
    return this.#pending === 0 ? Promise.resolve() : new Promise((resolve) => this.#onDecided.push(resolve));
  }

  /** Whether there is room for another call. */
  ready(): boolean {
    return this.#upgradeRefusal() === undefined;
  }

  /**
   * Decides whether to accept an upgrade request. Never rejects.
   *
   * @param basePath - where the bot is mounted; default the bot's own path
   * @param peer - if it disconnects, its place among the pending upgrades is free at once
   */
  async admit(
    request: UpgradeRequest,
    basePath: BasePath = this.#host.basePath,
    peer?: Peer,
  ): Promise<AdmissionResult> {
    const result = await this.#decide(request, basePath, peer);
    if (!result.ok && !peer?.isGone) this.refused(result.refusal, request, basePath, result.knownKey);
    return result;
  }

  /**
   * Returns a refusal if an admitted call can no longer start. Checked right before the start: the bot may have been
   * closed during authentication, and clients that only get `unauthorized` have no reservation.
   */
  lateRefusal({ unauthorized }: AdmittedCall): Refusal | undefined {
    return unauthorized === undefined ? closedRefusal(this.#closed) : this.#unauthorizedRefusal(unauthorized);
  }

  /**
   * Counts a refused upgrade request, logs it and publishes it on the diagnostics channel. Call it once for each.
   *
   * @param basePath - where the bot is mounted; default the bot's own path
   * @param knownKey - whether the API key is one of the bot's, if it was looked up
   */
  refused(
    refusal: Refusal,
    { url, header, remoteAddress }: UpgradeRequest,
    basePath: BasePath = this.#host.basePath,
    knownKey?: boolean,
  ): void {
    const { status, reason } = refusal;
    const { log, metrics } = this.#host;
    const sessionId = uuidHeader(header, 'audiohook-session-id');
    const connectorId = basePath.connectorIdOf(url);
    metrics.refusedWith(status);
    log.logger.warn(
      {
        status,
        reason,
        ...(sessionId === '' ? {} : { sessionId }),
        ...(connectorId === undefined ? {} : { connectorId: describe(connectorId) }),
        ...(remoteAddress === undefined ? {} : { remoteAddress }),
        ...(knownKey === undefined ? {} : { knownKey }),
      },
      `refused: ${reason}`,
    );
    diagnose('hookline:server:refused', { status, error: refusalError(refusal), reason, sessionId });
  }

  /** Logs bytes that are not an HTTP request. They are neither counted nor published: nobody asked for an upgrade. */
  logUnreadable({ status, reason }: Refusal, remoteAddress: string | undefined): void {
    const fields = { status, reason, ...(remoteAddress === undefined ? {} : { remoteAddress }) };
    this.#host.log.logger.warn(fields, `refused: ${reason}`);
  }

  async #decide(
    request: UpgradeRequest,
    basePath: BasePath,
    peer: Peer | undefined,
  ): Promise<AdmissionResult> {
    const startedMs = this.#host.clock.now();
    const connectorId = basePath.connectorIdOf(request.url);
    const route = connectorId === undefined ? undefined : this.#routes.match(connectorId);
    // The connection probe calls the base path itself, whether a bot is registered there or not.
    if (connectorId === undefined || (!route && connectorId !== '')) {
      return refused(notFound(this.#routes, basePath));
    }
    const busy = this.#upgradeRefusal();
    if (busy) return refused(busy);
    this.#pending += 1;
    const check = new CheckSignal(this.#host, peer);
    let release = () => {};
    let isReserved = false;
    const reserveCall = (apiKey: string) => {
      const full = this.#capacityRefusal(this.#closed) ?? this.#keyRefusal(apiKey);
      if (!full) release = this.#host.calls.reserve(apiKey);
      return full?.reason;
    };
    try {
      const authentication = await this.#authenticator.authenticate(request, check.signal, reserveCall);
      if (!authentication.ok) {
        if (authentication.kind !== 'denied') return refused(unavailable(authentication.reason));
        const { reason, knownKey } = authentication;
        const refusal: Refusal = { status: 401, reason };
        if (this.#unauthorized === 'http') return { ok: false, refusal, knownKey };
        const call = admitted(request, { connectorId, apiKey: '', route, startedMs }, reason);
        return { ok: true, call, release, refusal, knownKey };
      }
      const missing = headerFault(request, this.#authenticator.open);
      if (missing) return refused(missing);
      const { apiKey } = authentication;
      isReserved = true;
      return { ok: true, call: admitted(request, { connectorId, apiKey, route, startedMs }), release };
    } catch (error) {
      this.#host.log.logger.error(
        { err: error },
        `the upgrade request could not be checked: ${messageOf(error)}`,
      );
      return refused(unavailable('the request cannot be checked at the moment'));
    } finally {
      check.end();
      if (!isReserved) release();
      this.#pending -= 1;
      if (this.#pending === 0) this.#notifyDecided();
    }
  }

  /** Runs after the callers that wait for the decision have acted on it. */
  #notifyDecided(): void {
    const waiting = this.#onDecided.splice(0);
    if (waiting.length === 0) return;
    this.#host.clock.after(0, () => {
      for (const resolve of waiting) resolve();
    });
  }

  #upgradeRefusal(): Refusal | undefined {
    const full = this.#sessionRefusal();
    if (full) return full;
    if (this.#pending >= this.#host.limits.maxPendingUpgrades) {
      return unavailable('the maximum number of pending upgrades is reached');
    }
    return undefined;
  }

  #sessionRefusal(): Refusal | undefined {
    return this.#capacityRefusal(this.#draining);
  }

  #capacityRefusal(shuttingDown: boolean): Refusal | undefined {
    const { calls, limits } = this.#host;
    const closed = closedRefusal(shuttingDown);
    if (closed || calls.inUse < limits.maxSessions) return closed;
    return unavailable('the maximum number of calls is reached');
  }

  /** Calls are counted per key only if the key was checked. */
  #keyRefusal(apiKey: string): Refusal | undefined {
    const { calls, limits } = this.#host;
    if (apiKey === '' || calls.inUseByKey(apiKey) < limits.maxSessionsPerKey) return undefined;
    return unavailable('the maximum number of calls with this API key is reached');
  }

  /** Connections that only get `disconnect` with reason `unauthorized` are not calls, but are limited as well. */
  #unauthorizedRefusal(reason: string): Refusal | undefined {
    const { calls, limits } = this.#host;
    if (this.#draining) return this.#sessionRefusal();
    if (calls.unauthorized < limits.maxPendingUpgrades) return undefined;
    return { status: 401, reason };
  }
}

function closedRefusal(shuttingDown: boolean): Refusal | undefined {
  return shuttingDown ? unavailable('the server is shutting down') : undefined;
}

function refused(refusal: Refusal): AdmissionResult {
  return { ok: false, refusal };
}

/** The maximum number of Connector IDs in a refusal. */
const MAX_NAMED_PATHS = 20;

/** Lists the Connector IDs with a bot. They are not secret: every flow contains them. */
function notFound({ paths }: RouteTable, { path }: BasePath): Refusal {
  const named = paths.slice(0, MAX_NAMED_PATHS).join(', ');
  const connectors =
    named === '' ? '' : `; Connector IDs: ${named}${paths.length > MAX_NAMED_PATHS ? ', …' : ''}`;
  const reason = `no bot is served at this path; bots are served below ${path}/${connectors}`;
  return { status: 404, reason };
}

function unavailable(reason: string): Refusal {
  return { status: 503, reason, headers: { 'Retry-After': RETRY_AFTER_SECONDS } };
}

/** Creates an admitted call from its request. A header value is used as an id only if it is a UUID. */
function admitted(
  { header, url }: UpgradeRequest,
  {
    connectorId,
    apiKey,
    route,
    startedMs,
  }: Pick<AdmittedCall, 'route' | 'startedMs'> & Pick<AdmittedCall['facts'], 'connectorId' | 'apiKey'>,
  unauthorized?: string,
): AdmittedCall {
  const sessionId = uuidHeader(header, 'audiohook-session-id');
  // The bot gets this object, and the limit of calls with one key relies on it.
  const facts = Object.freeze({
    id: sessionId === '' ? randomUUID() : sessionId,
    organizationId: uuidHeader(header, 'audiohook-organization-id'),
    correlationId: uuidHeader(header, 'audiohook-correlation-id'),
    connectorId,
    url,
    apiKey,
  });
  return { facts, sessionId, hostHeader: header('host') ?? '', route, startedMs, unauthorized };
}

/** The value of a header if it is a UUID, otherwise an empty string. */
function uuidHeader(header: UpgradeRequest['header'], name: string): string {
  const value = header(name) ?? '';
  return isUuid(value) ? value : '';
}

/** AC-CONN-7. A bot without authentication accepts requests without these headers, because they protect nothing there. */
function headerFault(request: UpgradeRequest, lenient: boolean): Refusal | undefined {
  for (const name of ['Audiohook-Session-Id', 'Audiohook-Organization-Id']) {
    const value = request.header(name.toLowerCase()) ?? '';
    if (isUuid(value) || (lenient && value === '')) continue;
    const what = value === '' ? 'is missing' : 'is not a UUID';
    return { status: 400, reason: `the header ${name} ${what}` };
  }
  return undefined;
}
