import {
  bytesPerSample,
  decodeClientMessage,
  describe,
  encodeServerMessage,
  serverVerdict,
  type WireSink,
} from '@hookline/protocol';
import type { Clock, Ticker, Transport, TransportEnd, TransportListener } from '@hookline/runtime';
import type { BotLimits, BotTimers } from '../bot-limits.js';
import { newCounters } from './call-stats.js';
import { CallerTimeline } from './caller-timeline.js';
import { type ClientEnvelopeFields, Envelopes } from './envelopes.js';
import { AudioFlood, TextFlood } from './flood-limits.js';
import {
  type Ending,
  type Fault,
  INITIAL_STATE,
  type ServerSend,
  type SessionEffect,
  type SessionEvent,
  transition,
} from './machine.js';
import { SendLimits } from './send-limits.js';
import type { SessionListener } from './session-listener.js';
import { SessionTimers } from './session-timers.js';
import type { SessionState } from './states.js';
import { WireTap } from './wire-tap.js';

/** Characters of a message that is still read once the session ends: only `close` and `ping` matter then, and to take long JSON apart costs every other call time. */
const MAX_LATE_CHARS = 4096;

/** What a session needs. */
export interface SessionOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly timers: BotTimers;
  readonly limits: BotLimits;
  /** The session's UUID, of the header; empty when there was none: that of the first message is taken. */
  readonly id: string;
  /** When the upgrade request came, by `clock.now()`. */
  readonly startedMs: number;
  readonly sink: WireSink | undefined;
}

/** One connection: the only owner of its transport, its counters and its timers. Runs what the machine decides. */
export class Session implements TransportListener {
  readonly counters = newCounters();
  readonly sendLimits: SendLimits;
  readonly #options: SessionOptions;
  readonly #listener: SessionListener;
  readonly #tap: WireTap;
  readonly #timers: SessionTimers;
  readonly #envelopes: Envelopes;
  readonly #texts: TextFlood;
  readonly #flood: AudioFlood;
  #state: SessionState = INITIAL_STATE;
  #timeline: CallerTimeline | undefined;
  #blockBytes = 1;
  #lastFrameMs = 0;
  #lastHeardMs: number;
  #lastSentMs: number;

  constructor(options: SessionOptions, listener: SessionListener) {
    const { clock, ticker, timers, limits } = options;
    const nowMs = clock.now();
    this.#options = options;
    this.#listener = listener;
    this.#lastHeardMs = nowMs;
    this.#lastSentMs = nowMs;
    this.#tap = new WireTap(options.sink, clock, options.startedMs);
    this.#timers = new SessionTimers(clock, ticker, timers, (timer) =>
      this.#dispatch({ type: 'timer', timer }),
    );
    this.#envelopes = new Envelopes(options.id);
    this.#texts = new TextFlood(limits.maxTextPerSecond, nowMs);
    this.#flood = new AudioFlood(limits.maxAudioSpeed, nowMs);
    this.sendLimits = new SendLimits(nowMs);
    this.#timers.arm('open');
  }

  /** Begins to take what arrives. */
  start(): void {
    this.#options.transport.listen(this);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The seq of the last message sent. */
  get sentSeq(): number {
    return this.#envelopes.sentSeq;
  }

  /** When anything last arrived, by `clock.now()`. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
  }

  /** When anything last left, by `clock.now()`; what the protocol answers by itself does not count. */
  get lastSentMs(): number {
    return this.#lastSentMs;
  }

  /** Where the caller's stream stands, in milliseconds. */
  get positionMs(): number {
    return this.#timeline?.positionMs ?? 0;
  }

  /** How long the last frame of caller audio was, in milliseconds; 0 before any. */
  get callerFrameMs(): number {
    return this.#lastFrameMs;
  }

  /** Ends the session from this side, unless it has ended. */
  end(ending: Ending): void {
    this.#dispatch({ type: 'end', ...ending });
  }

  /** Drops the connection, at the end of all patience. */
  terminate(): void {
    this.#options.transport.terminate();
  }

  /** Sends a text message now; the caller has asked `sendLimits`. Ignored unless the session is open. */
  send(message: ServerSend): boolean {
    if (this.#state.name !== 'active' && this.#state.name !== 'paused') return false;
    this.#sendNow(message);
    return true;
  }

  /** Sends a binary frame now. False, and counted, when the session takes none. (AC-AUDIO-2, AC-AUDIO-3) */
  sendAudio(bytes: Uint8Array): boolean {
    const state = this.#state;
    if ((state.name !== 'active' && state.name !== 'paused') || !state.media) {
      this.counters.droppedOutFrames += 1;
      return false;
    }
    const nowMs = this.#options.clock.now();
    this.#lastSentMs = nowMs;
    this.sendLimits.sentAudio(nowMs);
    this.counters.audioOutFrames += 1;
    this.#texts.creditReplies();
    // Told once it is sent: a sink that speaks up in between must not come first.
    this.#options.transport.sendBinary(bytes);
    this.#tap.audio('out', nowMs, bytes);
    this.#checkBacklog();
    return true;
  }

  text(text: string): void {
    const nowMs = this.#options.clock.now();
    this.#lastHeardMs = nowMs;
    if (!this.#texts.take(nowMs)) {
      this.#dispatch({
        type: 'flood',
        info: `too many messages: more than ${this.#options.limits.maxTextPerSecond} a second`,
      });
      return;
    }
    if ('end' in this.#state && text.length > MAX_LATE_CHARS) {
      this.#fault({ clause: 'AC-MSG-10', info: `${text.length} characters after the end` });
      return;
    }
    const decoded = decodeClientMessage(text);
    switch (decoded.kind) {
      case 'message':
        this.#tap.message('in', text, decoded.message.type);
        if (this.#fits(decoded.message)) this.#dispatch({ type: 'message', message: decoded.message });
        return;
      case 'unknown':
        this.#tap.message('in', text, decoded.envelope.type);
        this.counters.unknownMessages += 1;
        this.#listener.unknown(decoded.envelope.type);
        if (this.#fits(decoded.envelope)) {
          this.#dispatch({ type: 'unknown', messageType: decoded.envelope.type });
        }
        return;
      case 'fault': {
        const { clause, reason, path, seq, type } = decoded.fault;
        this.#tap.message('in', text, type);
        if (seq !== undefined) this.#envelopes.count(seq);
        // The reason quotes what the client said.
        const what = type === undefined ? 'a text frame' : describe(type);
        const logged = path === '' ? `${what} is no message` : `${what} does not fit at ${describe(path)}`;
        this.#fault({ clause, info: reason, logged });
      }
    }
  }

  binary(bytes: Uint8Array): void {
    const nowMs = this.#options.clock.now();
    this.#lastHeardMs = nowMs;
    this.#tap.audio('in', nowMs, bytes);
    const timeline = this.#timeline;
    // AC-AUDIO-10
    if (bytes.length === 0) return;
    // AC-AUDIO-9
    if (!timeline || serverVerdict(this.#state.name, 'audio').action !== 'accept') {
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
    timeline.advance(bytes.length);
    if (!this.#flood.take(nowMs, frameMs)) {
      this.counters.droppedInFrames += 1;
      return;
    }
    this.#lastFrameMs = frameMs;
    this.counters.audioInFrames += 1;
    this.counters.audioInMs += frameMs;
    this.#listener.audio(bytes, atMs);
  }

  closed(end: TransportEnd): void {
    const orderly = this.#state.name === 'closed';
    try {
      this.#tap.end(end);
      if (!orderly && end.error) this.#listener.onViolation('AC-CONN-10', end.error.message);
      this.#dispatch({ type: 'lost' });
    } finally {
      // Whatever throws on the way, the connection is gone and must not be counted any more.
      this.#listener.onClose(end);
    }
  }

  /** Goes on in the caller's stream after a gap that the client told. */
  skipAudio(startMs: number, discardedMs: number): void {
    this.#timeline?.skip(startMs, discardedMs);
  }

  /** Whether a message's envelope belongs to this session and comes next. */
  #fits(envelope: ClientEnvelopeFields): boolean {
    const fault = this.#envelopes.check(envelope);
    // Once the session ends, only `close` and `ping` matter; a fault was told already.
    if ('end' in this.#state) return true;
    if (!fault) {
      this.#note(this.#envelopes.noteOn(envelope, this.#options.clock.now()));
      return true;
    }
    // AC-AUTH-4: before `open` it is a matter of who connects, later of what breaks the session.
    if (fault.clause === 'AC-AUTH-4' && this.#state.name === 'preparing') {
      this.#listener.onViolation(fault.clause, fault.info);
      this.end({ end: 'unauthorized', reason: 'unauthorized', info: fault.info });
    } else this.#fault(fault);
    return false;
  }

  /** Something that breaks a rule and decides nothing. */
  #note(info: string | undefined): void {
    if (info === undefined) return;
    this.#tap.violation('AC-MSG-8', info, false);
    this.#listener.onViolation('AC-MSG-8', info);
  }

  #fault(fault: Fault): void {
    this.#dispatch({ type: 'fault', ...fault });
  }

  #dispatch(event: SessionEvent): void {
    const [state, effects] = transition(this.#state, event);
    this.#state = state;
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
          this.#timeline = new CallerTimeline(effect.media);
          this.#blockBytes = bytesPerSample(effect.media);
        }
        this.#listener.begin();
        return;
      case 'deliver':
        this.#listener.message(effect.message);
        return;
      case 'end':
        this.#listener.ended(effect.reason, effect.info);
        return;
      case 'ignore':
        this.counters.ignoredMessages += 1;
        // A message sent before the client knew of the end breaks no rule.
        if (!('end' in this.#state)) this.#tap.violation(effect.clause, effect.input, false);
        return;
      case 'report':
        this.#tap.violation(effect.clause, effect.info, true);
        this.#listener.onViolation(effect.clause, effect.logged ?? effect.info);
        return;
      case 'arm':
        this.#timers.arm(effect.timer);
        return;
      case 'terminate':
        this.terminate();
    }
  }

  #sendNow(message: ServerSend): void {
    const { clock, transport } = this.#options;
    const nowMs = clock.now();
    if (message.type !== 'pong') this.#lastSentMs = nowMs;
    this.sendLimits.sentText(message.type, nowMs);
    const text = encodeServerMessage(message.type, this.#envelopes.next(nowMs), message.parameters);
    transport.sendText(text);
    this.#tap.message('out', text, message.type);
    this.#checkBacklog();
  }

  /** A peer that does not read must not fill the memory. */
  #checkBacklog(): void {
    const { transport, limits } = this.#options;
    if (transport.bufferedAmount <= limits.maxBufferedBytes) return;
    this.#listener.onViolation(
      'AC-CONN-10',
      `the client does not read: ${transport.bufferedAmount} bytes wait, at most ${limits.maxBufferedBytes} may`,
    );
    transport.terminate();
  }
}
