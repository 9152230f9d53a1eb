import { type ByteOrder, sampleBytes } from '@hookline/audio';
import {
  bytesPerMs,
  type ClientMessage,
  type ClientParameters,
  describe,
  MAX_BOT_FRAME_BYTES,
  MAX_TEXT_CHARS,
  type MediaParameter,
} from '@hookline/protocol';
import type { Clock, Logger, OnError, Ticker } from '@hookline/runtime';
import { callerPcm, callerSamples } from '../audio/caller-pcm.js';
import { AudioTaps } from '../audio/taps.js';
import type { BotLimits } from '../bot-limits.js';
import { withFields } from '../bot-log.js';
import type { CollectDigitsOptions, CollectedDigits } from '../dtmf/collect-digits.js';
import { DigitCollector } from '../dtmf/digit-collector.js';
import { checkNames, serverError } from '../error.js';
import type { CallTimings } from '../metrics/call-timings.js';
import type { Playback, PlaybackResult, PlayOptions } from '../playback/playback.js';
import { Player } from '../playback/player.js';
import { CallEnded } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import type { CallStats } from '../session/call-stats.js';
import { Outbox } from '../session/outbox.js';
import type { Session } from '../session/session.js';
import { fittingMessage } from '../session/text-room.js';
import type { AudioSource } from '../source/source.js';
import type { OnSpeechOptions, SpeechListeners } from '../speech/on-speech.js';
import { SpeechWatch } from '../speech/speech-watch.js';
import { quietly } from '../user-code/deferred.js';
import { guard } from '../user-code/guard.js';
import { guardedSignal } from '../user-code/guarded-signal.js';
import type { AudioListener, Call, CallEvents, EndOptions, Outputs } from './call.js';
import { CallEmitter } from './call-emitter.js';
import { CallEnding } from './call-ending.js';
import { CallMessages } from './call-messages.js';
import { PauseRequests } from './pause-requests.js';
import type { Route } from './route.js';
import { type SayOptions, synthesize, type Turn, turnMessage } from './turn.js';
import { checkOutputs, readInputs } from './variables.js';

const PLAY_OPTIONS = { format: true, bargeIn: true };

/** What a call is made of. */
export interface LiveCallOptions {
  readonly facts: CallFacts;
  readonly open: ClientParameters<'open'>;
  readonly route: Route;
  readonly media: MediaParameter;
  readonly session: Session;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly limits: BotLimits;
  readonly byteOrder: ByteOrder;
  readonly logger: Logger;
  readonly timings: CallTimings;
  /** Whether to listen for the end of the caller's speech from the start. */
  readonly measureReplies: boolean;
  /** A callback of the bot threw or rejected. */
  readonly onCrash: OnError;
}

/** A call while it lasts: hands the bot's wishes to the parts that know how, and the client's messages to both. */
export class LiveCall implements Call {
  readonly id: string;
  readonly organizationId: string;
  readonly correlationId: string;
  readonly connectorId: string;
  readonly url: string;
  readonly apiKey: string;
  readonly conversationId: string;
  readonly participant: Call['participant'];
  readonly media: MediaParameter;
  readonly params: Readonly<Record<string, string>>;
  readonly inputs: Readonly<Record<string, string>>;
  readonly customConfig: unknown;
  readonly #options: LiveCallOptions;
  readonly #outbox: Outbox;
  readonly #player: Player;
  readonly #ending: CallEnding;
  readonly #taps: AudioTaps;
  readonly #emitter: CallEmitter;
  readonly #pauses = new PauseRequests();
  readonly #messages: CallMessages;
  readonly #digits: DigitCollector;
  readonly #speech: SpeechWatch;
  #listeners: readonly AudioListener[] = [];
  #abort: AbortController | undefined;
  #log: Logger | undefined;
  #ended: CallEnded | undefined;

  constructor(options: LiveCallOptions) {
    const { facts, open, media, session, clock, ticker, limits, byteOrder, onCrash } = options;
    this.#options = options;
    this.id = facts.id;
    this.organizationId = facts.organizationId;
    this.correlationId = facts.correlationId;
    this.connectorId = facts.connectorId;
    this.url = facts.url;
    this.apiKey = facts.apiKey;
    this.conversationId = open.conversationId;
    this.participant = open.participant;
    this.media = media;
    this.params = options.route.params;
    this.inputs = readInputs(open.inputVariables);
    this.customConfig = open.customConfig;
    this.#emitter = new CallEmitter(onCrash);
    const { timings } = options;
    this.#speech = new SpeechWatch(clock, onCrash, (endMs) =>
      timings.callerStopped(session.positionMs - endMs),
    );
    if (options.measureReplies) this.#speech.add({});
    this.#taps = new AudioTaps(limits.maxTapMs * bytesPerMs(media), session.counters);
    this.#outbox = new Outbox(session, clock, ticker, () => this.#player.again());
    const audio = { format: media.format, byteOrder };
    this.#player = new Player({
      session,
      outbox: this.#outbox,
      clock,
      ticker,
      audio,
      timings,
      warn: (message) => this.log.warn({}, message),
    });
    this.#digits = new DigitCollector(clock, ticker, {
      stop: () => this.#player.stopAll(),
      idle: () => this.#player.idle(),
    });
    this.#messages = new CallMessages({
      player: this.#player,
      outbox: this.#outbox,
      pauses: this.#pauses,
      digits: this.#digits,
      emitter: this.#emitter,
      session,
      clock,
      language: open.language,
    });
    this.#ending = new CallEnding({
      player: this.#player,
      outbox: this.#outbox,
      end: (ending) => session.end(ending),
      ended: () => this.#ended,
    });
  }

  get language(): string | undefined {
    return this.#messages.language;
  }

  get log(): Logger {
    this.#log ??= withFields(this.#options.logger, { sessionId: this.id });
    return this.#log;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      guardedSignal(this.#abort.signal, this.#options.onCrash);
      if (this.#ended) this.#abort.abort(this.#ended);
    }
    return this.#abort.signal;
  }

  get stats(): CallStats {
    return this.#options.session.counters;
  }

  onAudio(listener: AudioListener): () => void {
    this.#listeners = [...this.#listeners, listener];
    let on = true;
    return () => {
      // The same function may be registered twice: a second call must not remove the other one.
      if (on) this.#listeners = this.#listeners.toSpliced(this.#listeners.indexOf(listener), 1);
      on = false;
    };
  }

  sendFrame(bytes: Uint8Array): void {
    if (!(bytes instanceof Uint8Array)) {
      throw serverError('SERVER_BAD_FRAME', `sendFrame: got ${typeof bytes}; it takes a Uint8Array.`);
    }
    const size = sampleBytes(this.media.format);
    if (bytes.length === 0 || bytes.length > MAX_BOT_FRAME_BYTES || bytes.length % size !== 0) {
      throw serverError(
        'SERVER_BAD_FRAME',
        `sendFrame: got ${bytes.length} bytes; a frame of ${this.media.format} has 1 to ${MAX_BOT_FRAME_BYTES} bytes in whole samples of ${size}.`,
      );
    }
    if (this.#ending.decided) this.#options.session.counters.droppedOutFrames += 1;
    else this.#player.sendRaw(bytes);
  }

  get audio(): AsyncIterable<Uint8Array> {
    return this.#taps;
  }

  pcm16(options: { readonly rate: number }): AsyncIterable<Int16Array> {
    checkNames<{ readonly rate: number }>('call.pcm16: ', options, { rate: true });
    return callerPcm(this.#taps, this.media, this.#options.byteOrder, options.rate, this.#options.clock);
  }

  get readable(): ReadableStream<Uint8Array> {
    return ReadableStream.from(this.#taps);
  }

  play(source: AudioSource, options: PlayOptions = {}): Promise<PlaybackResult> {
    return this.playback(source, options).finished;
  }

  playback(source: AudioSource, options: PlayOptions = {}): Playback {
    checkNames<PlayOptions>('play: ', options, PLAY_OPTIONS);
    checkPlayOptions(options);
    return this.#play(options, () => this.#player.play(source, options));
  }

  /** @param queue - queues the playback, unless the call is over */
  #play(options: PlayOptions, queue: () => Playback): Playback {
    if (this.#ended) return deadPlayback(this.#ended);
    if (this.#ending.decided) {
      return deadPlayback(new CallEnded('completed', 'the bot has ended this call already: play before it'));
    }
    const run = queue();
    if (options.bargeIn) {
      const off = this.#speech.add({ start: () => run.stop() });
      void quietly(run.finished.finally(off));
    }
    return run;
  }

  stop(): void {
    this.#player.stopAll();
  }

  say(text: string, options: SayOptions): Promise<PlaybackResult> {
    return quietly(this.#say(text, options));
  }

  async #say(text: string, options: SayOptions): Promise<PlaybackResult> {
    checkNames<SayOptions>('say: ', options, { ...PLAY_OPTIONS, synth: true });
    checkPlayOptions(options);
    const turn = turnMessage({ disposition: 'match', text });
    return this.#play(options, () => {
      const { making, stop } = synthesize(text, this.language, options.synth, this.#options.onCrash);
      return this.#player.playLater({ making, turn, over: () => stop(this.#ended) }, options);
    }).finished;
  }

  turn(turn: Turn): void {
    checkNames<Turn>('turn: ', turn, { disposition: true, text: true, confidence: true });
    this.#outbox.push(turnMessage(turn));
  }

  bargeIn(): void {
    this.#player.bargeIn();
  }

  onSpeech(listeners: SpeechListeners, options: OnSpeechOptions = {}): () => void {
    checkNames<SpeechListeners>('onSpeech: ', listeners, { start: true, end: true });
    checkNames<OnSpeechOptions>('onSpeech: ', options, { bargeIn: true, vad: true });
    if (!options.bargeIn) return this.#speech.add(listeners, options.vad);
    const start = (atMs: number) => {
      if (this.#player.busy) this.#player.bargeIn();
      return listeners.start?.(atMs);
    };
    return this.#speech.add({ ...listeners, start }, options.vad);
  }

  collectDigits(options: CollectDigitsOptions = {}): Promise<CollectedDigits> {
    return this.#ended ? quietly(Promise.reject(this.#ended)) : this.#digits.collect(options);
  }

  pause(): Promise<void> {
    if (this.#ended) return quietly(Promise.reject(this.#ended));
    this.#outbox.push({ type: 'pause', parameters: {} });
    return this.#pauses.pause();
  }

  resume(): Promise<void> {
    if (this.#ended) return quietly(Promise.reject(this.#ended));
    this.#outbox.push({ type: 'resume', parameters: {} });
    return this.#pauses.resume();
  }

  complete(outputs: Outputs = {}, options: EndOptions = {}): Promise<void> {
    checkNames<EndOptions>('complete: ', options, { immediate: true });
    const checked = checkOutputs(outputs, this.#options.route.checkOutputs);
    return this.#ending.decide(
      { end: 'completed', reason: 'completed', outputs: checked },
      options.immediate ?? false,
    );
  }

  fail(message: string, options: EndOptions = {}): Promise<void> {
    if (typeof message !== 'string') {
      throw serverError(
        'SERVER_BAD_OPTION',
        `fail: message is ${typeof message}; it must be a text for the flow author.`,
      );
    }
    checkNames<EndOptions>('fail: ', options, { immediate: true });
    this.#warnIfCut(message);
    return this.#ending.decide({ end: 'failed', reason: 'error', info: message }, options.immediate ?? false);
  }

  #warnIfCut(message: string): void {
    if (fittingMessage(message) === message) return;
    this.log.warn(
      { chars: message.length },
      `the text of a failure does not fit into a message of ${MAX_TEXT_CHARS} characters: it is cut`,
    );
  }

  on<E extends keyof CallEvents>(
    event: E,
    listener: (event: CallEvents[E]) => void | Promise<void>,
  ): () => void {
    return this.#emitter.on(event, listener);
  }

  /** Whether the bot plays or collects digits. */
  get busy(): boolean {
    return this.#player.busy || this.#digits.collecting;
  }

  /** A frame of caller audio. */
  hear(bytes: Uint8Array, atMs: number): void {
    const listeners = this.#listeners;
    for (let index = 0; index < listeners.length; index++) {
      const listener = listeners[index];
      if (listener) guard(listener, bytes, atMs, this.#options.onCrash);
    }
    this.#taps.push(bytes);
    if (this.#speech.watching) {
      this.#speech.push(callerSamples(this.media, this.#options.byteOrder, bytes), atMs);
    }
  }

  /** A message that the protocol accepts here. */
  receive(message: ClientMessage): void {
    this.#messages.receive(message);
  }

  /** The call is over: everything that waits is told. */
  finish(ended: CallEnded): void {
    this.#ended = ended;
    this.#outbox.close();
    this.#player.end();
    this.#speech.end();
    this.#taps.end(ended);
    this.#pauses.end(ended);
    this.#digits.end(ended);
    this.#abort?.abort(ended);
  }
}

/** @throws HooklineError `SERVER_BAD_OPTION` */
function checkPlayOptions({ format }: PlayOptions): void {
  if (format === undefined || format === 'PCMU' || format === 'L16') return;
  throw serverError('SERVER_BAD_OPTION', `play: format is ${describe(format)}; it must be "PCMU" or "L16".`);
}

/** A playback of a call that takes none any more. */
function deadPlayback(ended: CallEnded): Playback {
  const over = quietly(Promise.reject(ended));
  return { started: over, finished: over, heardMs: 0, stop() {} };
}
