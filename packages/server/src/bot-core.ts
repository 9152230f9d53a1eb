import { randomUUID } from 'node:crypto';
import { isUuid, type WireSink } from '@hookline/protocol';
import {
  type Clock,
  createTicker,
  messageOf,
  systemClock,
  type Ticker,
  type Transport,
} from '@hookline/runtime';
import { BasePath } from './admission/base-path.js';
import { guardedSink } from './admission/guarded-sink.js';
import { notFound, type Refusal } from './admission/refusal.js';
import { type Authentication, Authenticator, PEER_GONE } from './auth/authenticator.js';
import { botLimits, botTimers, checkChoices } from './bot-defaults.js';
import { type BotLog, botLog } from './bot-log.js';
import type { BotLimits, BotOptions, BotTimers } from './bot-options.js';
import type { CallFacts } from './call/call.js';
import { type CallHost, CallSession } from './call/call-session.js';
import { CallRegistry } from './life/call-registry.js';
import { BotMetrics } from './metrics/bot-metrics.js';
import { EventLoopDelay } from './metrics/event-loop-delay.js';
import { prometheusText } from './metrics/prometheus.js';
import type { Route, RouteTable } from './routing/route.js';
import type { UpgradeRequest } from './upgrade-request.js';

/** Seconds after which a refused client may try again. */
const RETRY_AFTER_SECONDS = '5';

/** An upgrade that may go on. */
export interface Admission {
  readonly ok: true;
  readonly facts: CallFacts;
  /** The session's UUID as the client sent it; empty when it sent none, and that of its first message counts. */
  readonly sessionId: string;
  readonly route: Route | undefined;
  readonly startedMs: number;
  /** Told in the protocol instead of by HTTP. */
  readonly unauthorized?: string;
}

/** What becomes of an upgrade request. */
export type AdmissionResult = Admission | { readonly ok: false; readonly refusal: Refusal };

/** A bot without sockets: who may come in, and the calls that are on. */
export class BotCore implements CallHost {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: BotTimers;
  readonly limits: BotLimits;
  readonly byteOrder: 'le' | 'be';
  readonly measureReplies: boolean;
  readonly log: BotLog;
  readonly basePath: BasePath;
  readonly calls: CallRegistry;
  readonly metricsOfLife = new BotMetrics();
  readonly eventLoopDelay = new EventLoopDelay();
  readonly #routes: RouteTable;
  readonly #authenticator: Authenticator;
  readonly #unauthorized: 'http' | 'disconnect';
  readonly #sink: BotOptions['sink'];
  #pending = 0;
  #draining = false;

  /** @throws HooklineError `BAD_OPTION`, `BAD_SECRET` */
  constructor(options: BotOptions, routes: RouteTable) {
    checkChoices(options);
    this.clock = options.clock ?? systemClock;
    this.ticker = createTicker(this.clock);
    this.timers = botTimers(options.timers);
    this.limits = botLimits(options.limits);
    this.byteOrder = options.l16ByteOrder ?? 'le';
    this.measureReplies = options.measureReplies ?? false;
    this.log = botLog(options.logger);
    this.basePath = new BasePath(options.path ?? '/');
    this.calls = new CallRegistry(this.clock, this.timers);
    this.#routes = routes;
    this.#authenticator = new Authenticator(options, this.clock, this.log.logger);
    this.#unauthorized = options.unauthorized ?? 'http';
    this.#sink = options.sink;
    if (this.#authenticator.open) {
      process.emitWarning("auth is 'none': anybody who reaches this bot can call it", 'HooklineWarning');
    }
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** New calls are refused from here on. */
  startDraining(): void {
    this.#draining = true;
  }

  /**
   * Decides about an upgrade request. Never rejects.
   *
   * @param gone - aborts when the peer has left: its place among the pending upgrades is free at once
   */
  async admit(
    request: UpgradeRequest,
    basePath: BasePath = this.basePath,
    gone?: AbortSignal,
  ): Promise<AdmissionResult> {
    const result = await this.#decide(request, basePath, gone);
    if (!result.ok && !gone?.aborted) this.metricsOfLife.refusedWith(result.refusal.status);
    return result;
  }

  async #decide(
    request: UpgradeRequest,
    basePath: BasePath,
    gone: AbortSignal | undefined,
  ): Promise<AdmissionResult> {
    const startedMs = this.clock.now();
    const connectorId = basePath.connectorIdOf(request.url);
    const route = connectorId === undefined ? undefined : this.#routes.match(connectorId);
    // The probe comes to the base path, whoever is served there.
    if (connectorId === undefined || (!route && connectorId !== '')) {
      return refused(this.notFound(basePath));
    }
    const busy = this.#busy();
    if (busy) return refused(busy);
    this.#pending += 1;
    try {
      const authentication = await this.#authenticate(request, gone);
      if (!authentication.ok) {
        if (authentication.why === 'unavailable') return refused(unavailable(authentication.reason));
        const { reason } = authentication;
        if (this.#unauthorized === 'http') return refused({ status: 401, error: 'unauthorized', reason });
        return { ...admitted(request, connectorId, ''), route, startedMs, unauthorized: reason };
      }
      const missing = missingHeader(request, this.#authenticator.open);
      if (missing) return refused(missing);
      return { ...admitted(request, connectorId, authentication.apiKey), route, startedMs };
    } catch (error) {
      this.log.logger.error({ err: error }, `the request could not be judged: ${messageOf(error)}`);
      return refused(unavailable('the request cannot be judged at the moment'));
    } finally {
      this.#pending -= 1;
    }
  }

  /** The refusal of a request that nobody takes. */
  notFound(basePath: BasePath): Refusal {
    return notFound(basePath, this.#routes);
  }

  /** Why there is no place for a call that was admitted: asked right before it begins, since others began meanwhile. */
  full({ facts, unauthorized }: Admission): Refusal | undefined {
    const refusal =
      unauthorized === undefined
        ? (this.#full() ?? this.#fullFor(facts.apiKey))
        : this.#fullForStrangers(unauthorized);
    if (refusal) this.metricsOfLife.refusedWith(refusal.status);
    return refusal;
  }

  /** Whether the process does its work. It does as long as it can answer. */
  health(): { readonly ok: boolean } {
    return { ok: true };
  }

  /** Whether new calls are taken. */
  ready(): boolean {
    return this.#busy() === undefined;
  }

  /** Everything measured, in Prometheus's text format. */
  metrics(): string {
    return prometheusText(this.metricsOfLife, {
      sessions: this.calls.size,
      draining: this.#draining,
      eventLoopDelayMs: this.eventLoopDelay.takeMs(),
    });
  }

  /** The sink of a call, made before anything happens on its wire. A peer that nobody knows gets none. */
  sinkOf({ facts, unauthorized }: Admission): WireSink | undefined {
    if (!this.#sink || unauthorized !== undefined) return undefined;
    try {
      const sink = this.#sink(facts);
      return sink && guardedSink(sink, this.log.logger);
    } catch (error) {
      this.log.logger.error({ sessionId: facts.id, err: error }, `no sink: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Carries an admitted call over `transport`. */
  carry(admission: Admission, transport: Transport, sink: WireSink | undefined): void {
    const { facts, sessionId, route, startedMs, unauthorized } = admission;
    const call = new CallSession(
      this,
      {
        facts,
        sessionId,
        route,
        transport,
        startedMs,
        sink,
        ...(unauthorized === undefined ? {} : { unauthorized }),
      },
      (left) => this.calls.delete(left),
    );
    if (unauthorized === undefined) this.calls.add(call);
    else this.calls.addStranger(call);
    call.start();
  }

  /** Neither a resolver or nonce store that hangs nor a peer that has left may keep a place. */
  async #authenticate(request: UpgradeRequest, gone: AbortSignal | undefined): Promise<Authentication> {
    const { authMs } = this.timers;
    const check = new AbortController();
    const cancel = this.ticker.at(this.clock.now() + authMs, () =>
      check.abort(new Error(`auth and nonces did not answer within ${authMs} ms (timers.authMs)`)),
    );
    const onGone = () => check.abort(PEER_GONE);
    gone?.addEventListener('abort', onGone, { once: true });
    if (gone?.aborted) onGone();
    try {
      return await this.#authenticator.authenticate(request, check.signal);
    } finally {
      cancel();
      gone?.removeEventListener('abort', onGone);
    }
  }

  #full(): Refusal | undefined {
    if (this.#draining) return unavailable('the server is shutting down');
    if (this.calls.size >= this.limits.maxSessions) {
      return unavailable('the server has as many calls as it takes');
    }
    return undefined;
  }

  /** Without a key that was checked there is nobody whose calls could be counted. */
  #fullFor(apiKey: string): Refusal | undefined {
    if (apiKey === '' || this.calls.sizeOf(apiKey) < this.limits.maxSessionsPerKey) return undefined;
    return unavailable('the API key has as many calls as it may have');
  }

  /** Peers that are told in the protocol that they are refused take no place of a call; there may be only so many. */
  #fullForStrangers(reason: string): Refusal | undefined {
    if (this.#draining) return this.#full();
    if (this.calls.strangers < this.limits.maxPendingUpgrades) return undefined;
    return { status: 401, error: 'unauthorized', reason };
  }

  #busy(): Refusal | undefined {
    const full = this.#full();
    if (full) return full;
    if (this.#pending >= this.limits.maxPendingUpgrades) {
      return unavailable('the server has as many upgrades under way as it takes');
    }
    return undefined;
  }
}

function refused(refusal: Refusal): AdmissionResult {
  return { ok: false, refusal };
}

function unavailable(reason: string): Refusal {
  return { status: 503, error: 'unavailable', reason, headers: { 'Retry-After': RETRY_AFTER_SECONDS } };
}

/** What is known of a call. Nothing that a peer wrote becomes an id unless it is a UUID. */
function admitted(
  request: UpgradeRequest,
  connectorId: string,
  apiKey: string,
): Pick<Admission, 'ok' | 'facts' | 'sessionId'> {
  const sessionId = uuidOf(request, 'audiohook-session-id');
  const facts = {
    id: sessionId === '' ? randomUUID() : sessionId,
    organizationId: uuidOf(request, 'audiohook-organization-id'),
    correlationId: uuidOf(request, 'audiohook-correlation-id'),
    connectorId,
    url: request.url,
    apiKey,
  };
  return { ok: true, facts, sessionId };
}

function uuidOf(request: UpgradeRequest, name: string): string {
  const value = request.header(name) ?? '';
  return isUuid(value) ? value : '';
}

/** AC-CONN-7. Without authentication there is nothing that a missing header could weaken. */
function missingHeader(request: UpgradeRequest, lenient: boolean): Refusal | undefined {
  for (const name of ['Audiohook-Session-Id', 'Audiohook-Organization-Id']) {
    const value = request.header(name.toLowerCase()) ?? '';
    if (isUuid(value) || (lenient && value === '')) continue;
    const what = value === '' ? 'is missing' : 'is not a UUID';
    return { status: 400, error: 'bad-request', reason: `the header ${name} ${what}` };
  }
  return undefined;
}
