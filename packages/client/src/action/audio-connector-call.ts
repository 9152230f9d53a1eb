import {
  audioRuns,
  CLIENT_TIMERS,
  type ClientStateName,
  createRedactor,
  guardedSink,
  isDtmfDigit,
  PLATFORM_RATES,
  redactEvent,
  type WireSink,
} from '@hookline/protocol';
import { type Clock, type Logger, silentLogger, sleep, systemClock } from '@hookline/runtime';
import { fields, number } from '../argument-check.js';
import { argumentError } from '../argument-error.js';
import { FaultPlan } from '../faults/fault-plan.js';
import { Background } from '../media/background.js';
import type { CallerSource } from '../media/caller-source.js';
import { checkCaller } from '../media/check-caller.js';
import { InternalChannel } from '../media/internal-channel.js';
import type { Outcome } from '../outcome/outcome.js';
import type { BotFrame } from '../playback/bot-audio.js';
import { bytesOf } from '../playback/bot-audio-feed.js';
import type { NewWarning } from '../session/call-record.js';
import type { ClientTimers, RateLimits } from '../session/options.js';
import { Session } from '../session/session.js';
import { durationStyle, type WireStyle } from '../session/wire-style.js';
import { guardedLogger, onAbort } from '../user-code.js';
import { buildResult, warningsAtEnd } from './build-result.js';
import {
  CALL_EVENTS,
  type Call,
  type CallEvents,
  type CallProgress,
  DEFAULT_KEY_GAP_MS,
  type DtmfOptions,
} from './call.js';
import { checkLanguage } from './check-options.js';
import { Emitter } from './emitter.js';
import type { CallAudioConnectorOptions } from './options.js';
import { type PreparedAction, prepare } from './prepare.js';
import { Progress } from './progress.js';
import type { CallResult } from './result.js';
import { snapshot, withDefaults } from './snapshot.js';
import { callWarning } from './warnings.js';

/** A running action: the session, and its public API. */
export class AudioConnectorCall implements Call {
  readonly sessionId: string;
  readonly conversationId: string;
  readonly url: string;
  readonly result: Promise<CallResult>;
  readonly closed: Promise<void>;
  readonly botAudio: AsyncIterable<Uint8Array>;
  readonly botFrames: AsyncIterable<BotFrame>;
  readonly #session: Session;
  readonly #clock: Clock;
  readonly #wireStyle: WireStyle | undefined;
  readonly #events: Emitter<CallEvents>;
  readonly #progress = new Progress();
  /** Ends the wait between two keys; created with the first wait. */
  #waiting: AbortController | undefined;
  #ended = false;
  #keys: Promise<void> = Promise.resolve();

  constructor(options: CallAudioConnectorOptions, action: PreparedAction) {
    const { clock = systemClock } = options;
    const logger = guardedLogger(options.logger ?? silentLogger);
    this.sessionId = action.sessionId;
    this.conversationId = action.conversationId;
    this.url = action.url;
    this.#clock = clock;
    this.#wireStyle = options.wireStyle;
    this.#events = new Emitter(CALL_EVENTS, logger);
    const sink = this.#sink(options, logger);
    this.#session = this.#createSession(options, action, clock, logger, sink);
    this.botFrames = this.#session.media.botAudio;
    this.botAudio = { [Symbol.asyncIterator]: () => bytesOf(this.botFrames) };
    this.result = this.#session.settled.then((outcome) => {
      const acceptOutputsInClosed = options.acceptOutputsInClosed ?? false;
      const after = [
        ...missingClosed(outcome, this.#session),
        ...warningsAtEnd(this.#session.record, acceptOutputsInClosed),
      ];
      this.#reportRules(after, sink);
      return buildResult(outcome, this.#session, {
        sessionId: action.sessionId,
        conversationId: action.conversationId,
        declared: options.outputs ?? 'all',
        acceptOutputsInClosed,
        errorTypes: options.errorTypes ?? {},
        warnings: { before: action.ownWarnings.map((text) => ({ t: 0, text })), after },
        replyMs: this.#session.monitors.reply.replyMs,
      });
    });
    this.closed = Promise.all([this.#session.settled, this.#session.closed]).then(() => {});
    this.#start(options, action);
  }

  get state(): ClientStateName {
    return this.#session.state.name;
  }

  get elapsedMs(): number {
    return this.#session.elapsedMs;
  }

  get botSilentMs(): number {
    return this.#session.media.botSilentMs;
  }

  get botSound(): Call['botSound'] {
    return this.#session.media.botSound;
  }

  get progress(): CallProgress {
    return this.#progress.soFar;
  }

  async say(source: CallerSource): Promise<void> {
    checkCaller(source, 'source');
    return new Promise((resolve) => this.#session.say(source, resolve));
  }

  async sendDtmf(digits: string, options: DtmfOptions = {}): Promise<void> {
    fields(options, '', { intervalMs: number({ min: 0 }) });
    const { intervalMs = DEFAULT_KEY_GAP_MS } = options;
    if (typeof digits !== 'string') throw argumentError('digits', digits, 'a string of keys');
    const wrong = [...digits].find((digit) => !isDtmfDigit(digit));
    if (wrong !== undefined) throw argumentError('digits', wrong, 'telephone keys: 0 to 9, *, #, A to D');
    return new Promise((resolve) => {
      this.#keys = this.#keys.then(() => this.#press(digits, intervalMs, resolve));
    });
  }

  hold(): void {
    this.#session.dispatch({ type: 'hold' });
  }

  unhold(): void {
    this.#session.dispatch({ type: 'unhold' });
  }

  setLanguage(language: string): void {
    checkLanguage(language, 'language', this.#wireStyle);
    this.#session.setLanguage(language);
  }

  hangup(): void {
    this.#session.dispatch({ type: 'hangup' });
  }

  on<Name extends keyof CallEvents>(name: Name, listener: (...facts: CallEvents[Name]) => void): () => void {
    return this.#events.on(name, listener);
  }

  #createSession(
    options: CallAudioConnectorOptions,
    action: PreparedAction,
    clock: Clock,
    logger: Logger,
    sink: WireSink,
  ): Session {
    const { settings, sessionId, correlationId } = action;
    const { wireStyle: style = {} } = options;
    const events = this.#events;
    const progress = this.#progress;
    return new Session(
      {
        url: action.url,
        identity: {
          organizationId: settings.organizationId,
          sessionId,
          correlationId,
          apiKey: settings.apiKey,
          secret: settings.secret,
        },
        tls: settings.tls,
        style,
        open: action.open,
        rules: {
          offers: action.offers,
          drainOnDisconnect: options.drainOnDisconnect ?? false,
          onBreach: options.onBreach ?? 'ladder',
          asksForLanguages: options.supportedLanguages ?? false,
          durations: durationStyle(style),
        },
        media: action.media,
        lateOpened: options.lateOpened ?? 'burst',
        background: options.background && new Background(options.background),
        internal: options.internalAudio && new InternalChannel(options.internalAudio),
        times: withDefaults<ClientTimers>(CLIENT_TIMERS, options.timers),
        limits: limitsOf(options.limits),
        inspectAudio: options.inspectAudio ?? true,
        faults: new FaultPlan(options.faults),
        dial: options.dial ?? settings.dial,
        clock,
        sink,
        logger,
      },
      {
        state: (name) => {
          if (name === 'open') progress.opened(this.elapsedMs);
          if (name === 'closing' || name === 'closed') this.#end();
          events.emit('state', name);
        },
        playbackStarted: (fact) => {
          progress.playbackStarted(fact.t);
          events.emit('playbackStarted', fact);
        },
        playbackCompleted: ({ atMs, ...end }) => {
          progress.playbackCompleted();
          events.emit('playbackCompleted', { t: atMs, ...end });
        },
        bargeIn: (fact) => events.emit('bargeIn', fact),
        reply: (fact) => events.emit('reply', fact),
        turn: (turn) => events.emit('turn', turn),
        paused: (fact) => events.emit('paused', fact),
        resumed: (fact) => events.emit('resumed', fact),
        pong: (fact) => events.emit('pong', fact),
        error: (fact) => events.emit('error', fact),
        disconnect: (fact) => events.emit('disconnect', fact),
        warning: (warning) => events.emit('warning', callWarning(warning)),
        callerDone: (fact) => events.emit('callerDone', fact),
      },
    );
  }

  /** A stored call contains every broken rule of the result. */
  #reportRules(warnings: readonly NewWarning[], sink: WireSink): void {
    for (const { clause, text } of warnings) {
      if (clause !== undefined)
        sink.event({ kind: 'violation', t: this.#session.elapsedMs, clause, text, fatal: false });
    }
  }

  /** The sink from the options, and the event `wire` if it has listeners. */
  #sink({ sink: given, rawHeads = false }: CallAudioConnectorOptions, logger: Logger): WireSink {
    const events = this.#events;
    const redactor = rawHeads ? undefined : createRedactor();
    const runs = audioRuns((event) => {
      const isHead = event.kind === 'request' || event.kind === 'response';
      events.emit('wire', redactor && isHead ? redactEvent(redactor, event) : event);
    });
    const sink = given && guardedSink(given, logger);
    return {
      event(event) {
        sink?.event(event);
        if (events.has('wire')) runs.event(event);
      },
      audio(dir, t, bytes, lateMs) {
        sink?.audio?.(dir, t, bytes, lateMs);
        if (events.has('wire')) runs.audio(dir, t, bytes);
      },
      ...(sink?.heard ? { heard: sink.heard } : {}),
    };
  }

  #start({ signal, caller }: CallAudioConnectorOptions, { refusal }: PreparedAction): void {
    const session = this.#session;
    if (refusal) {
      session.dispatch({ type: 'dialFailed', ...refusal });
      return;
    }
    const abort = () => session.dispatch({ type: 'abort' });
    const { aborted, stopListening } = onAbort(signal, abort);
    if (aborted) {
      abort();
      return;
    }
    void this.closed.then(stopListening);
    if (caller !== undefined) session.say(caller, () => {});
    session.start();
  }

  #end(): void {
    this.#ended = true;
    this.#waiting?.abort();
  }

  /** @param sent - called when the last key has been sent, or the call has ended */
  async #press(digits: string, intervalMs: number, sent: () => void): Promise<void> {
    if (await this.#session.opened) {
      for (const [index, digit] of [...digits].entries()) {
        if (this.#ended) break;
        this.#session.sendDtmf(digit);
        if (index === digits.length - 1) sent();
        // The end of the call ends the wait.
        this.#waiting ??= new AbortController();
        await sleep(this.#clock, intervalMs, this.#waiting.signal).catch(() => {});
      }
    }
    sent();
  }
}

/**
 * If this side ended the call, nothing else in the result shows that the bot does not answer `close`. No rule is broken:
 * the bot still has time, but the result is due.
 */
function missingClosed(outcome: Outcome, { state, record }: Session): readonly NewWarning[] {
  const byUs =
    outcome.kind === 'callerGone' || (outcome.kind === 'failed' && outcome.cause === 'max-duration');
  if (!byUs || state.name !== 'closing') return [];
  const text =
    'closed had not arrived when the result was due, within a second of close; the call waits for it in the background';
  return [{ t: record.endedAtMs ?? 0, text }];
}

function limitsOf(limits: CallAudioConnectorOptions['limits']): RateLimits {
  if (limits === undefined || limits === 'genesys') return PLATFORM_RATES;
  return limits === 'off' ? {} : limits;
}

/**
 * Runs the Call Audio Connector action: dials the bot, streams the caller to it and the bot to the caller, until
 * the bot, the caller or a fault ends the call. Returns at once, while the call runs.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function callAudioConnector(options: CallAudioConnectorOptions): Call {
  const taken = snapshot(options);
  return new AudioConnectorCall(taken, prepare(taken));
}
