import {
  bytesPerSample,
  decodeClientMessage,
  describe,
  encodeServerMessage,
  serverVerdict,
  type WireSink,
} from '@hookline/protocol';
import type {
  Clock,
  Ticker,
  TokenBucket,
  Transport,
  TransportEnd,
  TransportListener,
} from '@hookline/runtime';
import type { BotLimits, BotTimers } from '../bot-limits.js';
import { newCounters } from './call-stats.js';
import { CallerTimeline } from './caller-timeline.js';
import { audioLimit, TextLimit } from './client-limits.js';
import { type ClientEnvelopeFields, Envelopes } from './envelopes.js';
import {
  type Ending,
  type Fault,
  INITIAL_STATE,
  type OutgoingMessage,
  type SessionEffect,
  type SessionEvent,
  type SessionTimer,
  transition,
} from './machine.js';
import { RunningTimer } from './running-timer.js';
import { SendLimits } from './send-limits.js';
import type { FrameReceiver, SessionListener } from './session-listener.js';
import type { SessionState } from './states.js';
import { WireTap } from './wire-tap.js';

/** The longest message that is read after the end of a session: only `close` and `ping` matter then, and parsing long JSON delays every other call. */
const MAX_LATE_CHARS = 4096;

/** The parts of a bot that a session uses. */
export interface SessionHost {
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: BotTimers;
  readonly limits: BotLimits;
}

/** A transport as a session uses it: the client closes it, and the server drops what stays open. (AC-TIME-5) */
export type SessionTransport = Omit<Transport, 'close'> & {
  /** Whether it is a socket, which delivers messages in an async context of its own. Default false. */
  readonly isSocket?: boolean;
};

/** Options of a session. */
export interface SessionOptions {
  readonly transport: SessionTransport;
  /** The session's UUID from the request header; if it is empty, the id of the first message is used. */
  readonly id: string;
  /** When the upgrade request arrived, by `clock.now()`. */
  readonly startedMs: number;
  readonly sink: WireSink | undefined;
}

/** One connection. Owns its transport, counters and timers, and runs the effects of the state machine. */
export class Session implements TransportListener {
  readonly counters = newCounters();
  readonly sendLimits: SendLimits;
  readonly #host: SessionHost;
  readonly #transport: SessionTransport;
  readonly #listener: SessionListener;
  /** Undefined if there is no sink. */
  readonly #tap: WireTap | undefined;
  readonly #envelopes: Envelopes;
  readonly #textLimit: TextLimit;
  readonly #audioLimit: TokenBucket;
  #state: SessionState = INITIAL_STATE;
  /** Whether the state accepts caller audio, looked up once instead of for each frame. */
  #takesAudio = false;
  #timer: RunningTimer | undefined;
  #timeline: CallerTimeline | undefined;
  #frames: FrameReceiver | undefined;
  #blockBytes = 1;
  /** Whether the connection was dropped because the client does not read; its end is reported later. */
  #isDropped = false;
  #lastFrameMs = 0;
  /** In whole milliseconds, which V8 stores in the object itself for the first 24 days. */
  #lastHeardMs = 0;
  #lastSentMs = 0;

  constructor(
    host: SessionHost,
    { transport, id, startedMs, sink }: SessionOptions,
    listener: SessionListener,
  ) {
    const { clock, limits } = host;
    const nowMs = clock.now();
    this.#host = host;
    this.#transport = transport;
    this.#listener = listener;
    this.#lastHeardMs = Math.trunc(nowMs);
    this.#lastSentMs = nowMs;
    this.#tap = sink && new WireTap(sink, clock, startedMs);
    this.#envelopes = new Envelopes(id);
    this.#textLimit = new TextLimit(limits, nowMs);
    this.#audioLimit = audioLimit(limits, nowMs);
    this.sendLimits = new SendLimits(nowMs);
    this.#arm('open');
  }

  /** Starts to handle incoming messages. */
  start(): void {
    this.#transport.listen(this);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Whether messages arrive in an async context of their own, that of the socket. */
  get isOnSocket(): boolean {
    return this.#transport.isSocket ?? false;
  }

  /** The seq of the last message sent. */
  get sentSeq(): number {
    return this.#envelopes.sentSeq;
  }

  /** When something was last received, by `clock.now()`, in whole milliseconds. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /** When something was last sent, by `clock.now()`; automatic answers do not count. */
  get lastSentMs(): number {
    return this.#lastSentMs;
  }

  /** The position of the caller's stream, in milliseconds. */
  get positionMs(): number {
    return this.#timeline?.positionMs ?? 0;
  }

  /** How long ago the caller's stream was at this position, in milliseconds without the holds since then. */
  agoMs(atMs: number): number {
    return this.#timeline?.agoMs(atMs) ?? 0;
  }

  /** How long the last frame of caller audio was, in milliseconds; 0 before any. */
  get callerFrameMs(): number {
    return this.#lastFrameMs;
  }

  /** When the next frame of caller audio is due, by `clock.now()`; `Infinity` if that is unknown. */
  get nextFrameMs(): number {
    return this.#timeline?.nextFrameMs(this.#lastFrameMs) ?? Number.POSITIVE_INFINITY;
  }

  /** The upper bound of the round trip when the call began; `Infinity` before any caller audio. */
  get longestRoundTripMs(): number {
    return this.#timeline?.longestRoundTripMs ?? Number.POSITIVE_INFINITY;
  }

  /** Ends the session from this side, unless it has ended. */
  end(ending: Ending): void {
    this.#dispatch({ type: 'end', ...ending });
  }

  /** Drops the connection without a closing handshake. */
  terminate(): void {
    this.#transport.terminate();
  }

  /** Sends a text message now; the caller has checked `sendLimits`. Ignored unless the session is open. */
  send(message: OutgoingMessage): boolean {
    if (this.#state.name !== 'active' && this.#state.name !== 'paused') return false;
    this.#sendNow(message);
    return true;
  }

  /** Sends a binary frame now. Returns false and counts it if the session accepts no audio. (AC-AUDIO-2, AC-AUDIO-3) */
  sendAudio(bytes: Uint8Array): boolean {
    const state = this.#state;
    if ((state.name !== 'active' && state.name !== 'paused') || !state.media || this.#isDropped) {
      this.counters.droppedOutFrames += 1;
      return false;
    }
    const nowMs = this.#host.clock.now();
    this.#lastSentMs = nowMs;
    this.sendLimits.sentAudio(nowMs);
    this.counters.audioOutFrames += 1;
    this.#textLimit.creditReplies();
    // Reported after sending, so that a sink that sends something itself does not reorder frames.
    this.#transport.sendBinary(bytes);
    this.#tap?.audio('out', nowMs, bytes);
    this.#checkBacklog();
    return true;
  }

  text(text: string): void {
    const nowMs = this.#host.clock.now();
    this.#lastHeardMs = Math.trunc(nowMs);
    if (!this.#textLimit.take(nowMs)) {
      this.#dispatch({
        type: 'flood',
        info: `too many messages: more than ${this.#host.limits.maxTextPerSecond} a second`,
      });
      return;
    }
    if ('end' in this.#state && text.length > MAX_LATE_CHARS) {
      this.#tap?.message('in', text, undefined);
      this.#fault({
        clause: 'AC-MSG-10',
        info: `message of ${text.length} characters after the end of the session`,
      });
      return;
    }
    const decoded = decodeClientMessage(text);
    switch (decoded.kind) {
      case 'message':
        this.#tap?.message('in', text, decoded.message.type);
        if (this.#fits(decoded.message)) this.#dispatch({ type: 'message', message: decoded.message });
        return;
      case 'unknown':
        this.#tap?.message('in', text, decoded.envelope.type);
        this.counters.unknownMessages += 1;
        this.#listener.unknown(decoded.envelope.type);
        if (this.#fits(decoded.envelope)) {
          this.#dispatch({ type: 'unknown', messageType: decoded.envelope.type });
        }
        return;
      case 'fault': {
        const { clause, reason, path, seq, type } = decoded.fault;
        this.#tap?.message('in', text, type);
        if (seq !== undefined) this.#envelopes.count(seq);
        // The reason quotes the client.
        const what = type === undefined ? 'a text frame' : describe(type);
        const logged =
          path === '' ? `${what} is not a valid message` : `${what} is invalid at ${describe(path)}`;
        this.#fault({ clause, info: reason, logged });
      }
    }
  }

  binary(bytes: Uint8Array, nowMs = this.#host.clock.now()): void {
    this.#lastHeardMs = Math.trunc(nowMs);
    this.#tap?.audio('in', nowMs, bytes);
    const timeline = this.#timeline;
    // AC-AUDIO-10
    if (bytes.length === 0) return;
    // AC-AUDIO-9
    if (!timeline || !this.#takesAudio) {
      this.counters.droppedInFrames += 1;
      return;
    }
    if (bytes.length % this.#blockBytes !== 0) {
      this.#fault({
        clause: 'AC-AUDIO-5',
        info: `binary frame of ${bytes.length} bytes; expected whole samples of ${this.#blockBytes} bytes`,
      });
      return;
    }
    const atMs = timeline.positionMs;
    const frameMs = timeline.durationMs(bytes.length);
    timeline.advance(bytes.length, nowMs);
    if (!this.#audioLimit.take(nowMs, frameMs)) {
      this.counters.droppedInFrames += 1;
      return;
    }
    this.#lastFrameMs = frameMs;
    this.counters.audioInFrames += 1;
    this.counters.audioInMs += frameMs;
    this.#frames?.push(bytes, atMs);
  }

  closed(end: TransportEnd): void {
    const wasClosed = this.#state.name === 'closed';
    try {
      this.#tap?.end(end);
      if (!wasClosed && end.error) this.#listener.onViolation('AC-CONN-10', end.error.message);
      this.#dispatch({ type: 'lost' });
    } finally {
      // Even if something above throws, the connection has ended and must not count any more.
      this.#listener.onClose(end);
    }
  }

  /** Whether so much more caller audio is within the limit on the client's speed. Counts it if so. */
  admits(ms: number): boolean {
    return this.#audioLimit.take(this.#host.clock.now(), ms);
  }

  /**
   * Moves the position of the caller's stream over a gap that the client reported.
   *
   * @param onHold - whether the client was on hold
   */
  skipAudio(startMs: number, discardedMs: number, onHold: boolean): void {
    this.#timeline?.skip(startMs, discardedMs, onHold);
  }

  /** Whether a message's envelope belongs to this session and is the next in sequence. */
  #fits(envelope: ClientEnvelopeFields): boolean {
    const fault = this.#envelopes.check(envelope);
    // After the end of the session only `close` and `ping` matter, and a fault was reported already.
    if ('end' in this.#state) return true;
    if (!fault) {
      this.#note(this.#envelopes.serverseqFault(envelope, this.#host.clock.now()));
      return true;
    }
    // AC-AUTH-4: before `open` a wrong id is an authentication failure, later a protocol violation.
    if (fault.clause === 'AC-AUTH-4' && this.#state.name === 'preparing') {
      this.#listener.onViolation(fault.clause, fault.info);
      this.end({ end: 'unauthorized', reason: 'unauthorized', info: fault.info });
    } else this.#fault(fault);
    return false;
  }

  /** Reports a broken rule that does not end the session. */
  #note(info: string | undefined): void {
    if (info === undefined) return;
    this.#tap?.violation('AC-MSG-8', info, false);
    this.#listener.onViolation('AC-MSG-8', info);
  }

  #fault(fault: Fault): void {
    this.#dispatch({ type: 'fault', ...fault });
  }

  #dispatch(event: SessionEvent): void {
    const [state, effects] = transition(this.#state, event);
    if (state !== this.#state) {
      this.#state = state;
      this.#takesAudio = serverVerdict(state.name, 'audio').action === 'accept';
    }
    for (const effect of effects) this.#run(effect);
  }

  #run(effect: SessionEffect): void {
    switch (effect.do) {
      case 'send':
        this.#sendNow(effect.message);
        return;
      case 'decide': {
        const decision = this.#listener.onOpen(effect.open);
        if (decision.accept) this.#dispatch({ type: 'accept', media: decision.media });
        else this.end(decision.ending);
        return;
      }
      case 'begin':
        if (effect.media) {
          this.#timeline = new CallerTimeline(effect.media, this.#host.clock.now());
          this.#blockBytes = bytesPerSample(effect.media);
        }
        this.#frames = this.#listener.begin();
        return;
      case 'deliver':
        this.#listener.message(effect.message);
        return;
      case 'end':
        this.#listener.ended(effect.reason, effect.info);
        return;
      case 'ignore':
        if (effect.message && this.#listener.answers(effect.message)) return;
        this.counters.ignoredMessages += 1;
        // A message that was sent before the client knew of the end breaks no rule.
        if (!('end' in this.#state)) this.#tap?.violation(effect.clause, effect.input, false);
        return;
      case 'report':
        this.#tap?.violation(effect.clause, effect.info, true);
        this.#listener.onViolation(effect.clause, effect.logged ?? effect.info);
        return;
      case 'arm':
        this.#arm(effect.timer);
        return;
      case 'terminate':
        this.terminate();
    }
  }

  /** Replaces the running timer; undefined only stops it. */
  #arm(timer: SessionTimer | undefined): void {
    // Each message of a flood starts it again; only the first start counts.
    if (timer === 'flood' && this.#timer?.timer === 'flood') return;
    this.#timer?.cancel();
    this.#timer =
      timer && new RunningTimer(timer, this.#host, () => this.#dispatch({ type: 'timer', timer }));
  }

  #sendNow(message: OutgoingMessage): void {
    const nowMs = this.#host.clock.now();
    if (message.type !== 'pong') this.#lastSentMs = nowMs;
    this.sendLimits.sentText(message.type, nowMs);
    const text = encodeServerMessage(message.type, this.#envelopes.next(nowMs), message.parameters);
    this.#transport.sendText(text);
    this.#tap?.message('out', text, message.type);
    this.#checkBacklog();
  }

  /** A peer that does not read must not fill the memory. */
  #checkBacklog(): void {
    const transport = this.#transport;
    const { maxBufferedBytes } = this.#host.limits;
    if (transport.bufferedAmount <= maxBufferedBytes || this.#isDropped) return;
    this.#isDropped = true;
    this.#listener.onViolation(
      'AC-CONN-10',
      `the client does not read: ${transport.bufferedAmount} bytes are buffered; at most ${maxBufferedBytes} are allowed`,
    );
    transport.terminate();
  }
}
