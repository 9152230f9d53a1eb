import type { ClientParameters, MediaParameter } from '@hookline/protocol';
import type { Logger } from '@hookline/runtime';
import type { CallerAudio, CallerOptions } from '../audio/caller-audio.js';
import type { CollectDigitsOptions, CollectedDigits } from '../dtmf/digit-collector.js';
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

/** Output variables by name. Architect accepts only strings. */
export type Outputs = Readonly<Record<string, string>>;

/** Caller audio that was never received. */
export interface AudioGap {
  /** The start of the gap, in milliseconds of the caller's stream. */
  readonly startMs: number;
  /** The length of the gap, in milliseconds. */
  readonly discardedMs: number;
}

/** The time of an event, as reported by the client. */
export interface AtPosition {
  /** The client's stream position, in milliseconds. */
  readonly positionMs: number;
}

/**
 * The events of `call.on` and their arguments. No event is named `error`, so that nothing throws for lack of a
 * listener.
 */
export interface CallEvents {
  /** The caller pressed one key. */
  dtmf: AtPosition & { readonly digit: string };
  /** The language changed during the call. */
  update: { readonly language: string | undefined };
  /** The client has stopped sending audio. */
  paused: AtPosition;
  /** The client sends audio again. */
  resumed: AudioGap;
  /** The client dropped caller audio. */
  discarded: AudioGap;
  /** The client reported an error. `retryAfter` of error 429 has been applied already. */
  clientError: {
    readonly code: number;
    readonly message: string;
    readonly retryAfterMs: number | undefined;
  };
  /** The caller starts to hear bot audio. */
  playbackStarted: AtPosition;
  /** The client has no more bot audio: it was played or dropped. */
  playbackCompleted: AtPosition;
}

/**
 * Receives caller audio. `bytes` are the buffer of the transport, in the format of the call; `atMs` is their position
 * in the caller's stream.
 */
export type AudioListener = (bytes: Uint8Array, atMs: number) => unknown;

/** How `complete` and `fail` end the call. */
export interface EndOptions {
  /** Whether to end the call now instead of after queued audio was heard; default false. */
  readonly immediate?: boolean;
}

/** How `fail` ends the call. */
export interface FailOptions extends EndOptions {
  /**
   * Output variables for the failure path of the flow: those collected so far. Strings; they are not checked against a
   * schema of outputs, because they may be incomplete.
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
   * The format of the client's audio. Bot audio has the same format in one channel. If the client offers only the
   * `internal` channel, which is the agent's side, that channel is used instead of the caller; the log contains this.
   */
  readonly media: MediaParameter;
  /** The decoded `:name` segments of the router's path; empty without a router. */
  readonly params: Readonly<Record<string, string>>;
  /** The inputs of the action, in an object without a prototype. */
  readonly inputs: Inputs;
  /** The configuration of the integration, as received. */
  readonly customConfig: unknown;
  /**
   * Aborts with `CallEnded` when the call is over. The error of a listener that throws or rejects is logged, with no
   * other effect.
   */
  readonly signal: AbortSignal;
  /**
   * Resolves when the call has ended, with the reason; never rejects. For a handler that only waits: `await
   * call.ended`.
   */
  readonly ended: Promise<EndReason>;
  /** The bot's logger with the session id in every line. */
  readonly log: Logger;
  /** Follows the call; cannot be written. */
  readonly stats: CallStats;

  /**
   * Calls `listener` with each frame of caller audio: the buffer of the transport, not a copy. A listener that throws
   * or rejects fails this call. Returns an unsubscribe function.
   */
  onAudio(listener: AudioListener): () => void;
  /**
   * Sends one frame of bot audio at once, without pacing and without a copy. The application must stay within the
   * limits of the platform (5 frames a second, bursts of 25). The frame is dropped and counted if the call accepts no
   * audio. How much of such frames was heard is not reported: write audio that may be interrupted to a `stream`, which
   * accepts pieces of any size.
   *
   * @param bytes - whole samples in the format of the call, one channel, 1 to 64,000 bytes; do not modify them
   *   afterwards
   * @throws HooklineError `SERVER_BAD_FRAME` for bytes that are not a valid frame
   */
  sendFrame(bytes: Uint8Array): void;
  /**
   * Caller audio as it is received. Each iteration is a separate tap that starts with the next frame, buffers at most
   * `limits.maxTapMs` (default 2,000 ms) and then drops the oldest audio (counted in `stats`); without a tap nothing is
   * buffered. Ends with the call.
   */
  readonly audio: AsyncIterable<Uint8Array>;
  /**
   * Caller audio (the `external` channel) decoded and resampled; a tap like `audio`.
   *
   * @param options - `rate`: samples per second, a whole number from 1000 to 192,000
   * @throws HooklineError `SERVER_BAD_OPTION` for another rate
   */
  pcm16(options: { readonly rate: number }): AsyncIterable<Int16Array>;
  /**
   * The caller in one channel and one format, regardless of the negotiated media, as speech services expect it. Not
   * copied if no conversion is needed.
   *
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  caller(options?: CallerOptions): CallerAudio;
  /** Caller audio as a Web Stream; a tap like `audio`. */
  readonly readable: ReadableStream<Uint8Array>;

  /** Plays `source` after queued audio, and resolves when it was heard. */
  play(source: AudioSource, options?: PlayOptions): Promise<PlaybackResult>;
  /** Like `play`, but returns a handle. */
  playback(source: AudioSource, options?: PlayOptions): Playback;
  /**
   * A playback to which audio is written as it arrives, such as the reply of a speech service: one playback, after
   * queued audio, for any number of writes. Marks report how much of each part was heard.
   *
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  stream(options?: StreamOptions): PlaybackStream;
  /**
   * Stops all playbacks, including queued ones. The heard duration of each is final when this returns.
   *
   * @returns the stopped playbacks, the current one first; empty if nothing was playing or queued
   */
  stop(): readonly StoppedPlayback[];
  /**
   * Synthesizes `text` and plays it after queued audio; reports the turn to the client when its playback starts.
   * Rejects with `SERVER_SOURCE_FAILED` if the synthesizer fails.
   */
  say(text: string, options: SayOptions): Promise<PlaybackResult>;
  /**
   * Reports the result of a bot turn to the client, for reports in Genesys: before, during or after the audio of the
   * turn. Audio that was queued before a turn does not wait for it. A service that returns the text after the audio, or
   * a reply whose text is only what was heard, reports the turn afterwards.
   */
  turn(turn: Turn): void;
  /**
   * Handles a caller who interrupts the bot: drops queued audio and makes the client drop its buffered audio. Returns
   * the same as `stop`.
   */
  bargeIn(): readonly StoppedPlayback[];
  /** Reports when the caller starts and stops speaking. Returns an unsubscribe function. */
  onSpeech(listeners: SpeechListeners, options?: OnSpeechOptions): () => void;
  /**
   * An utterance of the caller: one since the last that was taken (the newest 8 are kept), or else the next one. 60 ms
   * of speech start an utterance, 800 ms without speech end it, and it is cut off after a minute. Detection starts with
   * the first call of this method and includes the audio that is buffered for `caller()`. Undefined if no speech starts
   * within `timeoutMs`; rejects with `CallEnded`.
   *
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  utterance(options?: UtteranceOptions): Promise<Utterance | undefined>;
  /** One utterance after another, until no speech starts within `timeoutMs` or the call ends. */
  utterances(options?: UtteranceOptions): AsyncIterable<Utterance>;
  /** Whether `collectDigits` is collecting keys, so that other listeners of `dtmf` can ignore them. */
  readonly collecting: boolean;
  /** Collects keys, including keys that were pressed before. Rejects with `CallEnded`. */
  collectDigits(options?: CollectDigitsOptions): Promise<CollectedDigits>;

  /**
   * Declares the bot busy although it neither plays nor sends, so that `timers.idleMs` does not end the call: for
   * example it listens, or waits for a service. Returns a function that ends this; `idleMs` is then counted from the
   * start.
   */
  busy(): () => void;
  /**
   * Reports when the caller stopped speaking, for a service that knows this better than the speech detector:
   * `reply_seconds` is measured from then to the next reply, and results of the detector for this call are ignored.
   *
   * @param atMs - the position in the caller's stream, in milliseconds; default now
   * @throws HooklineError `SERVER_BAD_OPTION`
   */
  callerStopped(atMs?: number): void;
  /** Adds metrics to those of the bot; the same as `bot.meter`. */
  readonly meter: Meter;

  /** Asks the client to stop sending audio; resolves with `paused`. */
  pause(): Promise<void>;
  /** Ends the pause; resolves with `resumed`, or with `paused` if the client itself has paused. */
  resume(): Promise<void>;

  /**
   * Completes the call after queued audio was heard; `outputs` reach the flow. A source that has yielded nothing for 10
   * s is not awaited. The first of `complete` and `fail` decides. Resolves when `disconnect` is sent; rejects with
   * `CallEnded` if the call ended otherwise.
   *
   * @throws HooklineError `SERVER_BAD_OUTPUT` with the name of the variable
   */
  complete(outputs?: Outputs, options?: EndOptions): Promise<void>;
  /**
   * Fails the call after queued audio was heard. `message` reaches the flow as part of `errorMessage`; if it is too
   * long for a message together with the outputs, it is truncated with a warning in the log. Otherwise like `complete`.
   *
   * @throws HooklineError as a rejection: `SERVER_BAD_OPTION` for a message that is not a string, `SERVER_BAD_OUTPUT`
   *   with the name of the variable
   */
  fail(message: string, options?: FailOptions): Promise<void>;

  /**
   * Checks one output variable before the end, like `complete` does for all of them: for code that collects outputs one
   * by one, such as the tools of a model. A name that the bot's `outputs` do not declare is refused.
   *
   * @param others - the outputs collected so far; may be incomplete
   * @throws HooklineError `SERVER_BAD_OUTPUT` with the name of the variable
   */
  checkOutput(name: string, value: string, others?: Outputs): void;

  /**
   * Adds a listener to an event of the call. The listener runs in the async context of this call of `on`; if it throws
   * or rejects, it fails the call. Returns an unsubscribe function.
   */
  on<E extends keyof CallEvents>(event: E, listener: (event: CallEvents[E]) => unknown): () => void;
}

/**
 * A bot: called once per call, after `opened`. Its return value is the outputs of a completed call; if it throws, the
 * call fails.
 *
 * @typeParam Prepared - `[T]` for a bot whose `prepare` returns a `T`, which is the second argument
 */
export type CallHandler<Inputs = Outputs, Returned = Outputs, Prepared extends readonly unknown[] = []> = (
  call: Call<Inputs>,
  ...prepared: Prepared
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler without outputs is written without `return`.
) => Promise<Returned | void> | Returned | void;
