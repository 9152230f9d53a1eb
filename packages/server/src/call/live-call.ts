import { sampleBytes } from '@hookline/audio';
import {
  type ClientMessage,
  type ClientParameters,
  MAX_BOT_FRAME_BYTES,
  MAX_TEXT_CHARS,
  type MediaParameter,
} from '@hookline/protocol';
import { contain, describeValue, guardedSignal, isBytes, type Logger, messageOf } from '@hookline/runtime';
import type { CallerAudio, CallerOptions } from '../audio/caller-audio.js';
import { callerPcm } from '../audio/caller-pcm.js';
import type { CollectDigitsOptions, CollectedDigits } from '../dtmf/digit-collector.js';
import { checkNames, checkNumber, serverError } from '../error.js';
import type { Meter } from '../metrics/meter.js';
import { checkPlayOptions, PLAY_OPTIONS, streamOptions } from '../playback/play-options.js';
import type { Playback, PlaybackResult, PlayOptions, StoppedPlayback } from '../playback/playback.js';
import type { PlaybackRun } from '../playback/playback-run.js';
import type { PlaybackStream, StreamOptions } from '../playback/stream.js';
import {
  endedPlayback,
  type StreamRun,
  WrittenPlayback,
  type WrittenPlaybackOptions,
} from '../playback/written-playback.js';
import { CallEnded, type EndReason } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import { type CallStats, statsOf } from '../session/call-stats.js';
import type { Ending } from '../session/machine.js';
import { fittingMessage } from '../session/message-length.js';
import { discardSource } from '../source/discard.js';
import { handleFailureOf } from '../source/handle-failure.js';
import { type AudioSource, PCM16_RATE, withOwnList } from '../source/source.js';
import type { OnSpeechOptions, SpeechListeners } from '../speech/on-speech.js';
import { type Utterance, type UtteranceOptions, utteranceTimeout } from '../speech/utterance.js';
import { inContext, inContextUnlessEmpty } from '../user-code/async-context.js';
import { promised, quietly } from '../user-code/deferred.js';
import { checkBoolean, checkFunction } from '../user-code/user-code-check.js';
import type { AudioListener, Call, CallEvents, EndOptions, FailOptions, Outputs } from './call.js';
import { CallMessages } from './call-messages.js';
import { CallParts, type CallPartsOptions } from './call-parts.js';
import type { CallerFrames } from './caller-frames.js';
import type { Route } from './route.js';
import { type SayOptions, synthesize, type Turn, turnMessage } from './turn.js';
import { checkOutput, checkOutputs, containOutputs } from './variables.js';

/** The facts of a call from the request, `open` and its route. */
export interface LiveCallOptions {
  readonly facts: CallFacts;
  readonly open: ClientParameters<'open'>;
  /** The input variables as returned by the bot's schema. */
  readonly inputs: Call['inputs'];
  readonly route: Route;
}

/** A call in progress: delegates the bot's calls and the client's messages to its parts. */
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
  readonly #parts: CallParts;
  readonly #checkOutputs: Route['checkOutputs'];
  readonly #messages: CallMessages;
  #abort: AbortController | undefined;
  #stats: CallStats | undefined;
  #ended: CallEnded | undefined;
  #endedPromise: Promise<EndReason> | undefined;
  #notifyEnded: ((reason: EndReason) => void) | undefined;
  /** Set once the bot has ended the call: it sends nothing new after that. */
  #ending: Promise<void> | undefined;
  #busy = 0;
  #releasedMs = Number.NEGATIVE_INFINITY;

  constructor({ facts, open, inputs, route }: LiveCallOptions, parts: CallPartsOptions) {
    this.id = facts.id;
    this.organizationId = facts.organizationId;
    this.correlationId = facts.correlationId;
    this.connectorId = facts.connectorId;
    this.url = facts.url;
    this.apiKey = facts.apiKey;
    this.conversationId = open.conversationId;
    this.participant = open.participant;
    this.media = parts.media;
    this.params = route.params;
    this.inputs = inputs;
    this.customConfig = open.customConfig;
    this.#checkOutputs = route.checkOutputs;
    this.#parts = new CallParts(parts, facts);
    this.#messages = new CallMessages(this.#parts, open.language);
    parts.timings.call = this;
    if (parts.host.measureReplies) this.#parts.speech.add({});
  }

  get language(): string | undefined {
    return this.#messages.language;
  }

  get log(): Logger {
    return this.#parts.log;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      guardedSignal(this.#abort.signal, this.#parts.onThrow);
      if (this.#ended) this.#abort.abort(this.#ended);
    }
    return this.#abort.signal;
  }

  get ended(): Promise<EndReason> {
    this.#endedPromise ??= new Promise((resolve) => {
      if (this.#ended) resolve(this.#ended.reason);
      else this.#notifyEnded = resolve;
    });
    return this.#endedPromise;
  }

  get stats(): CallStats {
    this.#stats ??= statsOf(this.#parts.session.counters);
    return this.#stats;
  }

  onAudio(listener: AudioListener): () => void {
    checkFunction('onAudio: listener', listener ?? null);
    const { session, frames } = this.#parts;
    return frames.listen(session.isOnSocket ? inContextUnlessEmpty(listener) : inContext(listener));
  }

  sendFrame(bytes: Uint8Array): void {
    if (!isBytes(bytes)) {
      handleFailureOf(bytes);
      throw serverError('SERVER_BAD_FRAME', `sendFrame: got ${typeof bytes}; expected a Uint8Array.`);
    }
    const size = sampleBytes(this.media.format);
    if (bytes.length === 0 || bytes.length > MAX_BOT_FRAME_BYTES || bytes.length % size !== 0) {
      throw serverError(
        'SERVER_BAD_FRAME',
        `sendFrame: got ${bytes.length} bytes; a frame of ${this.media.format} has 1 to ${MAX_BOT_FRAME_BYTES} bytes in whole samples of ${size}.`,
      );
    }
    if (this.#ending) this.#parts.session.counters.droppedOutFrames += 1;
    else this.#parts.player.sendRaw(bytes);
  }

  get audio(): AsyncIterable<Uint8Array> {
    return this.#parts.taps;
  }

  pcm16(options: { readonly rate: number }): AsyncIterable<Int16Array> {
    checkNames<{ readonly rate: number }>('call.pcm16: ', options ?? null, { rate: true });
    checkNumber('call.pcm16: rate', options.rate, PCM16_RATE);
    const { taps, media, host } = this.#parts;
    return callerPcm(taps, media, host.byteOrder, options.rate, host.clock);
  }

  caller(options: CallerOptions = {}): CallerAudio {
    return this.#parts.caller.open(options);
  }

  get readable(): ReadableStream<Uint8Array> {
    return ReadableStream.from(this.#parts.taps);
  }

  play(source: AudioSource, options: PlayOptions = {}): Promise<PlaybackResult> {
    try {
      return this.playback(source, options).finished;
    } catch (error) {
      return this.#answer(Promise.reject(error));
    }
  }

  playback(source: AudioSource, options: PlayOptions = {}): Playback {
    try {
      checkNames<PlayOptions>('play: ', options, PLAY_OPTIONS);
      checkPlayOptions('play', options);
    } catch (error) {
      void discardSource(source);
      throw error;
    }
    // The bot may change both for the next playback while this one waits.
    const own = { ...options };
    const kept = withOwnList(source);
    return this.#play(kept, own, () => this.#parts.player.play(kept, own));
  }

  /**
   * @param source - closed if the call accepts no more playbacks; undefined if it is not made yet
   * @param queue - queues the playback; not called if the call accepts no more playbacks
   */
  #play(source: AudioSource | undefined, options: PlayOptions, queue: () => PlaybackRun): StreamRun {
    const ended =
      this.#ended ??
      (this.#ending &&
        new CallEnded('completed', 'the bot has already ended this call; play before complete() or fail()'));
    if (ended) {
      void discardSource(source);
      return endedPlayback(this.#answer(Promise.reject(ended)));
    }
    const run = queue();
    run.pace = this.#parts.pace;
    if (options.bargeIn) {
      const off = this.#parts.speech.add({ start: () => run.stop() });
      void quietly(run.finished.finally(off));
    }
    return run;
  }

  stream(options: StreamOptions = {}): PlaybackStream {
    const { format = this.media.format, rate, maxMs, ...rest } = streamOptions(options);
    const playOptions = { ...rest, format };
    const play: WrittenPlaybackOptions['play'] = (stream, source, over) =>
      this.#play(source, playOptions, () => {
        const run = this.#parts.player.play(source, playOptions, over);
        run.stream = stream;
        return run;
      });
    return new WrittenPlayback({
      ...{ format, rate, maxMs, play },
      counters: this.#parts.session.counters,
      warn: (message) => this.log.warn({}, message),
    });
  }

  stop(): readonly StoppedPlayback[] {
    return this.#parts.player.stopAll();
  }

  say(text: string, options: SayOptions): Promise<PlaybackResult> {
    return this.#answer(this.#say(text, options));
  }

  async #say(text: string, options: SayOptions): Promise<PlaybackResult> {
    checkNames<SayOptions>('say: ', options ?? null, { ...PLAY_OPTIONS, synth: true });
    checkPlayOptions('say', options);
    checkFunction('say: synth', options.synth ?? null, 'a function that turns a text into audio');
    const turn = turnMessage({ disposition: 'match', text });
    this.#parts.timings.reported('match');
    return this.#play(undefined, options, () => {
      const { pending, stop } = synthesize(text, this.language, options.synth, this.#parts.onThrow);
      return this.#parts.player.playLater({ pending, turn, over: () => stop(this.#ended) }, { ...options });
    }).finished;
  }

  turn(turn: Turn): void {
    checkNames<Turn>('turn: ', turn ?? null, { disposition: true, text: true, confidence: true });
    this.#parts.outbox.push(turnMessage(turn));
    this.#parts.timings.reported(turn.disposition);
  }

  bargeIn(): readonly StoppedPlayback[] {
    return this.#parts.player.bargeIn();
  }

  onSpeech(listeners: SpeechListeners, options: OnSpeechOptions = {}): () => void {
    checkNames<SpeechListeners>('onSpeech: ', listeners ?? null, { start: true, end: true });
    checkNames<OnSpeechOptions>('onSpeech: ', options, { bargeIn: true, vad: true });
    checkBoolean('onSpeech: bargeIn', options.bargeIn);
    checkFunction('onSpeech: start', listeners.start);
    checkFunction('onSpeech: end', listeners.end);
    checkFunction(
      'onSpeech: vad',
      options.vad,
      'a function that returns a detector, such as () => createEnergyVad()',
    );
    if (!options.bargeIn) return this.#parts.speech.add(listeners, options.vad);
    const start = (atMs: number) => {
      if (this.#parts.playing) this.#parts.player.bargeIn();
      return listeners.start?.(atMs);
    };
    return this.#parts.speech.add({ ...listeners, start }, options.vad);
  }

  utterance(options: UtteranceOptions = {}): Promise<Utterance | undefined> {
    return this.#answer(
      promised(() => {
        const timeoutMs = utteranceTimeout('utterance', options);
        return this.#ended ? Promise.reject(this.#ended) : this.#parts.utterances.next(timeoutMs);
      }),
    );
  }

  utterances(options: UtteranceOptions = {}): AsyncIterable<Utterance> {
    const timeoutMs = utteranceTimeout('utterances', options);
    const { utterances, pace } = this.#parts;
    return utterances.all(timeoutMs, () => this.#ended, pace);
  }

  collectDigits(options: CollectDigitsOptions = {}): Promise<CollectedDigits> {
    const ended = this.#ended;
    return this.#answer(ended ? Promise.reject(ended) : promised(() => this.#parts.digits.collect(options)));
  }

  pause(): Promise<void> {
    if (this.#ended) return this.#answer(Promise.reject(this.#ended));
    // Before it is sent, which can end the call.
    const done = this.#parts.pauses.pause();
    this.#parts.outbox.push({ type: 'pause', parameters: {} });
    return this.#answer(done);
  }

  resume(): Promise<void> {
    if (this.#ended) return this.#answer(Promise.reject(this.#ended));
    // Before it is sent, which can end the call.
    const done = this.#parts.pauses.resume();
    this.#parts.outbox.push({ type: 'resume', parameters: {} }, (seq) => this.#parts.pauses.resumeSent(seq));
    return this.#answer(done);
  }

  complete(outputs: Outputs = {}, options: EndOptions = {}): Promise<void> {
    return this.#unlessRefused('complete', () => {
      containOutputs(outputs);
      checkNames<EndOptions>('complete: ', options, { immediate: true });
      checkBoolean('complete: immediate', options.immediate);
      const checked = checkOutputs(outputs, this.#checkOutputs);
      return this.#decide(
        { end: 'completed', reason: 'completed', outputs: checked },
        options.immediate ?? false,
      );
    });
  }

  fail(message: string, options: FailOptions = {}): Promise<void> {
    return this.#unlessRefused('fail', () => {
      containOutputs(options?.outputs);
      if (typeof message !== 'string') {
        void contain(message);
        throw serverError(
          'SERVER_BAD_OPTION',
          `fail: message is ${describeValue(message)}; expected a string for the flow author.`,
        );
      }
      checkNames<FailOptions>('fail: ', options, { immediate: true, outputs: true });
      checkBoolean('fail: immediate', options.immediate);
      const outputs = options.outputs === undefined ? undefined : checkOutputs(options.outputs);
      this.#warnIfTruncated(message, outputs);
      return this.#decide(
        { end: 'failed', reason: 'error', info: message, ...(outputs === undefined ? {} : { outputs }) },
        options.immediate ?? false,
      );
    });
  }

  /** Logs a refusal: a bot that does not await it would otherwise not know why its call goes on. */
  #unlessRefused(method: string, end: () => Promise<void>): Promise<void> {
    try {
      return this.#answer(end());
    } catch (error) {
      this.log.warn({ err: error }, `${method}() was refused: ${messageOf(error)}`);
      return this.#answer(Promise.reject(error));
    }
  }

  /** What a method returns: its rejection counts as handled, and a loop of such calls does not stop the process. */
  #answer<T>(promise: Promise<T>): Promise<T> {
    return this.#parts.pace.of(quietly(promise));
  }

  #warnIfTruncated(message: string, outputs: Outputs | undefined): void {
    if (fittingMessage(message, outputs) === message) return;
    this.log.warn(
      { chars: message.length },
      `the message of a failure is truncated: a protocol message has at most ${MAX_TEXT_CHARS} characters`,
    );
  }

  checkOutput(name: string, value: string, others: Outputs = {}): void {
    checkOutput(name, value, others, this.#checkOutputs);
  }

  on<E extends keyof CallEvents>(event: E, listener: (event: CallEvents[E]) => unknown): () => void {
    return this.#parts.emitter.on(event, listener);
  }

  get collecting(): boolean {
    return this.#parts.collecting;
  }

  get meter(): Meter {
    return this.#parts.host.metrics.meter;
  }

  busy(): () => void {
    this.#busy += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#busy -= 1;
      this.#releasedMs = this.#parts.host.clock.now();
    };
  }

  callerStopped(atMs?: number): void {
    const { session, timings } = this.#parts;
    if (atMs !== undefined) checkNumber('callerStopped: atMs', atMs, { min: 0 });
    timings.callerStopped(atMs === undefined ? 0 : session.agoMs(atMs));
  }

  /** Whether the bot has ended the call; audio may still be playing. */
  get ending(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether the bot plays, collects digits, or has called `busy`. */
  get active(): boolean {
    return this.#parts.playing || this.#parts.collecting || this.#busy > 0;
  }

  /** When the function that `busy` returned was last called, by `clock.now()`. */
  get releasedMs(): number {
    return this.#releasedMs;
  }

  /** Receives the frames of caller audio. */
  get frames(): CallerFrames {
    return this.#parts.frames;
  }

  /** Handles a message that is legal in the current state. */
  receive(message: ClientMessage): void {
    this.#messages.receive(message);
  }

  /** Whether a message that has no effect in the current state is the answer to a request of the bot. */
  answers(message: ClientMessage): boolean {
    return this.#messages.answers(message);
  }

  /** The call is over: settles everything that is pending. */
  finish(ended: CallEnded): void {
    this.#ended = ended;
    this.#parts.end(ended);
    this.#abort?.abort(ended);
    this.#notifyEnded?.(ended.reason);
  }

  /** The first call decides; later calls return the same promise. (AC-DISC-2) */
  #decide(ending: Ending, immediate: boolean): Promise<void> {
    this.#ending ??= quietly(this.#end(ending, immediate));
    return this.#ending;
  }

  /** Sent after everything queued has been heard. (AC-PLAY-4) */
  async #end(ending: Ending, immediate: boolean): Promise<void> {
    if (!immediate) {
      await this.#parts.idle();
      await this.#parts.drained();
    }
    if (this.#ended) throw this.#ended;
    this.#parts.session.end(ending);
  }
}
