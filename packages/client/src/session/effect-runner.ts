import {
  type ClientParameters,
  type DurationStyle,
  durationFromMs,
  durationFromSamples,
  type WireSink,
} from '@hookline/protocol';
import { type Cancel, type Clock, TokenBucket, type TransportEnd } from '@hookline/runtime';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { FaultSchedule } from '../faults/fault-schedule.js';
import type { Outcome } from '../outcome/outcome.js';
import type { CallRecord, NewWarning } from './call-record.js';
import type { Connection } from './connection.js';
import type { Dialling } from './dialling.js';
import type { Heartbeat } from './heartbeat.js';
import type { Effect, Outgoing } from './machine/effects.js';
import { isEndedByBot } from './machine/ending.js';
import type { SessionEvent, TimerName } from './machine/events.js';
import type { MediaPlane } from './media-plane.js';
import type { Monitors } from './monitors.js';
import type { ClientTimers } from './options.js';
import type { SessionListener } from './session-listener.js';
import type { Timers } from './timers.js';

/**
 * From the end of a call to its result while `closed` is awaited, and from `closed` to the end of the socket. Less than
 * the documented second, so that a late timer still meets it. (DECISIONS.md #24, #40)
 */
const PROMPT_MS = 800;
/** The maximum number of errors that do not end the session, so that a flood of invalid messages causes no flood of errors. */
const WARNINGS = { perSecond: 5, burst: 25 };
/** A message that the bot has not answered for this long at the end of a call is noted, in milliseconds. */
const REPLY_GRACE_MS = 500;
const NO_END: TransportEnd = { code: 1006, reason: 'the transport reported no end' };

/** The parts of a session that effects use. */
export interface EffectRunnerParts {
  readonly clock: Clock;
  /** Milliseconds since dialling. */
  readonly t: () => number;
  /** Undefined until the upgrade is complete. */
  readonly connection: () => Connection | undefined;
  readonly open: () => ClientParameters<'open'>;
  readonly media: MediaPlane;
  readonly timers: Timers;
  readonly times: ClientTimers;
  readonly durations: DurationStyle;
  readonly heartbeat: Heartbeat;
  readonly faults: FaultPlan;
  readonly record: CallRecord;
  readonly sink: WireSink;
  readonly dispatch: (event: SessionEvent) => void;
  readonly listener: SessionListener;
  readonly schedule: FaultSchedule;
  readonly dialling: Dialling;
  readonly monitors: Monitors;
  /** The connection is about to close. */
  readonly lost: (end: TransportEnd) => void;
  /** No connection will be made: the dialler was not called, or does not end. */
  readonly neverConnected: () => void;
}

/** Runs the effects of the machine, and keeps the outcome that it decides. */
export class EffectRunner {
  readonly #parts: EffectRunnerParts;
  readonly #peerWarnings: TokenBucket;
  #pinged = false;
  /** The `seq` of `close`; undefined until it is sent. */
  #closeSeq: number | undefined;
  /** Cancels the ping that a fault delays. */
  #cancelLatePing: Cancel | undefined;
  /** Resolves with the outcome when the result is complete. Never rejects. */
  readonly settled: Promise<Outcome>;
  /** Resolves when the session is open, with false if it ended first. Never rejects. */
  readonly opened: Promise<boolean>;
  #outcome: Outcome | undefined;
  #resolveSettled: (outcome: Outcome) => void = () => {};
  #resolveOpened: (opened: boolean) => void = () => {};

  constructor(parts: EffectRunnerParts) {
    this.#parts = parts;
    this.settled = new Promise((resolve) => {
      this.#resolveSettled = resolve;
    });
    this.opened = new Promise((resolve) => {
      this.#resolveOpened = resolve;
    });
    this.#peerWarnings = new TokenBucket(WARNINGS, parts.clock.now());
  }

  run(effect: Effect): void {
    const { media, monitors, timers, record, listener, schedule, dialling, t } = this.#parts;
    const connection = this.#parts.connection();
    switch (effect.do) {
      case 'sendOpen':
        record.openSentAtMs = t();
        connection?.send('open', this.#parts.open());
        media.connected();
        return;
      case 'send':
        this.#send(effect.message);
        return;
      case 'warnPeer':
        if (this.#peerWarnings.take(this.#parts.clock.now())) this.sendError(effect.parameters);
        return;
      case 'ping':
        this.#ping();
        return;
      case 'arm':
        this.#arm(effect.timer, effect.short ?? false);
        return;
      case 'disarm':
        timers.disarm(effect.timer);
        if (effect.timer === 'ping') this.#cancelLatePing?.();
        return;
      case 'startMedia':
        this.#startMedia(effect);
        return;
      case 'pauseCaller':
        media.pauseCaller();
        return;
      case 'resumeCaller':
        this.sendGap('resumed', media.resumeCaller());
        return;
      case 'holdPlayback':
        media.hold();
        return;
      case 'unholdPlayback':
        media.unhold();
        return;
      case 'flushPlayback':
        media.advance();
        listener.bargeIn({ t: t(), droppedMs: media.bufferedMs });
        record.bargedIn(media.flush());
        monitors.bargedIn();
        return;
      case 'playOut':
        media.stopCaller();
        // On hold, audio may wait that has not started to play.
        if (!media.playing && media.bufferedMs === 0) this.#parts.dispatch({ type: 'playedOut' });
        return;
      case 'stopMedia':
        this.#stopMedia();
        return;
      case 'reportTurn': {
        const turn = { ...effect.data, t: t() };
        record.turn(turn);
        listener.turn(turn);
        return;
      }
      case 'keepOutputs':
        record.returned(effect.from, effect.outputs);
        return;
      case 'keepLanguages':
        record.languages = effect.languages;
        return;
      case 'warn':
        this.warn(effect);
        return;
      case 'decideOutcome':
        this.#noteUnanswered(effect.outcome);
        this.#outcome = effect.outcome;
        record.endedAtMs = t();
        // Without a connection, the handshake is reported first.
        if (connection) this.reportBrokenRule();
        schedule.stop();
        this.#resolveOpened(false);
        return;
      case 'settle':
        this.settle();
        return;
      case 'abortDial':
        dialling.abort();
        if (connection) return;
        // What the dialler did until now is reported when it ends. Do not wait for one that never ends.
        if (dialling.isStarted) timers.arm('gone', PROMPT_MS, () => this.#parts.neverConnected());
        else this.#parts.neverConnected();
        return;
      case 'closeSocket':
        connection?.close();
        return;
      case 'terminate':
        // Do not wait for a transport that never reports its end.
        if (connection) timers.arm('gone', PROMPT_MS, () => this.#parts.lost(NO_END));
        connection?.terminate();
        return;
    }
  }

  /**
   * The result is complete. Only the first time counts.
   *
   * @param fallback - the outcome if none was decided
   */
  settle(fallback?: Outcome): void {
    const outcome = this.#outcome ?? fallback;
    if (outcome) this.#resolveSettled(outcome);
  }

  /** Reports the rule that decided the path, if there is one, as a violation. */
  reportBrokenRule(): void {
    if (this.#outcome?.kind !== 'failed') return;
    const { clause, text } = this.#outcome;
    const { sink, t } = this.#parts;
    if (clause !== undefined) sink.event({ kind: 'violation', t: t(), clause, text, fatal: true });
  }

  /** Sends an `error` to the bot. */
  sendError(parameters: ClientParameters<'error'>): void {
    this.#parts.connection()?.send('error', parameters);
    const { code, message } = parameters;
    this.#parts.listener.error({ t: this.#parts.t(), code, message });
  }

  /** Whether the bot had not received `close` when it sent a message with this `clientseq`. */
  crossesClose(clientseq: number): boolean {
    return this.#closeSeq !== undefined && clientseq < this.#closeSeq;
  }

  #send(message: Outgoing): void {
    if (message.type === 'error') {
      this.sendError(message.parameters);
      return;
    }
    const seq = this.#parts.connection()?.send(message.type, message.parameters);
    if (message.type === 'close') this.#closeSeq = seq;
    if (message.type === 'paused') this.#parts.listener.paused({ t: this.#parts.t() });
  }

  /** Records a warning. */
  warn({ text, clause }: Omit<NewWarning, 't'>): void {
    const { record, listener, sink, t } = this.#parts;
    const warning = record.warn({ t: t(), text, ...(clause === undefined ? {} : { clause }) });
    if (!warning) return;
    listener.warning(warning);
    if (clause !== undefined) sink.event({ kind: 'violation', t: warning.t, clause, text, fatal: false });
  }

  #ping(): void {
    const { faults, clock } = this.#parts;
    // A second ping could be sent before the delayed one is answered; its pong would then be taken for a wrong one.
    if (this.#cancelLatePing || faults.dropsPing()) return;
    const delayMs = faults.pingDelayMs();
    if (delayMs === 0) {
      this.#sendPing();
      return;
    }
    this.#cancelLatePing = clock.after(delayMs, () => {
      this.#cancelLatePing = undefined;
      this.#sendPing();
    });
  }

  /** AC-PING-5: every ping except the first carries the last round trip. */
  #sendPing(): void {
    const { heartbeat, clock, durations } = this.#parts;
    const { rttMs } = heartbeat;
    const rtt = rttMs === undefined ? {} : { rtt: durationFromMs(rttMs, durations) };
    const seq = this.#parts.connection()?.send('ping', rtt);
    if (seq !== undefined) heartbeat.pinged(seq, clock.now());
  }

  #arm(timer: TimerName, short: boolean): void {
    const { timers, dispatch } = this.#parts;
    const ms = this.#msOf(timer, short);
    const fire = timer === 'ping' ? () => this.#pingDue() : () => dispatch({ type: 'timeout', timer });
    // After a stall, timers run before sockets are read: messages that have already arrived count as in time.
    timers.arm(timer, ms, () => timers.arm(timer, 0, fire));
  }

  /** Pings are on a grid that starts with the first; the second is off the grid, but has its full time. */
  #pingDue(): void {
    const { timers, times, heartbeat, clock, dispatch } = this.#parts;
    const leftMs = times.pingIntervalMs - heartbeat.waitingMs(clock.now());
    if (heartbeat.unanswered && leftMs > 0) timers.arm('ping', leftMs, () => this.#pingDue());
    else dispatch({ type: 'pingDue', unanswered: heartbeat.unanswered, wrongPong: heartbeat.wrongPong });
  }

  #msOf(timer: TimerName, short: boolean): number {
    const { times } = this.#parts;
    switch (timer) {
      case 'upgrade':
        return times.upgradeMs;
      case 'opened':
        return times.openedMs;
      case 'ping': {
        const first = !this.#pinged;
        this.#pinged = true;
        return first ? times.firstPingMs : times.pingIntervalMs;
      }
      case 'closed':
        return short ? times.closedAfterPongTimeoutMs : times.closedMs;
      case 'maxDuration':
        return times.maxDurationMs;
      case 'settle':
      case 'socket':
      case 'gone':
        return PROMPT_MS;
    }
  }

  #startMedia(effect: Extract<Effect, { do: 'startMedia' }>): void {
    const { media, record, schedule, t } = this.#parts;
    record.openedAtMs = t();
    const skipped = media.start(effect.media, effect.discardMs, effect.paused);
    // AC-OPEN-10
    const wanted = effect.media !== undefined || effect.discardMs > 0;
    if (skipped.discarded > 0 && wanted) this.sendGap('discarded', skipped);
    media.flow(effect.media);
    schedule.opened();
    this.#resolveOpened(true);
  }

  /** Sends `discarded` for caller audio that was not sent, in samples. */
  sendGap(type: 'resumed' | 'discarded', gap: { start: number; discarded: number }): void {
    const { connection, durations, listener, t } = this.#parts;
    connection()?.send(type, {
      start: durationFromSamples(gap.start, durations),
      discarded: durationFromSamples(gap.discarded, durations),
    });
    if (type === 'resumed') listener.resumed({ t: t() });
  }

  /**
   * Notes the answers that the bot still owes at the end of the call, which the end would otherwise hide. They break no
   * rule: the bot still had time.
   */
  #noteUnanswered(outcome: Outcome): void {
    const { record, heartbeat, faults, clock, times, t } = this.#parts;
    if (outcome.kind === 'callerGone') this.#noteUnopened();
    if (outcome.kind === 'failed' && outcome.cause === 'pong-timeout') return;
    const { connectedAtMs = 0 } = record;
    const outMs = heartbeat.waitingMs(clock.now());
    const timeoutMs = Math.max(REPLY_GRACE_MS, 2 * (heartbeat.rttMs ?? connectedAtMs));
    // Without reading, answers cannot be received.
    if (!heartbeat.unanswered || outMs < timeoutMs || faults.stopsReading(t())) return;
    const which = heartbeat.pongs === 0 ? 'the first ping' : 'the last ping';
    this.#note(
      `${which} had not been answered when the call ended, ${seconds(outMs)} after it was sent; the bot has ${seconds(times.pingIntervalMs)}`,
    );
  }

  #noteUnopened(): void {
    const { record, times, t } = this.#parts;
    const { connectedAtMs, openSentAtMs = 0, openedAtMs } = record;
    if (openedAtMs !== undefined) return;
    const waitedMs = t() - openSentAtMs;
    if (waitedMs < REPLY_GRACE_MS) return;
    this.#note(
      connectedAtMs === undefined
        ? `the WebSocket handshake was not complete when the call ended, ${seconds(waitedMs)} after dialling; the bot has ${seconds(times.upgradeMs)}`
        : `opened had not arrived when the call ended, ${seconds(waitedMs)} after open; the bot has ${seconds(times.openedMs)}`,
    );
  }

  /** Only for the result: nothing has happened that a listener must learn of at once. */
  #note(text: string): void {
    this.#parts.record.warn({ t: this.#parts.t(), text });
  }

  /** Warns of audio that a disconnect cut off, because the platform's behaviour is not known. (DECISIONS.md #34) */
  #stopMedia(): void {
    const { media } = this.#parts;
    const cutBefore = media.cutMs;
    media.stop();
    this.#parts.monitors.mediaOver();
    const cutMs = media.cutMs - cutBefore;
    const outcome = this.#outcome;
    if (cutMs <= 0 || outcome === undefined || !isEndedByBot(outcome)) return;
    this.warn({
      clause: 'AC-PLAY-4',
      text: `${Math.round(cutMs)} ms of bot audio had not been heard when the bot disconnected and were dropped; wait for playback_completed first`,
    });
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
