import type { ByteOrder } from '@hookline/audio';
import {
  type ClauseId,
  type ClientMessage,
  type ClientMessageOf,
  describe,
  durationToMs,
  type WireSink,
} from '@hookline/protocol';
import { type Clock, messageOf, type Ticker } from '@hookline/runtime';
import type { ChunkMemory } from '../audio/held-audio.js';
import type { BotLimits, BotTimers } from '../bot-limits.js';
import type { BotLog } from '../bot-log.js';
import { codeOf } from '../error.js';
import type { BotMetrics } from '../metrics/bot-metrics.js';
import { CallTimings } from '../metrics/call-timings.js';
import { diagnose } from '../metrics/diagnostics.js';
import { CallEnded, type EndReason } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import { Session, type SessionTransport } from '../session/session.js';
import type { OpenDecision, SessionListener } from '../session/session-listener.js';
import { promised } from '../user-code/deferred.js';
import { CallFailure } from './call-failure.js';
import type { CallerFrames } from './caller-frames.js';
import { LiveCall } from './live-call.js';
import { answerOpen } from './open-decision.js';
import { type OpenFacts, Preparation } from './preparation.js';
import type { Route } from './route.js';

/** The parts of a bot that a call uses. */
export interface CallHost {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: BotTimers;
  readonly limits: BotLimits;
  readonly byteOrder: ByteOrder;
  readonly log: BotLog;
  readonly metrics: BotMetrics;
  readonly measureReplies: boolean;
  readonly holdCallerAudioMs: number;
  readonly heldMemory: ChunkMemory;
}

/** A call whose upgrade request was admitted. */
export interface AdmittedCall {
  readonly facts: CallFacts;
  /** The session's UUID from the request; if it is empty, the id of the first message is used. */
  readonly sessionId: string;
  /** The bot for the call. If undefined, the call is refused unless `open` is a probe. */
  readonly route: Route | undefined;
  /** When the upgrade request arrived, by `clock.now()`. */
  readonly startedMs: number;
  /** The header `Host` of the request; empty if it has none. */
  readonly hostHeader: string;
  /** The reason if the client is refused by `disconnect` with reason `unauthorized`; it then counts as no call. */
  readonly unauthorized: string | undefined;
}

/** The connection of a call. */
export interface CallConnection {
  readonly transport: SessionTransport;
  readonly sink: WireSink | undefined;
}

/** The owner of all calls. */
export interface CallOwner {
  /** The connection of a call is closed. */
  delete(call: CallSession): void;
}

/** One connection from its upgrade to its end: the session and its call. */
export class CallSession implements SessionListener {
  readonly session: Session;
  readonly #host: CallHost;
  readonly #admitted: AdmittedCall;
  readonly #owner: CallOwner;
  #open: ClientMessageOf<'open'> | undefined;
  /** The inputs as returned by the bot's schema. */
  #inputs: LiveCall['inputs'] = {};
  #isProbe = false;
  #call: LiveCall | undefined;
  #ended: CallEnded | undefined;
  #preparation: Preparation | undefined;
  #lastBusyMs = Number.NEGATIVE_INFINITY;

  constructor(host: CallHost, admitted: AdmittedCall, { transport, sink }: CallConnection, owner: CallOwner) {
    this.#host = host;
    this.#admitted = admitted;
    this.#owner = owner;
    const { sessionId, startedMs } = admitted;
    this.session = new Session(host, { transport, id: sessionId, startedMs, sink }, this);
  }

  /** The API key of the call. */
  get apiKey(): string {
    return this.#admitted.facts.apiKey;
  }

  /** When the bot was last active, by `clock.now()`; now if it has nothing to do. */
  lastActiveMs(nowMs: number): number {
    const call = this.#call;
    if (!call || this.#ended || call.active || this.#preparation?.pending) this.#lastBusyMs = nowMs;
    return Math.max(this.#lastBusyMs, this.session.lastSentMs, call?.releasedMs ?? 0);
  }

  /** When the upgrade request of a connection probe arrived, by `clock.now()`; `Infinity` for a call. */
  get probedSinceMs(): number {
    return this.#isProbe ? this.#admitted.startedMs : Number.POSITIVE_INFINITY;
  }

  /** Starts to handle incoming messages; disconnects a refused client. (AC-AUTH-6) */
  start(): void {
    const info = this.#admitted.unauthorized;
    if (info !== undefined) this.session.end({ end: 'unauthorized', reason: 'unauthorized', info });
    else this.#prepare();
    this.session.start();
  }

  #prepare(): void {
    const { route, facts } = this.#admitted;
    if (!route?.prepare) return;
    const { clock, ticker, timers } = this.#host;
    this.#preparation = new Preparation({
      ...{ prepare: route.prepare, facts, clock, ticker },
      prepareMs: timers.prepareMs,
      onError: (error) => this.crash(error),
    });
  }

  onOpen(open: ClientMessageOf<'open'>): OpenDecision {
    const { facts, route } = this.#admitted;
    const answer = answerOpen(open.parameters, facts, route);
    if (answer.as !== 'probe') this.#host.metrics.include(this.session.counters);
    switch (answer.as) {
      case 'probe':
        this.#isProbe = true;
        this.#preparation?.end(new CallEnded('completed', 'this is a connection probe, not a call'));
        return { accept: true, media: answer.media };
      case 'call':
        this.#inputs = answer.inputs;
        this.#open = open;
        return { accept: true, media: answer.media };
      case 'refused':
        this.#host.log.logger.warn({ sessionId: facts.id }, `refused: ${answer.logged}`);
        return { accept: false, ending: answer.ending };
      case 'crashed':
        this.#host.log.crashed(facts, answer.error);
        return {
          accept: false,
          ending: { end: 'failed', reason: 'error', info: infoOf(answer.error) },
        };
    }
  }

  begin(): CallerFrames | undefined {
    const open = this.#open;
    const { facts, route, startedMs, hostHeader } = this.#admitted;
    const state = this.session.state;
    const { clock, log, metrics } = this.#host;
    if (!open || !route || !('media' in state) || !state.media) {
      metrics.probes += 1;
      return undefined;
    }
    if (!state.media.channels.includes('external')) {
      log.logger.warn(
        { sessionId: facts.id },
        'only the channel "internal" was offered: the bot receives it instead of the caller',
      );
    }
    const { organizationId } = open.parameters;
    const call = new LiveCall(
      {
        facts: facts.organizationId === '' ? { ...facts, organizationId } : facts,
        open: open.parameters,
        inputs: this.#inputs,
        route,
      },
      {
        host: this.#host,
        session: this.session,
        media: state.media,
        timings: new CallTimings(metrics, clock, startedMs),
        owner: this,
      },
    );
    // No longer needed: the call has copied what it uses.
    this.#open = undefined;
    this.#call = call;
    const openMs = clock.now() - startedMs;
    diagnose('hookline:server:call:opened', {
      call,
      conversationId: call.conversationId,
      host: hostHeader,
      openMs,
    });
    this.#preparation?.opened(openFacts(call));
    this.#runHandler(route.handler, call);
    return call.frames;
  }

  message(message: ClientMessage): void {
    const call = this.#ended ? undefined : this.#call;
    call?.receive(message);
    if (call && isDiagnosed(message.type)) diagnose(`hookline:server:call:${message.type}`, { call });
    if (message.type === 'error') this.#logClientError(message);
  }

  answers(message: ClientMessage): boolean {
    return this.#ended ? false : (this.#call?.answers(message) ?? false);
  }

  ended(reason: EndReason, info: string): void {
    const ended = new CallEnded(reason, info);
    this.#ended = ended;
    this.#preparation?.end(ended);
    const call = this.#call;
    const durationMs = this.#host.clock.now() - this.#admitted.startedMs;
    const stats = Object.freeze({ ...this.session.counters });
    if (!this.#isProbe && this.#admitted.unauthorized === undefined) {
      this.#host.metrics.ended(reason);
      // A call that ends before `open` was not included yet, because it could have become a probe.
      this.#host.metrics.include(this.session.counters);
      const { id: sessionId } = this.#admitted.facts;
      const line = { sessionId, outcome: reason, durationMs: Math.round(durationMs) };
      this.#host.log.logger.info(line, `the call ended: ${reason}`);
    }
    if (reason === 'timeout') this.#host.log.logger.warn({ sessionId: this.#admitted.facts.id }, info);
    if (!call) return;
    call.finish(ended);
    diagnose('hookline:server:call:ended', { call, reason, stats, durationMs });
  }

  unknown(messageType: string): void {
    this.#host.log.unknownType(messageType, this.#admitted.facts.id);
  }

  onViolation(clause: ClauseId, info: string): void {
    this.#host.log.logger.warn({ sessionId: this.#admitted.facts.id, clause }, info);
  }

  onClose(): void {
    // Not at the end of the session: frames that arrive between the two are dropped and counted.
    this.#host.metrics.settle(this.session.counters);
    this.#owner.delete(this);
  }

  #runHandler(handler: Route['handler'], call: LiveCall): void {
    const failed = (error: unknown) => this.threw(error);
    // Not an async function: one that is pending during the whole call would take as much memory as the session.
    const run = (prepared: unknown) => {
      promised(() => Promise.resolve(handler(call, prepared))).then((outputs) => {
        // There is nothing to send or check.
        if (outputs === undefined && this.#ended) return;
        call.complete(outputs ?? {}).catch(failed);
      }, failed);
    };
    if (this.#preparation) this.#preparation.result.then(run, failed);
    else run(undefined);
  }

  /** The handler or a callback of the bot threw. */
  threw(error: unknown): void {
    try {
      const call = this.#call;
      if (!call || this.#ended || !(error instanceof CallFailure)) this.crash(error);
      else this.#fail(call, error);
    } catch (fault) {
      // An error of the bot may throw when it is inspected.
      this.crash(fault);
    }
  }

  #fail(call: LiveCall, failure: CallFailure): void {
    // The values are not checked by types if the error is from another copy of this package or from JavaScript.
    const { outputs, immediate, cause } = failure;
    const options = { immediate: immediate === true, ...(outputs === undefined ? {} : { outputs }) };
    const message = messageOf(failure);
    // A method that rejects because the bot has ended the call is no cause.
    if (cause !== undefined && !(call.ending && isCausedByEnd(cause)))
      this.#host.log.failed(this.#admitted.facts, message, cause);
    call.fail(message, options).catch((error) => {
      if (!this.#ended) this.crash(error);
    });
  }

  /** An error in the bot's code ends its own call at once and has no other effect. */
  crash(error: unknown): void {
    // Nothing can be sent after the end of the call, but the operator must see an error that has another cause.
    if ((this.#ended || this.#call?.ending) && isCausedByEnd(error)) return;
    this.#host.log.crashed(this.#admitted.facts, error);
    // A probe tests the connection, and must not fail because of the bot.
    if (!this.#isProbe) this.session.end({ end: 'failed', reason: 'error', info: infoOf(error) });
  }

  #logClientError({ parameters }: ClientMessageOf<'error'>): void {
    const { code, message, retryAfter } = parameters;
    this.#host.log.logger.warn(
      {
        sessionId: this.#admitted.facts.id,
        code,
        ...(retryAfter === undefined ? {} : { retryAfterMs: durationToMs(retryAfter) }),
      },
      `the client reported an error: ${describe(message)}`,
    );
  }
}

/** Whether a message type has its own diagnostics channel. */
function isDiagnosed(type: ClientMessage['type']): type is 'dtmf' | 'paused' | 'resumed' {
  return type === 'dtmf' || type === 'paused' || type === 'resumed';
}

/** Only the facts from `open`, without the methods of the call. */
function openFacts(call: LiveCall): OpenFacts {
  const { conversationId, organizationId, participant, language, inputs, customConfig } = call;
  return { conversationId, organizationId, participant, language, inputs, customConfig };
}

/** Maximum number of errors that are looked at: one and its causes. */
const MAX_CAUSES = 5;

/**
 * Whether the end of the call caused an error: a method of the call rejected with `CallEnded`, or something that waits
 * with `call.signal` threw it, or an error with it as the cause, as most of Node does.
 */
function isCausedByEnd(error: unknown): boolean {
  let cause = error;
  try {
    for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
      if (codeOf(cause) === 'CALL_ENDED') return true;
      cause = cause.cause;
    }
  } catch {
    // An error of the bot may throw when it is inspected.
  }
  return false;
}

/**
 * The text for the client: the message of an unexpected error may contain internals. That of unusable outputs names the
 * variable, which the author of the flow knows as well.
 */
function infoOf(error: unknown): string {
  const code = codeOf(error);
  const isForClient = code === 'CALL_FAILURE' || code === 'SERVER_BAD_OUTPUT';
  return isForClient ? messageOf(error) : 'internal error of the bot';
}
