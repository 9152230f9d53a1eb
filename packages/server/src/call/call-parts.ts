import { bytesPerMs, type MediaParameter } from '@hookline/protocol';
import type { Logger, OnError } from '@hookline/runtime';
import { CallerFeed } from '../audio/caller-feed.js';
import { AudioTaps } from '../audio/taps.js';
import { withFields } from '../bot-log.js';
import { DigitCollector } from '../dtmf/digit-collector.js';
import type { CallTimings } from '../metrics/call-timings.js';
import { Player } from '../playback/player.js';
import type { CallEnded } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import { Outbox } from '../session/outbox.js';
import type { Session } from '../session/session.js';
import { SpeechWatch } from '../speech/speech-watch.js';
import { UtteranceListener } from '../speech/utterance-listener.js';
import { AnswerPace } from '../user-code/answer-pace.js';
import type { CallEvents } from './call.js';
import { CallEmitter } from './call-emitter.js';
import type { CallHost } from './call-session.js';
import { CallerFrames } from './caller-frames.js';
import { PauseRequests } from './pause-requests.js';

/** Options of `CallParts`. */
export interface CallPartsOptions {
  readonly host: CallHost;
  readonly session: Session;
  readonly media: MediaParameter;
  readonly timings: CallTimings;
  readonly owner: {
    /** A callback of the bot threw or rejected. */
    threw(error: unknown): void;
  };
}

/**
 * The parts of a call. Each is created on first use, because most calls never use most of them, and memory per call
 * costs garbage collection. A part that is created after the end of the call has ended as well.
 */
export class CallParts {
  readonly host: CallHost;
  readonly session: Session;
  readonly media: MediaParameter;
  readonly timings: CallTimings;
  /** Receives caller audio; holds the parts that do. */
  readonly frames: CallerFrames;
  readonly #owner: CallPartsOptions['owner'];
  readonly #sessionId: string;
  #onThrow: OnError | undefined;
  #log: Logger | undefined;
  #outbox: Outbox | undefined;
  #player: Player | undefined;
  #digits: DigitCollector | undefined;
  #pauses: PauseRequests | undefined;
  #pace: AnswerPace | undefined;
  #emitter: CallEmitter | undefined;
  #utterances: UtteranceListener | undefined;
  #roundTripMs: number | undefined;
  #ended: CallEnded | undefined;

  constructor({ host, session, media, timings, owner }: CallPartsOptions, { id }: CallFacts) {
    this.host = host;
    this.session = session;
    this.media = media;
    this.timings = timings;
    this.#owner = owner;
    this.#sessionId = id;
    this.frames = new CallerFrames(this);
  }

  /** Handles an error that a callback of the bot throws or rejects with. */
  get onThrow(): OnError {
    this.#onThrow ??= (error) => this.#owner.threw(error);
    return this.#onThrow;
  }

  get log(): Logger {
    this.#log ??= withFields(this.host.log.logger, { sessionId: this.#sessionId });
    return this.#log;
  }

  get outbox(): Outbox {
    if (this.#outbox) return this.#outbox;
    const { clock, ticker } = this.host;
    const onSent = () => this.#player?.update();
    const outbox = new Outbox(this.session, clock, ticker, onSent, (message) => this.log.warn({}, message));
    this.#outbox = outbox;
    if (this.#ended) outbox.close();
    return outbox;
  }

  get player(): Player {
    if (this.#player) return this.#player;
    const { session, outbox, media, timings } = this;
    const { clock, ticker, byteOrder } = this.host;
    const player = new Player({
      session,
      outbox,
      clock,
      ticker,
      audio: { format: media.format, byteOrder },
      timings,
      warn: (message, err) => this.log.warn(err === undefined ? {} : { err }, message),
    });
    this.#player = player;
    if (this.#roundTripMs !== undefined) player.roundTrip(this.#roundTripMs);
    if (this.#ended) player.end();
    return player;
  }

  get digits(): DigitCollector {
    if (this.#digits) return this.#digits;
    const { clock, ticker } = this.host;
    this.#digits = new DigitCollector(clock, ticker, this);
    return this.#digits;
  }

  get pauses(): PauseRequests {
    this.#pauses ??= new PauseRequests();
    return this.#pauses;
  }

  /** Keeps a loop of the bot whose rounds are answered at once from stopping the process. */
  get pace(): AnswerPace {
    this.#pace ??= new AnswerPace(this.host.clock);
    return this.#pace;
  }

  get emitter(): CallEmitter {
    this.#emitter ??= new CallEmitter(this.onThrow);
    return this.#emitter;
  }

  get taps(): AudioTaps {
    if (this.frames.taps) return this.frames.taps;
    const maxBytes = this.host.limits.maxTapMs * bytesPerMs(this.media);
    const taps = new AudioTaps(maxBytes, this.session.counters, this.pace);
    this.frames.taps = taps;
    if (this.#ended) taps.end(this.#ended);
    return taps;
  }

  get caller(): CallerFeed {
    if (this.frames.feed) return this.frames.feed;
    const caller = new CallerFeed(this);
    this.frames.feed = caller;
    if (this.#ended) caller.end(this.#ended);
    return caller;
  }

  get speech(): SpeechWatch {
    if (this.frames.speech) return this.frames.speech;
    const { session, timings } = this;
    const speech = new SpeechWatch(this.host.clock, this.onThrow, (endMs) =>
      timings.detectedStop(session.agoMs(endMs)),
    );
    this.frames.speech = speech;
    if (this.#ended) speech.end();
    return speech;
  }

  /** Starts to listen on first use. */
  get utterances(): UtteranceListener {
    if (this.#utterances) return this.#utterances;
    const { byteOrder, clock, ticker } = this.host;
    const listener = new UtteranceListener(this.media.format, byteOrder, clock, ticker);
    this.#utterances = listener;
    if (this.session.state.name === 'paused') listener.hold(true);
    this.caller.addInternal((bytes, atMs) => listener.hear(bytes, atMs));
    return listener;
  }

  /** Whether anything is playing or queued. */
  get playing(): boolean {
    return this.#player?.busy ?? false;
  }

  /** Whether `collectDigits` is in progress. */
  get collecting(): boolean {
    return this.#digits?.collecting ?? false;
  }

  /** Stops every playback. */
  stop(): void {
    this.#player?.stopAll();
  }

  /** Resolves when everything was heard, as `Player.idle`. */
  idle(): Promise<void> {
    return this.#player?.idle() ?? Promise.resolve();
  }

  /** Resolves when all messages queued so far were sent, as `Outbox.drained`. */
  drained(): Promise<void> {
    return this.#outbox?.drained() ?? Promise.resolve();
  }

  emit<E extends keyof CallEvents>(event: E, value: CallEvents[E]): void {
    this.#emitter?.emit(event, value);
  }

  /** The client measured a round trip. */
  roundTrip(ms: number): void {
    this.#roundTripMs = ms;
    this.#player?.roundTrip(ms);
  }

  /** Caller audio was paused or resumed. */
  hold(paused: boolean): void {
    if (paused) this.caller.paused();
    else this.caller.resumed();
    this.#utterances?.hold(paused);
  }

  /** The call is over: ends all parts. */
  end(ended: CallEnded): void {
    this.#ended = ended;
    this.#outbox?.close();
    this.#player?.end();
    this.frames.speech?.end();
    this.frames.taps?.end(ended);
    this.frames.feed?.end(ended);
    this.#utterances?.end(ended);
    this.#pauses?.end(ended);
    this.#digits?.end(ended);
    this.timings.over();
  }
}
