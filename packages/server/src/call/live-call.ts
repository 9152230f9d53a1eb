import { type ByteOrder, sampleBytes } from '@hookline/audio';
import {
  bytesPerMs,
  type ClientMessage,
  type ClientParameters,
  MAX_BOT_FRAME_BYTES,
  MAX_TEXT_CHARS,
  type MediaParameter,
} from '@hookline/protocol';
import { type Clock, type Logger, numberFault, type OnError, type Ticker } from '@hookline/runtime';
import type { CallerAudio, CallerOptions } from '../audio/caller-audio.js';
import { CallerFeed } from '../audio/caller-feed.js';
import { callerPcm, callerSamples } from '../audio/caller-pcm.js';
import { AudioTaps } from '../audio/taps.js';
import type { BotLimits } from '../bot-limits.js';
import { withFields } from '../bot-log.js';
import type { CollectDigitsOptions, CollectedDigits } from '../dtmf/collect-digits.js';
import { DigitCollector } from '../dtmf/digit-collector.js';
import { checkNames, serverError } from '../error.js';
import type { CallTimings } from '../metrics/call-timings.js';
import type { Meter } from '../metrics/meter.js';
import { checkPlayOptions, PLAY_OPTIONS, streamOptions } from '../playback/play-options.js';
import type { Playback, PlaybackResult, PlayOptions, StoppedPlayback } from '../playback/playback.js';
import { Player } from '../playback/player.js';
import type { PlaybackStream, StreamOptions } from '../playback/stream.js';
import {
  deadPlayback,
  type StreamRun,
  WrittenPlayback,
  type WrittenPlaybackOptions,
} from '../playback/written-playback.js';
import { CallEnded, type EndReason } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import type { CallStats } from '../session/call-stats.js';
import { Outbox } from '../session/outbox.js';
import type { Session } from '../session/session.js';
import { fittingMessage } from '../session/text-room.js';
import type { AudioSource } from '../source/source.js';
import type { OnSpeechOptions, SpeechListeners } from '../speech/on-speech.js';
import { SpeechWatch } from '../speech/speech-watch.js';
import { type Utterance, type UtteranceOptions, utteranceTimeout } from '../speech/utterance.js';
import { UtteranceListener } from '../speech/utterance-listener.js';
import { type Deferred, deferred, promised, quietly } from '../user-code/deferred.js';
import { guard } from '../user-code/guard.js';
import { guardedSignal } from '../user-code/guarded-signal.js';
import { inContext } from '../user-code/in-context.js';
import { checkFunction } from '../user-code/user-code-check.js';
import type { AudioListener, Call, CallEvents, EndOptions, FailOptions, Outputs } from './call.js';
import { CallEmitter } from './call-emitter.js';
import { CallEnding } from './call-ending.js';
import { CallMessages } from './call-messages.js';
import { PauseRequests } from './pause-requests.js';
import type { Route } from './route.js';
import { type SayOptions, synthesize, type Turn, turnMessage } from './turn.js';
import { checkOutput, checkOutputs } from './variables.js';

/** What a call is made of. */
export interface LiveCallOptions {
  readonly facts: CallFacts;
  readonly open: ClientParameters<'open'>;
  /** What the bot's schema made of the input variables. */
  readonly inputs: Call['inputs'];
  readonly route: Route;
  readonly media: MediaParameter;
  readonly session: Session;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly limits: BotLimits;
  readonly byteOrder: ByteOrder;
  readonly logger: Logger;
  readonly timings: CallTimings;
  readonly meter: Meter;
  /** Whether to listen for the end of the caller's speech from the start. */
  readonly measureReplies: boolean;
  /** Caller audio that is held for its first reader, in milliseconds. */
  readonly holdCallerAudioMs: number;
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
  readonly #caller: CallerFeed;
  readonly #emitter: CallEmitter;
  readonly #pauses = new PauseRequests();
  readonly #messages: CallMessages;
  readonly #digits: DigitCollector;
  readonly #speech: SpeechWatch;
  #listeners: readonly AudioListener[] = [];
  #abort: AbortController | undefined;
  #log: Logger | undefined;
  #ended: CallEnded | undefined;
  #over: Deferred<EndReason> | undefined;
  #utterances: UtteranceListener | undefined;
  #busy = 0;
  #releasedMs = Number.NEGATIVE_INFINITY;
  #reportsCallerStops = false;

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
    this.inputs = options.inputs;
    this.customConfig = open.customConfig;
    this.#emitter = new CallEmitter(onCrash);
    const { timings } = options;
    timings.call = this;
    this.#speech = new SpeechWatch(clock, onCrash, (endMs) => {
      // Two accounts of one turn would count it twice.
      if (!this.#reportsCallerStops) timings.callerStopped(session.positionMs - endMs);
    });
    if (options.measureReplies) this.#speech.add({});
    this.#taps = new AudioTaps(limits.maxTapMs * bytesPerMs(media), session.counters);
    this.#caller = new CallerFeed({
      ...{ media, byteOrder, clock, ticker, counters: session.counters, onError: onCrash },
      holdMs: options.holdCallerAudioMs,
      maxTapMs: limits.maxTapMs,
      positionMs: () => session.positionMs,
    });
    this.#emitter.on('paused', () => this.#caller.paused());
    this.#emitter.on('resumed', ({ startMs, discardedMs }) => {
      this.#caller.resumed();
      this.#caller.gap(startMs, discardedMs);
    });
    this.#emitter.on('discarded', ({ startMs, discardedMs }) => this.#caller.gap(startMs, discardedMs));
    this.#outbox = new Outbox(session, clock, ticker, () => this.#player.update());
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

  get ended(): Promise<EndReason> {
    this.#over ??= deferred();
    if (this.#ended) this.#over.resolve(this.#ended.reason);
    return this.#over.promise;
  }

  get stats(): CallStats {
    return this.#options.session.counters;
  }

  onAudio(listener: AudioListener): () => void {
    checkFunction('onAudio: listener', listener ?? null);
    const bound = inContext(listener);
    this.#listeners = [...this.#listeners, bound];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== bound);
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

  caller(options: CallerOptions = {}): CallerAudio {
    return this.#caller.open(options);
  }

  get readable(): ReadableStream<Uint8Array> {
    return ReadableStream.from(this.#taps);
  }

  play(source: AudioSource, options: PlayOptions = {}): Promise<PlaybackResult> {
    return promised(() => this.playback(source, options).finished);
  }

  playback(source: AudioSource, options: PlayOptions = {}): Playback {
    checkNames<PlayOptions>('play: ', options, PLAY_OPTIONS);
    checkPlayOptions('play', options);
    return this.#play(options, () => this.#player.play(source, options));
  }

  /** @param queue - queues the playback, unless the call takes none any more */
  #play(options: PlayOptions, queue: () => StreamRun): StreamRun {
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

  stream(options: StreamOptions = {}): PlaybackStream {
    const { format = this.media.format, rate, maxMs, ...rest } = streamOptions(options);
    const playOptions = { ...rest, format };
    const play: WrittenPlaybackOptions['play'] = (stream, source, over) =>
      this.#play(playOptions, () => {
        const run = this.#player.play(source, playOptions, over);
        run.stream = stream;
        return run;
      });
    return new WrittenPlayback({
      ...{ format, rate, maxMs, play },
      counters: this.#options.session.counters,
      warn: (message) => this.log.warn({}, message),
    });
  }

  stop(): readonly StoppedPlayback[] {
    return this.#player.stopAll();
  }

  say(text: string, options: SayOptions): Promise<PlaybackResult> {
    return quietly(this.#say(text, options));
  }

  async #say(text: string, options: SayOptions): Promise<PlaybackResult> {
    checkNames<SayOptions>('say: ', options, { ...PLAY_OPTIONS, synth: true });
    checkPlayOptions('say', options);
    checkFunction('say: synth', options.synth ?? null, 'a function that makes audio of a text');
    const turn = turnMessage({ disposition: 'match', text });
    this.#options.timings.reported('match');
    return this.#play(options, () => {
      const { making, stop } = synthesize(text, this.language, options.synth, this.#options.onCrash);
      return this.#player.playLater({ making, turn, over: () => stop(this.#ended) }, options);
    }).finished;
  }

  turn(turn: Turn): void {
    checkNames<Turn>('turn: ', turn, { disposition: true, text: true, confidence: true });
    this.#outbox.push(turnMessage(turn));
    this.#options.timings.reported(turn.disposition);
  }

  bargeIn(): readonly StoppedPlayback[] {
    return this.#player.bargeIn();
  }

  onSpeech(listeners: SpeechListeners, options: OnSpeechOptions = {}): () => void {
    checkNames<SpeechListeners>('onSpeech: ', listeners, { start: true, end: true });
    checkNames<OnSpeechOptions>('onSpeech: ', options, { bargeIn: true, vad: true });
    checkFunction('onSpeech: start', listeners.start);
    checkFunction('onSpeech: end', listeners.end);
    checkFunction(
      'onSpeech: vad',
      options.vad,
      'a function that gives a detector, such as () => createEnergyVad()',
    );
    if (!options.bargeIn) return this.#speech.add(listeners, options.vad);
    const start = (atMs: number) => {
      if (this.#player.busy) this.#player.bargeIn();
      return listeners.start?.(atMs);
    };
    return this.#speech.add({ ...listeners, start }, options.vad);
  }

  utterance(options: UtteranceOptions = {}): Promise<Utterance | undefined> {
    return promised(() => {
      const timeoutMs = utteranceTimeout('utterance', options);
      return quietly(this.#ended ? Promise.reject(this.#ended) : this.#utteranceListener().next(timeoutMs));
    });
  }

  utterances(options: UtteranceOptions = {}): AsyncIterable<Utterance> {
    const timeoutMs = utteranceTimeout('utterances', options);
    return this.#utteranceListener().all(timeoutMs, () => this.#ended);
  }

  /** Listens from the first time that somebody asks. */
  #utteranceListener(): UtteranceListener {
    if (this.#utterances) return this.#utterances;
    const { byteOrder, clock, ticker } = this.#options;
    const listener = new UtteranceListener(this.media.format, byteOrder, clock, ticker);
    this.#utterances = listener;
    this.#caller.own((bytes, atMs) => listener.hear(bytes, atMs));
    this.#emitter.on('paused', () => listener.hold(true));
    this.#emitter.on('resumed', () => listener.hold(false));
    return listener;
  }

  collectDigits(options: CollectDigitsOptions = {}): Promise<CollectedDigits> {
    const ended = this.#ended;
    return ended ? quietly(Promise.reject(ended)) : promised(() => this.#digits.collect(options));
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
    return promised(() => {
      checkNames<EndOptions>('complete: ', options, { immediate: true });
      const checked = checkOutputs(outputs, this.#options.route.checkOutputs);
      return this.#ending.decide(
        { end: 'completed', reason: 'completed', outputs: checked },
        options.immediate ?? false,
      );
    });
  }

  fail(message: string, options: FailOptions = {}): Promise<void> {
    return promised(() => {
      if (typeof message !== 'string') {
        throw serverError(
          'SERVER_BAD_OPTION',
          `fail: message is ${typeof message}; it must be a text for the flow author.`,
        );
      }
      checkNames<FailOptions>('fail: ', options, { immediate: true, outputs: true });
      const outputs = options.outputs === undefined ? undefined : checkOutputs(options.outputs);
      this.#warnIfCut(message, outputs);
      return this.#ending.decide(
        { end: 'failed', reason: 'error', info: message, ...(outputs === undefined ? {} : { outputs }) },
        options.immediate ?? false,
      );
    });
  }

  #warnIfCut(message: string, outputs: Outputs | undefined): void {
    if (fittingMessage(message, outputs) === message) return;
    this.log.warn(
      { chars: message.length },
      `the text of a failure does not fit into a message of ${MAX_TEXT_CHARS} characters: it is cut`,
    );
  }

  checkOutput(name: string, value: string, others: Outputs = {}): void {
    checkOutput(name, value, others, this.#options.route.checkOutputs);
  }

  on<E extends keyof CallEvents>(event: E, listener: (event: CallEvents[E]) => unknown): () => void {
    return this.#emitter.on(event, listener);
  }

  get collecting(): boolean {
    return this.#digits.collecting;
  }

  get meter(): Meter {
    return this.#options.meter;
  }

  busy(): () => void {
    this.#busy += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#busy -= 1;
      this.#releasedMs = this.#options.clock.now();
    };
  }

  callerStopped(atMs?: number): void {
    const { session, timings } = this.#options;
    const fault = atMs === undefined ? undefined : numberFault('callerStopped: atMs', atMs, { least: 0 });
    if (fault) throw serverError('SERVER_BAD_OPTION', `${fault}.`);
    this.#reportsCallerStops = true;
    timings.callerStopped(Math.max(0, session.positionMs - (atMs ?? session.positionMs)));
  }

  /** Whether the bot plays, collects digits, or says that it is busy. */
  get active(): boolean {
    return this.#player.busy || this.#digits.collecting || this.#busy > 0;
  }

  /** When the bot last ended to be busy by its own word, by `clock.now()`. */
  get releasedMs(): number {
    return this.#releasedMs;
  }

  /** A frame of caller audio. */
  hear(bytes: Uint8Array, atMs: number): void {
    const listeners = this.#listeners;
    for (let index = 0; index < listeners.length; index++) {
      const listener = listeners[index];
      if (listener) guard(listener, bytes, atMs, this.#options.onCrash);
    }
    this.#taps.push(bytes);
    this.#caller.push(bytes, atMs);
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
    this.#caller.end(ended);
    this.#utterances?.end(ended);
    this.#pauses.end(ended);
    this.#digits.end(ended);
    this.#options.timings.over();
    this.#abort?.abort(ended);
    this.#over?.resolve(ended.reason);
  }
}
