import type { ClientParameters, MediaParameter } from '@hookline/protocol';
import type { Logger } from '@hookline/runtime';
import type { CallerAudio, CallerOptions } from '../audio/caller-audio.js';
import type { CollectDigitsOptions, CollectedDigits } from '../dtmf/collect-digits.js';
import type { Meter } from '../metrics/meter.js';
import type { Playback, PlaybackResult, PlayOptions, StoppedPlayback } from '../playback/playback.js';
import type { PlaybackStream, StreamOptions } from '../playback/stream.js';
import type { EndReason } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import type { CallStats } from '../session/call-stats.js';
import type { AudioSource } from '../source/source.js';
import type { OnSpeechOptions, SpeechListeners } from '../speech/on-speech.js';
import type { Utterance, UtteranceOptions } from '../speech/utterance.js';
import type { SayOptions, Turn } from './turn.js';

/** Output variables by name: strings, as Architect takes them. */
export type Outputs = Readonly<Record<string, string>>;

/** A stretch of caller audio that never came. */
export interface AudioGap {
  /** Where the gap began, in milliseconds of the caller's stream. */
  readonly startMs: number;
  /** How long it was, in milliseconds. */
  readonly discardedMs: number;
}

/** When something happened, by the client's own account. */
export interface AtPosition {
  /** The client's stream position, in milliseconds. */
  readonly positionMs: number;
}

/** What `call.on` tells, by event. There is no event named `error`: nothing throws for lack of a listener. */
export interface CallEvents {
  /** The caller pressed one key. */
  dtmf: AtPosition & { readonly digit: string };
  /** The language changed during the call. */
  update: { readonly language: string | undefined };
  /** The client sends no audio from here on. */
  paused: AtPosition;
  /** Caller audio flows again. */
  resumed: AudioGap;
  /** The client dropped caller audio. */
  discarded: AudioGap;
  /** The client reported an error; 429 has been honoured already. */
  clientError: {
    readonly code: number;
    readonly message: string;
    readonly retryAfterMs: number | undefined;
  };
  /** The caller begins to hear bot audio. */
  playbackStarted: AtPosition;
  /** The client ran out of bot audio, or dropped what was left. */
  playbackCompleted: AtPosition;
}

/** Takes caller audio. `bytes` are the transport's own, in the call's format; `atMs` is where they begin in the caller's stream. */
export type AudioListener = (bytes: Uint8Array, atMs: number) => unknown;

/** How `complete` and `fail` end the call. */
export interface EndOptions {
  /** Ends the call now, instead of when what is queued has been heard; default false. */
  readonly immediate?: boolean;
}

/** How `fail` ends the call. */
export interface FailOptions extends EndOptions {
  /**
   * Output variables for the flow's failure path: what was collected so far. Strings; a schema of outputs is not asked,
   * as they may be incomplete.
   */
  readonly outputs?: Outputs;
}

/** One call, as its handler sees it. */
export interface Call<Inputs = Readonly<Record<string, string>>> extends CallFacts {
  readonly conversationId: string;
  /** The caller. Any of the strings may be empty. */
  readonly participant: ClientParameters<'open'>['participant'];
  /** The caller's language as last reported by the client. */
  readonly language: string | undefined;
  /**
   * The format of the client's audio. Bot audio has the same format in one channel. Where the client offers only the
   * `internal` channel, which is the agent's side, that is what is heard in place of the caller; the log says so.
   */
  readonly media: MediaParameter;
  /** The `:name` segments of the router's path, decoded; without a router none. */
  readonly params: Readonly<Record<string, string>>;
  /** The action's inputs: an object without prototype. */
  readonly inputs: Inputs;
  /** The integration's configuration, as it came. */
  readonly customConfig: unknown;
  /** Aborts with `CallEnded` when the call is over. A listener that throws or rejects is logged and costs nothing else. */
  readonly signal: AbortSignal;
  /** Resolves with how the call ended, once it has; never rejects. For a handler that only waits: `await call.ended`. */
  readonly ended: Promise<EndReason>;
  /** The bot's logger with the session id in every line. */
  readonly log: Logger;
  readonly stats: CallStats;

  /**
   * Calls `listener` with each frame of caller audio: the transport's own bytes, not copied. A listener that throws
   * or rejects fails this call. Returns an unsubscribe function.
   */
  onAudio(listener: AudioListener): () => void;
  /**
   * Sends one frame of bot audio at once, not paced and not copied: the caller of this keeps to the platform's
   * limits (5 frames a second, bursts of 25). Dropped and counted when the call does not take audio. What was heard of
   * such frames is not reported: write audio that may be interrupted to a `stream`, which takes pieces of any size.
   *
   * @param bytes - whole samples in the call's format, one channel, 1 to 64,000 bytes; not to be changed afterwards
   * @throws HooklineError `SERVER_BAD_FRAME` for bytes that are no legal frame
   */
  sendFrame(bytes: Uint8Array): void;
  /**
   * Caller audio as it comes. Each iteration is a tap of its own from then on, holds 2 s at most and drops the
   * oldest (counted in `stats`); without a tap nothing is queued. Ends with the call.
   */
  readonly audio: AsyncIterable<Uint8Array>;
  /** Caller audio (the `external` channel) decoded and resampled; a tap like `audio`. */
  pcm16(options: { readonly rate: number }): AsyncIterable<Int16Array>;
  /**
   * The caller in one channel and one format, whatever was negotiated: what a speech service takes. Not copied where it
   * is what came.
   *
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  caller(options?: CallerOptions): CallerAudio;
  /** Caller audio as a Web Stream; a tap like `audio`. */
  readonly readable: ReadableStream<Uint8Array>;

  /** Plays `source` after what is queued, and resolves when it has been heard. */
  play(source: AudioSource, options?: PlayOptions): Promise<PlaybackResult>;
  /** The same with a handle. */
  playback(source: AudioSource, options?: PlayOptions): Playback;
  /**
   * A playback that is written to as its audio comes, such as the reply of a speech service: one playback, after what
   * is queued, whatever is written in one go. Marks tell how much of each part was heard.
   *
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  stream(options?: StreamOptions): PlaybackStream;
  /**
   * Stops all playbacks, those queued too. What was heard of each is final when this returns.
   *
   * @returns what was stopped, the one that played first; empty when nothing was playing or queued
   */
  stop(): readonly StoppedPlayback[];
  /**
   * Synthesizes `text` and plays it after what is queued; tells the client of the turn when its time has come.
   * Rejects with `SERVER_SOURCE_FAILED` when the synthesizer fails.
   */
  say(text: string, options: SayOptions): Promise<PlaybackResult>;
  /**
   * Tells the client how a bot turn came out, for reporting in Genesys: before, during or after the turn's audio, which
   * does not wait for a turn that is sent after it was queued. A service that gives the words after the audio, or a reply whose
   * words are those that were heard, tells it then.
   */
  turn(turn: Turn): void;
  /** The caller talks over the bot: drops what is queued, and has the client drop what it holds. Returns as `stop`. */
  bargeIn(): readonly StoppedPlayback[];
  /** Tells when the caller starts and stops speaking. Returns an unsubscribe function. */
  onSpeech(listeners: SpeechListeners, options?: OnSpeechOptions): () => void;
  /**
   * What the caller says: an utterance that was said since the last was taken (the newest 8 are kept), or the next to be
   * said; 60 ms of speech begin one, 800 ms without end it, and one of a minute is cut. Listens from the first time that
   * it is asked, and hears what was held for `caller()`. Undefined when nobody begins to speak in `timeoutMs`; rejects
   * with `CallEnded`.
   *
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  utterance(options?: UtteranceOptions): Promise<Utterance | undefined>;
  /** One utterance after the other, until nobody begins to speak in `timeoutMs`, or the call ends. */
  utterances(options?: UtteranceOptions): AsyncIterable<Utterance>;
  /** Whether `collectDigits` takes the keys: what else listens to `dtmf` may leave them to it. */
  readonly collecting: boolean;
  /** Collects keys. Keys pressed before it was called count. Rejects with `CallEnded`. */
  collectDigits(options?: CollectDigitsOptions): Promise<CollectedDigits>;

  /**
   * Tells that the bot does something although it neither plays nor sends, so that `timers.idleMs` does not end the
   * call: it listens, or waits for a service. Returns a function that takes it back, from when `idleMs` counts anew.
   */
  busy(): () => void;
  /**
   * Tells when the caller fell silent, where a service knows better than the detector here: `reply_seconds` counts from
   * then to the next bot audio, and what the detector says of this call counts no more.
   *
   * @param atMs - where in the caller's stream, in milliseconds; default now
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  callerStopped(atMs?: number): void;
  /** Adds metrics to those of the bot; the same as `bot.meter`. */
  readonly meter: Meter;

  /** Asks the client to stop sending audio; resolves with `paused`. */
  pause(): Promise<void>;
  /** Ends the pause; resolves with `resumed`, or with `paused` when the client holds a pause of its own. */
  resume(): Promise<void>;

  /**
   * Completes the call once what is queued has been heard: `outputs` reach the flow. A source that has given nothing
   * for 10 s is not waited for. The first of `complete` and `fail` decides. Resolves when `disconnect` is sent; rejects with `CallEnded` when the call ended otherwise.
   *
   * @throws HooklineError `SERVER_BAD_OUTPUT` naming the variable
   */
  complete(outputs?: Outputs, options?: EndOptions): Promise<void>;
  /**
   * Fails the call once what is queued has been heard: `message` reaches the flow as `errorMessage`, cut with a
   * warning in the log where it does not fit into a message, beside the outputs. As `complete` else.
   *
   * @throws HooklineError as a rejection: `SERVER_BAD_OPTION` for a message that is no text, `SERVER_BAD_OUTPUT` naming
   *   the variable
   */
  fail(message: string, options?: FailOptions): Promise<void>;

  /**
   * Checks one output variable before the end, as `complete` will check all of them: for what collects them one after
   * the other, such as the tools of a model. A name that the bot's `outputs` do not declare is refused.
   *
   * @param others - what was collected so far; may be incomplete
   * @throws HooklineError `SERVER_BAD_OUTPUT` naming the variable
   */
  checkOutput(name: string, value: string, others?: Outputs): void;

  /** Listens to an event of the call, in the async context in which it is called. A listener that throws or rejects fails this call. Returns an unsubscribe function. */
  on<E extends keyof CallEvents>(event: E, listener: (event: CallEvents[E]) => unknown): () => void;
}

/**
 * A bot: called once for each call, after `opened`. What it returns are the outputs of a completed call; what it
 * throws fails the call.
 *
 * @typeParam Prepared - `[T]` for a bot whose `prepare` gives a `T`: its second argument
 */
export type CallHandler<Inputs = Outputs, Returned = Outputs, Prepared extends readonly unknown[] = []> = (
  call: Call<Inputs>,
  ...prepared: Prepared
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler without outputs is written without `return`.
) => Promise<Returned | void> | Returned | void;
