import type { RealtimeError } from '../error.js';
import { codeOfWords } from '../refusal-words.js';
import type { ServiceLink, SessionStart } from '../service/service.js';
import type { CallerSide } from './caller-side.js';
import { Connector, reconnectRefusal } from './connector.js';
import type { LiveSession } from './live-session.js';
import { serviceHost } from './service-host.js';
import type { SessionParts } from './session-parts.js';

/** The close code of a connection that has served its purpose. */
const NORMAL_CLOSURE = 1000;

/** The close code of a connection that ended without one. */
const ABNORMAL_CLOSURE = 1006;

/** The connection of a session to its service: opened once, renewed before the service ends it, replaced when it is lost. */
export class SessionConnection {
  readonly #session: LiveSession;
  readonly #parts: SessionParts;
  readonly #callerSide: CallerSide;
  readonly #connector: Connector;
  #instructions = '';

  constructor(session: LiveSession, parts: SessionParts, callerSide: CallerSide) {
    this.#session = session;
    this.#parts = parts;
    this.#callerSide = callerSide;
    const { service, clock, call } = parts;
    this.#connector = new Connector(service, {
      clock,
      log: call.log,
      start: () => this.#sessionStart(),
      host: (alive) => serviceHost(session, clock, alive),
      onLinked: (link) => this.#onLinked(link),
      onUnlinked: () => callerSide.onUnlinked(),
      onRenewalDue: () => session.dispatch({ type: 'renewDue' }),
      onRenewalOverdue: () => {
        if (!session.ending) this.#replace('expiry');
      },
      onHandleRefused: () => session.tools.onSessionLost(false),
      onConnectionLost: (code, reason) => this.onLost(code, reason),
      onFailed: (error) => session.fail(error),
    });
  }

  get link(): ServiceLink | undefined {
    return this.#connector.link;
  }

  open(instructions: string): void {
    this.#instructions = instructions;
    const { connectMs } = this.#parts.options.limits;
    this.#connector.connect({ attempts: 1, withinMs: connectMs, connectMs });
  }

  /** Closes the connection for good. */
  end(): void {
    this.#connector.end();
  }

  /** The service can resume the session so far with this handle. */
  onResumable(handle: string): void {
    this.#connector.handle = handle;
    this.#session.tools.onResumable();
  }

  /** Schedules the renewal of a session that the service will end in `inMs`. */
  scheduleRenewal(inMs: number): void {
    if (this.#parts.options.reconnect) this.#connector.scheduleRenewal(inMs);
  }

  /** The pause for which a renewal waited has come. */
  renew(): void {
    this.#reconnect('expiry');
  }

  /** The service failed while the bot ends the call, for which no service is needed. */
  onNotNeeded(error: RealtimeError): void {
    this.#parts.call.log.warn({ err: error }, 'the service failed while the bot ended the call');
    this.onLost(ABNORMAL_CLOSURE, error.message);
  }

  /** The connection was lost. */
  onLost(code: number, reason: string): void {
    const session = this.#session;
    const { service, options } = this.#parts;
    session.speaker.onConnectionLost();
    const isNormal = code === NORMAL_CLOSURE && codeOfWords(reason) === undefined;
    if (isNormal && service.can.endsConversation) session.endBy('service');
    if (session.ending) {
      this.#connector.close();
      this.#reportLost();
      return;
    }
    const failure = reconnectRefusal(service, code, reason, options.reconnect !== undefined);
    if (failure) {
      session.fail(failure);
      return;
    }
    this.#parts.call.log.warn({ code, reason }, `${service.name} was lost: reconnecting`);
    this.#replace('lost');
  }

  #reportLost(): void {
    this.#session.dispatch({ type: 'lost', callerHeard: this.#callerSide.heard });
  }

  /** Continues on another connection, whatever is going on. */
  #replace(reason: 'lost' | 'expiry'): void {
    this.#session.prompts.onConnectionLost();
    this.#reportLost();
    this.#reconnect(reason);
  }

  #reconnect(reason: 'lost' | 'expiry'): void {
    const session = this.#session;
    const { reconnect, limits } = this.#parts.options;
    if (!reconnect) return;
    session.history.dropPlaces();
    session.tools.onSessionLost(this.#connector.handle !== undefined);
    session.speaker.onConnectionLost();
    // The bot may have ended the call when it was told of the loss.
    if (session.ending || session.state === 'closed') {
      this.#connector.close();
      return;
    }
    this.#connector.connect({ ...reconnect, connectMs: limits.connectMs });
    session.metrics.reconnect(reason);
  }

  #sessionStart(): SessionStart {
    const { history, tools, speaker, gate } = this.#session;
    const { handle } = this.#connector;
    const { texts } = speaker;
    return {
      instructions: this.#instructions,
      tools: tools.declarations,
      // A session that is resumed by its handle has its own history, up to the loss.
      history: handle === undefined ? history.takeForNewSession(texts) : history.itemsWith(texts),
      handle,
      interruption: gate.serviceMayInterrupt ? 'service' : 'session',
    };
  }

  #onLinked(link: ServiceLink): void {
    const session = this.#session;
    session.tools.onLinked();
    for (const text of session.history.takeUnsent()) link.text?.(text, false);
    this.#callerSide.onLinked(link);
    // A link that fails at once has been closed again.
    if (this.link === link) session.dispatch({ type: 'linked' });
    session.metrics.connected(this.#parts.clock.now());
  }
}
