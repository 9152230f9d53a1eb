import {
  bytesPerSample,
  type ClauseId,
  type ClientMessage,
  type ClientMessageOf,
  decodeClientMessage,
  describe,
  encodeServerMessage,
  type MediaParameter,
  NULL_UUID,
  Sequence,
  serverVerdict,
  type WireSink,
} from '@hookline/protocol';
import {
  type Cancel,
  type Clock,
  type Ticker,
  TokenBucket,
  type Transport,
  type TransportEnd,
  type TransportListener,
} from '@hookline/runtime';
import type { BotLimits, BotTimers } from '../bot-options.js';
import type { EndReason } from '../call/call-ended.js';
import { AudioFlood } from './audio-flood.js';
import { CallerTimeline } from './caller-timeline.js';
import { newCounters } from './counters.js';
import {
  type Ending,
  INITIAL_STATE,
  type ServerSend,
  type SessionEffect,
  type SessionEvent,
  type SessionTimer,
  transition,
} from './machine.js';
import { SendLimits } from './send-limits.js';
import type { SessionState } from './states.js';

/** From the first message after a flood was told to the end of the connection, in milliseconds. */
const FLOOD_FAREWELL_MS = 500;

/** Characters of a message that is still read once the session ends: only `close` and `ping` matter then, and to take long JSON apart costs every other call time. */
const MAX_LATE_CHARS = 4096;

/** What becomes of an `open`: the media to take, or how the session ends. */
export type OpenDecision =
  | { readonly accept: true; readonly media: MediaParameter | undefined }
  | { readonly accept: false; readonly ending: Ending };

/** What a session tells its call. None of it may throw. */
export interface SessionListener {
  consider(open: ClientMessageOf<'open'>): OpenDecision;
  /** `opened` is sent. */
  begin(): void;
  /** A message that the protocol accepts here; what the protocol demands has been done. */
  message(message: ClientMessage): void;
  /** A frame of caller audio; `atMs` is where it begins in the caller's stream. */
  audio(bytes: Uint8Array, atMs: number): void;
  /** The call is over for the bot. Once. */
  ended(reason: EndReason, info: string): void;
  /** A message of a type that nobody knows came; it changes nothing. */
  unknown(messageType: string): void;
  /** The client broke a rule. `info` shows nothing personal. */
  noted(clause: ClauseId, info: string): void;
  /** The connection is gone. Once, and the last. */
  gone(end: TransportEnd): void;
}

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
  readonly #sequence = new Sequence();
  readonly #texts: TokenBucket;
  readonly #flood: AudioFlood;
  /** Messages that the client may send because of our own audio: each frame may begin and end a playback. */
  #provoked = 0;
  #state: SessionState = INITIAL_STATE;
  #id: string;
  #timeline: CallerTimeline | undefined;
  #blockBytes = 1;
  #lastFrameMs = 0;
  #lastHeardMs: number;
  #timer: SessionTimer | undefined;
  #cancelTimer: Cancel = () => {};

  constructor(options: SessionOptions, listener: SessionListener) {
    const nowMs = options.clock.now();
    this.#options = options;
    this.#listener = listener;
    this.#id = options.id;
    this.#lastHeardMs = nowMs;
    const perSecond = options.limits.maxTextPerSecond;
    this.#texts = new TokenBucket({ perSecond, burst: perSecond }, nowMs);
    this.#flood = new AudioFlood(options.limits.maxAudioSpeed);
    this.sendLimits = new SendLimits(nowMs);
    this.#arm('open');
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
    return this.#sequence.sent;
  }

  /** When anything last arrived, by `clock.now()`. */
  get lastHeardMs(): number {
    return this.#lastHeardMs;
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
    this.sendLimits.sentAudio(nowMs);
    this.counters.audioOutFrames += 1;
    this.#provoked = Math.min(this.#provoked + 2, this.#options.limits.maxTextPerSecond);
    this.#options.sink?.audio?.('out', nowMs - this.#options.startedMs, bytes);
    this.#options.transport.sendBinary(bytes);
    this.#checkBacklog();
    return true;
  }

  text(text: string): void {
    const nowMs = this.#options.clock.now();
    this.#lastHeardMs = nowMs;
    if (this.#provoked > 0) this.#provoked -= 1;
    else if (!this.#texts.take(nowMs)) {
      this.#dispatch({
        type: 'flood',
        info: `too many messages: more than ${this.#options.limits.maxTextPerSecond} a second`,
      });
      return;
    }
    if ('end' in this.#state && text.length > MAX_LATE_CHARS) {
      this.#dispatch({ type: 'fault', clause: 'AC-MSG-10', info: `${text.length} characters after the end` });
      return;
    }
    const decoded = decodeClientMessage(text);
    switch (decoded.kind) {
      case 'message':
        this.#observe('in', text, decoded.message.type);
        if (this.#fits(decoded.message)) this.#dispatch({ type: 'message', message: decoded.message });
        return;
      case 'unknown':
        this.#observe('in', text, decoded.envelope.type);
        this.counters.unknownMessages += 1;
        this.#listener.unknown(decoded.envelope.type);
        if (this.#fits(decoded.envelope)) {
          this.#dispatch({ type: 'unknown', messageType: decoded.envelope.type });
        }
        return;
      case 'fault': {
        const { clause, reason, path, seq, type } = decoded.fault;
        this.#observe('in', text, type);
        // AC-MSG-13
        if (seq !== undefined) this.#sequence.adopt(seq);
        // The reason quotes what the client said.
        const what = type === undefined ? 'a text frame' : describe(type);
        const logged = path === '' ? `${what} is no message` : `${what} does not fit at ${describe(path)}`;
        this.#dispatch({ type: 'fault', clause, info: reason, logged });
      }
    }
  }

  binary(bytes: Uint8Array): void {
    const nowMs = this.#options.clock.now();
    this.#lastHeardMs = nowMs;
    this.#options.sink?.audio?.('in', nowMs - this.#options.startedMs, bytes);
    const timeline = this.#timeline;
    // AC-AUDIO-10
    if (bytes.length === 0) return;
    // AC-AUDIO-9
    if (!timeline || serverVerdict(this.#state.name, 'audio').action !== 'accept') {
      this.counters.droppedInFrames += 1;
      return;
    }
    if (bytes.length % this.#blockBytes !== 0) {
      this.#fault(
        'AC-AUDIO-5',
        `binary frame of ${bytes.length} bytes; expected whole samples of ${this.#blockBytes} bytes`,
      );
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
    this.#options.sink?.event({
      kind: 'end',
      t: this.#sinceStart(),
      by: end.code === 1006 ? 'loss' : 'peer',
      code: end.code,
      reason: end.reason,
    });
    if (!orderly && end.error) this.#listener.noted('AC-CONN-10', end.error.message);
    this.#dispatch({ type: 'lost' });
    this.#listener.gone(end);
  }

  /** Goes on in the caller's stream after a gap that the client told. */
  skipAudio(startMs: number, discardedMs: number): void {
    this.#timeline?.skip(startMs, discardedMs);
  }

  /** Whether a message's envelope belongs to this session and comes next. */
  #fits(envelope: { readonly id: string; readonly seq: number; readonly serverseq: number }): boolean {
    const { expected } = this.#sequence;
    const inOrder = this.#sequence.accept(envelope.seq);
    if (!inOrder) this.#sequence.adopt(envelope.seq);
    // Once the session ends, only `close` and `ping` matter; a fault was told already.
    if ('end' in this.#state) return true;
    if (this.#id === '') this.#id = envelope.id;
    if (envelope.id.toLowerCase() !== this.#id.toLowerCase()) {
      this.#foreignId();
      return false;
    }
    if (!inOrder) {
      this.#fault('AC-MSG-15', `seq is ${envelope.seq}; expected ${expected}`);
      return false;
    }
    if (envelope.serverseq > this.#sequence.sent) {
      this.#fault(
        'AC-MSG-15',
        `serverseq is ${envelope.serverseq}; this server has sent ${this.#sequence.sent} messages`,
      );
      return false;
    }
    return true;
  }

  /** AC-AUTH-4: before `open` it is a matter of who connects, later of what breaks the session. */
  #foreignId(): void {
    const info = 'id is not the Audiohook-Session-Id of the request';
    if (this.#state.name === 'preparing') {
      this.#listener.noted('AC-AUTH-4', info);
      this.end({ end: 'unauthorized', reason: 'unauthorized', info });
    } else this.#fault('AC-AUTH-4', info);
  }

  #fault(clause: ClauseId, info: string): void {
    this.#dispatch({ type: 'fault', clause, info });
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
      case 'consider': {
        const decision = this.#listener.consider(effect.open);
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
        // What crosses the end on its way is nobody's fault.
        if (!('end' in this.#state)) this.#violation(effect.clause, effect.input, false);
        return;
      case 'report':
        this.#violation(effect.clause, effect.info, true);
        this.#listener.noted(effect.clause, effect.logged ?? effect.info);
        return;
      case 'arm':
        this.#arm(effect.timer);
        return;
      case 'terminate':
        this.terminate();
    }
  }

  #sendNow(message: ServerSend): void {
    const { clock, transport } = this.#options;
    this.sendLimits.sentText(message.type, clock.now());
    const envelope = {
      id: this.#id === '' ? NULL_UUID : this.#id,
      seq: this.#sequence.next(),
      clientseq: this.#sequence.received,
    };
    const text = encodeServerMessage(message.type, envelope, message.parameters);
    this.#observe('out', text, message.type);
    transport.sendText(text);
    this.#checkBacklog();
  }

  /** A peer that does not read must not fill the memory. */
  #checkBacklog(): void {
    const { transport, limits } = this.#options;
    if (transport.bufferedAmount <= limits.maxBufferedBytes) return;
    this.#listener.noted(
      'AC-CONN-10',
      `the client does not read: ${transport.bufferedAmount} bytes wait, at most ${limits.maxBufferedBytes} may`,
    );
    transport.terminate();
  }

  #arm(timer: SessionTimer | undefined): void {
    // Each message of a flood asks for it: the first counts.
    if (timer === 'flood' && this.#timer === 'flood') return;
    this.#cancelTimer();
    this.#cancelTimer = () => {};
    this.#timer = timer;
    if (!timer) return;
    const { clock, ticker, timers } = this.#options;
    const { openMs, closeMs, socketMs } = timers;
    const ms = { open: openMs, close: closeMs, socket: socketMs, flood: FLOOD_FAREWELL_MS }[timer];
    this.#cancelTimer = ticker.at(clock.now() + ms, () => this.#dispatch({ type: 'timer', timer }));
  }

  #observe(dir: 'in' | 'out', text: string, type: string | undefined): void {
    this.#options.sink?.event({
      kind: 'message',
      t: this.#sinceStart(),
      dir,
      text,
      ...(type === undefined ? {} : { type }),
    });
  }

  #violation(clause: ClauseId, text: string, fatal: boolean): void {
    this.#options.sink?.event({ kind: 'violation', t: this.#sinceStart(), clause, text, fatal });
  }

  #sinceStart(): number {
    return this.#options.clock.now() - this.#options.startedMs;
  }
}
