import { type ClientParameters, durationFromMs, type WireSink } from '@hookline/protocol';
import {
  type Clock,
  type Logger,
  messageOf,
  runUserCode,
  type Transport,
  type TransportEnd,
} from '@hookline/runtime';
import type { FaultPlan } from '../faults/fault-plan.js';
import { FaultSchedule } from '../faults/fault-schedule.js';
import { faultyTransport } from '../faults/faulty-transport.js';
import type { Background } from '../media/background.js';
import type { CallerSource } from '../media/caller-source.js';
import type { InternalChannel } from '../media/internal-channel.js';
import type { Outcome } from '../outcome/outcome.js';
import type { PlaybackEnd } from '../playback/playback.js';
import type { Dial, TlsOptions } from '../transport/dial.js';
import { CallRecord } from './call-record.js';
import { Connection } from './connection.js';
import { Dialling } from './dialling.js';
import { EffectRunner } from './effect-runner.js';
import { guardedTransport } from './guarded-transport.js';
import { Heartbeat } from './heartbeat.js';
import type { SessionEvent } from './machine/events.js';
import { isRefused } from './machine/lost.js';
import { transition } from './machine/machine.js';
import type { SessionRules } from './machine/rules.js';
import { INITIAL, type SessionState } from './machine/states.js';
import { MediaPlane } from './media-plane.js';
import { MessageHandler } from './message-handler.js';
import { Monitors } from './monitors.js';
import type { ClientTimers, LateOpened, MediaOptions, RateLimits } from './options.js';
import { RateGuard } from './rate-guard.js';
import type { SessionListener } from './session-listener.js';
import { Timers, tickerOf } from './timers.js';
import type { UpgradeIdentity } from './upgrade-headers.js';
import { durationStyle, type WireStyle, writeLanguage } from './wire-style.js';

/** Options of a session. Already checked. */
export interface SessionOptions {
  readonly url: string;
  readonly identity: UpgradeIdentity;
  readonly tls: TlsOptions | undefined;
  readonly style: WireStyle;
  readonly open: ClientParameters<'open'>;
  readonly rules: SessionRules;
  readonly media: Required<MediaOptions>;
  /** How caller audio from before the session is open is handled; undefined: the stream starts when it is open. */
  readonly lateOpened: LateOpened | undefined;
  readonly background: Background | undefined;
  readonly internal: InternalChannel | undefined;
  readonly times: ClientTimers;
  readonly limits: RateLimits;
  /** Whether the bot's audio is inspected for common mistakes. */
  readonly inspectAudio: boolean;
  readonly faults: FaultPlan;
  readonly dial: Dial;
  readonly clock: Clock;
  /** Must not throw. */
  readonly sink: WireSink;
  readonly logger: Logger;
}

/**
 * One session, from dialling to the end of its connection. The machine decides, and the session runs its
 * effects, one event at a time: the connection has the transport and the counters, the effect runner the timers.
 */
export class Session {
  readonly media: MediaPlane;
  readonly record = new CallRecord();
  readonly heartbeat = new Heartbeat();
  readonly monitors: Monitors;
  /** Resolves when the connection is closed. Never rejects. */
  readonly closed: Promise<void>;

  readonly #options: SessionOptions;
  readonly #listener: SessionListener;
  readonly #runner: EffectRunner;
  readonly #handler: MessageHandler;
  readonly #dialling: Dialling;
  readonly #schedule: FaultSchedule;
  readonly #dialledAtMs: number;
  readonly #queue: SessionEvent[] = [];
  #state: SessionState = INITIAL;
  #language: string | undefined;
  /** A language that was set after `open` had been sent, and before the session is open. */
  #lateLanguage: string | undefined;
  /**
   * When the message or frame that is being handled was received. Counts as the current time while it is handled:
   * reporting takes time, and the caller must not hear more before a barge-in because of it.
   */
  #receivedAtMs: number | undefined;
  #connection: Connection | undefined;
  #running = false;
  #crashed = false;
  #isLost = false;
  #resolveClosed: () => void = () => {};

  constructor(options: SessionOptions, listener: SessionListener) {
    this.#options = options;
    this.#listener = listener;
    const { clock, sink, faults } = options;
    this.#dialledAtMs = clock.now();
    this.#dialling = new Dialling({
      ...options,
      upgradeMs: options.times.upgradeMs,
      onStep: (step) => this.dispatch({ type: 'dialStep', step }),
      t: this.#t,
    });
    this.#schedule = new FaultSchedule(clock, faults.faults, {
      limit: (retryAfterMs) => this.#limit(retryAfterMs),
      startLoss: () => this.media.pauseCaller(),
      endLoss: () => this.#endLoss(),
      hangup: () => this.dispatch({ type: 'hangup' }),
      becomeUnavailable: () => this.dispatch({ type: 'unavailable' }),
    });
    this.monitors = new Monitors(options.inspectAudio, options.media.frameMs, {
      warn: (warning) => this.#runner.warn(warning),
      replied: (reply) => {
        this.record.replied(reply);
        listener.reply(reply);
      },
    });
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.media = new MediaPlane(
      {
        ...options.media,
        background: options.background,
        internal: options.internal,
        lateOpened: options.lateOpened,
        clock,
        ticker: tickerOf(clock),
        t: this.#t,
        frameDelayMs: () => faults.frameDelayMs(),
        awaitsReply: () => this.monitors.reply.inputEndMs !== undefined,
      },
      {
        send: (frame, lateMs) => this.#sendAudio(frame, lateMs),
        callerAudio: (frame, spokenToMs) => this.monitors.reply.said(frame, spokenToMs - this.#dialledAtMs),
        callerKnown: (spokenToMs) => this.monitors.reply.callerKnown(spokenToMs - this.#dialledAtMs),
        received: (mulaw) => this.monitors.botAudio(mulaw, this.#t()),
        playbackStarted: (atMs) => this.#playbackStarted(atMs),
        soundBegan: (sound) => this.monitors.reply.began(sound),
        playbackCompleted: (end) => this.#playbackCompleted(end),
        heard: sink.heard && ((atMs, bytes) => sink.heard?.(atMs, bytes)),
        callerDone: () => listener.callerDone({ t: this.#t() }),
        callerFailed: (text) => this.dispatch({ type: 'sourceFailed', text }),
      },
    );
    this.#handler = new MessageHandler({
      clock,
      state: () => this.#state,
      onBreach: options.rules.onBreach,
      rates: new RateGuard(options.limits, this.#dialledAtMs),
      heartbeat: this.heartbeat,
      media: this.media,
      monitors: this.monitors,
      listener,
      crossesClose: (clientseq) => this.#runner.crossesClose(clientseq),
      t: this.#t,
      dispatch: (event) => this.dispatch(event),
      onWarning: (warning) => this.#runner.warn(warning),
      crashed: (error) => this.#crash(error),
      closed: (end) => this.#lost(end),
    });
    this.#runner = new EffectRunner({
      clock,
      t: this.#t,
      connection: () => this.#connection,
      open: () => this.#open(),
      media: this.media,
      timers: new Timers(clock, tickerOf(clock)),
      times: options.times,
      durations: durationStyle(options.style),
      heartbeat: this.heartbeat,
      faults,
      record: this.record,
      sink,
      dispatch: (event) => this.dispatch(event),
      listener,
      schedule: this.#schedule,
      dialling: this.#dialling,
      monitors: this.monitors,
      lost: (end) => this.#lost(end),
      neverConnected: () => this.#neverConnected(undefined),
    });
  }

  /** Milliseconds since dialling. */
  get elapsedMs(): number {
    return this.#t();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Resolves with the outcome when the result is complete. Never rejects. */
  get settled(): Promise<Outcome> {
    return this.#runner.settled;
  }

  /** Resolves when the session is open, with false if it ended first. Never rejects. */
  get opened(): Promise<boolean> {
    return this.#runner.opened;
  }

  /** Dials. Called once. */
  start(): void {
    this.#runner.run({ do: 'arm', timer: 'upgrade' });
    this.#dialling
      .connect()
      .then((transport) => this.#dialled(transport))
      .catch((error) => {
        if (this.#connection) this.#crash(error);
        else this.#neverConnected(error);
      });
  }

  /** Handles an event. Events that arrive while another one is being handled are queued. */
  dispatch(event: SessionEvent): void {
    this.#queue.push(event);
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#step(next);
    this.#running = false;
    const unread = this.#connection?.unread;
    if (unread !== undefined && this.#state.name !== 'closed') {
      this.dispatch({ type: 'unread', bytes: unread });
    }
  }

  say(source: CallerSource, done: () => void): void {
    this.media.say(source, done);
  }

  /** Sends one key. Ignored unless the session is open. */
  sendDtmf(digit: string): void {
    if (this.#state.name !== 'open') return;
    this.#connection?.send('dtmf', { digit });
    this.record.dtmf += digit;
    this.monitors.keyed(this.#t());
    this.media.watchSound();
  }

  /**
   * Reports a new language to the bot, at once or as soon as the session is open; before `open` is sent, sets the
   * language of `open`.
   */
  setLanguage(language: string): void {
    const written = writeLanguage(language, this.#options.style);
    if (this.#state.name === 'connecting') this.#language = written;
    else if (this.#state.name === 'opening') this.#lateLanguage = written;
    else if (this.#state.name === 'open') this.#connection?.send('update', { language: written });
  }

  readonly #t = () => this.#receivedAtMs ?? this.#options.clock.now() - this.#dialledAtMs;

  #open(): ClientParameters<'open'> {
    const { open } = this.#options;
    return this.#language === undefined ? open : { ...open, language: this.#language };
  }

  #step(event: SessionEvent): void {
    try {
      const before = this.#state;
      const [next, effects] = transition(before, event, this.#options.rules);
      this.#state = next;
      for (const effect of effects) this.#runner.run(effect);
      if (next.name === before.name) return;
      if (next.name === 'open') this.#sendLateLanguage();
      this.#listener.state(next.name);
    } catch (error) {
      this.#crash(error);
    }
  }

  #sendLateLanguage(): void {
    const language = this.#lateLanguage;
    if (language !== undefined) this.#connection?.send('update', { language });
  }

  /** An internal error ends this call only. */
  #crash(error: unknown): void {
    this.#options.logger.error({ err: error }, 'the session failed');
    if (this.#crashed) {
      this.#abandon(messageOf(error));
      return;
    }
    this.#crashed = true;
    this.dispatch({ type: 'internalFault', text: messageOf(error) });
  }

  /** The regular end failed as well: reports the outcome and drops the connection. */
  #abandon(text: string): void {
    this.#runner.settle({ kind: 'failed', cause: 'internal', text, wasOpened: false });
    if (this.#connection) this.#connection.terminate();
    else this.#resolveClosed();
  }

  /** The connection is made. The call may have ended meanwhile, even while the answer to the upgrade was reported. */
  #dialled(transport: Transport): void {
    if (this.#state.name === 'connecting') {
      this.#connected(transport);
      return;
    }
    runUserCode(
      () => transport.terminate(),
      () => {},
    );
    this.#neverConnected(undefined);
  }

  /** Dialling ended without a connection, or ended too late: reports the handshake. */
  #neverConnected(error: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    if (this.#state.name === 'connecting') this.dispatch(this.#dialling.failure(error));
    else this.#dialling.abandoned(error);
    this.#runner.run({ do: 'disarm', timer: 'gone' });
    this.#runner.reportBrokenRule();
    this.#resolveClosed();
  }

  #connected(transport: Transport): void {
    const { sink, identity, style, faults, clock } = this.#options;
    this.record.connectedAtMs = this.#t();
    const connection = new Connection(
      {
        sessionId: identity.sessionId,
        style,
        t: this.#t,
        receipt: {
          begin: () => {
            this.#receivedAtMs = this.#t();
          },
          end: () => {
            this.#receivedAtMs = undefined;
          },
        },
        position: () => this.media.position,
        repeatsSeq: () => faults.repeatsSeq(),
        sink,
      },
      // A fault also calls the transport, from a timer.
      faultyTransport(
        guardedTransport(transport, (error) => this.#crash(error)),
        faults.faults,
        clock,
        this.#dialledAtMs,
      ),
    );
    this.#connection = connection;
    this.dispatch({ type: 'connected' });
    connection.listen(this.#handler);
  }

  #lost(end: TransportEnd): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#runner.run({ do: 'disarm', timer: 'gone' });
    const { code, reason } = end;
    const by = this.#state.name === 'closed' || isRefused(end) ? 'self' : code === 1006 ? 'loss' : 'peer';
    this.#options.sink.event({ kind: 'end', t: this.#t(), by, code, reason });
    this.dispatch({ type: 'lost', end });
    this.#resolveClosed();
  }

  /** Ends simulated loss of caller audio. A pause, of which the lost audio is then a part, goes on. */
  #endLoss(): void {
    if (this.#state.name !== 'open') return;
    const { client, server } = this.#state.holders;
    if (client || server) return;
    const lost = this.media.resumeCaller();
    // The end of a pause has ended the loss, and reported it.
    if (lost.discarded > 0) this.#runner.sendGap('discarded', lost);
  }

  /** Sends error 429 although no limit was exceeded: a simulated fault. */
  #limit(retryAfterMs: number): void {
    const retryAfter = durationFromMs(retryAfterMs, durationStyle(this.#options.style));
    this.#runner.sendError({ code: 429, message: 'Rate limit exceeded', retryAfter });
  }

  #sendAudio(frame: Uint8Array, lateMs: number | undefined): void {
    this.#connection?.sendAudio(frame, lateMs);
    const unread = this.#connection?.unread;
    if (unread !== undefined) this.dispatch({ type: 'unread', bytes: unread });
  }

  #playbackStarted(atMs: number): void {
    this.record.playbackStarted(atMs, this.monitors.playbackStarted(atMs));
    this.#schedule.playbackStarted();
    this.#connection?.send('playback_started', {});
    this.#listener.playbackStarted({ t: atMs });
  }

  #playbackCompleted(end: PlaybackEnd): void {
    this.record.playbackCompleted(end);
    this.monitors.playbackCompleted(end);
    // Reported before the message, so that a view can show the heard duration in its row.
    this.#options.sink.event({
      kind: 'playback',
      t: end.atMs,
      heardMs: end.heardMs,
      droppedMs: end.droppedMs,
      ended: end.ended,
    });
    this.#connection?.send('playback_completed', {});
    this.#listener.playbackCompleted(end);
    if (this.#state.name === 'closing') this.dispatch({ type: 'playedOut' });
  }
}
