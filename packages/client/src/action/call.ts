import type { ClientStateName, WireEvent } from '@hookline/protocol';
import type { CallerSource } from '../media/caller-source.js';
import type { BotFrame } from '../playback/bot-audio.js';
import type { DisconnectFact } from '../session/session-listener.js';
import type { BotTurn, CallResult, CallWarning } from './result.js';

/** The events of `call.on` and the arguments of their listeners. `t` is in milliseconds since dialling. */
export interface CallEvents {
  /** Everything on the wire; audio as runs of frames. Credentials in the heads are masked unless `rawHeads` is set. */
  wire: [event: WireEvent];
  /** The session entered a state. */
  state: [state: ClientStateName];
  /** The caller starts to hear the bot. */
  playbackStarted: [fact: { readonly t: number }];
  /** The caller no longer hears the bot. */
  playbackCompleted: [
    fact: {
      readonly t: number;
      readonly heardMs: number;
      readonly droppedMs: number;
      readonly ended: 'completed' | 'bargeIn' | 'disconnected';
    },
  ];
  /** The bot was interrupted: `droppedMs` of the received audio is dropped. */
  bargeIn: [fact: { readonly t: number; readonly droppedMs: number }];
  /** The bot reported the disposition of a turn. */
  turn: [turn: BotTurn];
  /**
   * The bot answered: `replyMs` from the end of the caller's speech to the first sound that the caller hears. Reported up
   * to a frame of the caller after `t`, where only that frame shows whether the caller still spoke.
   */
  reply: [fact: { readonly t: number; readonly replyMs: number }];
  /** Caller audio was paused or resumed, by the bot or by a hold. */
  paused: [fact: { readonly t: number }];
  resumed: [fact: { readonly t: number }];
  /** A ping was answered. */
  pong: [fact: { readonly t: number; readonly rttMs: number }];
  /** An `error` was sent to the bot: with its code and text. */
  error: [fact: { readonly t: number; readonly code: number; readonly message: string }];
  /** The bot sent `disconnect`. */
  disconnect: [fact: DisconnectFact];
  /** All caller audio has been sent. */
  callerDone: [fact: { readonly t: number }];
  /** A violation, or something that the author should know. Emitted once; repetitions are only counted. */
  warning: [warning: CallWarning];
}

/** The names of the events. */
export const CALL_EVENTS: Readonly<Record<keyof CallEvents, true>> = {
  wire: true,
  state: true,
  playbackStarted: true,
  playbackCompleted: true,
  bargeIn: true,
  turn: true,
  reply: true,
  paused: true,
  resumed: true,
  pong: true,
  error: true,
  disconnect: true,
  callerDone: true,
  warning: true,
};

/** The time between the starts of two keys, in milliseconds. */
export const DEFAULT_KEY_GAP_MS = 200;

/**
 * How far a call has got, for a script that begins in the middle of it. Times are in milliseconds since dialling.
 */
export interface CallProgress {
  /** When the session opened; undefined before. */
  readonly openedAtMs: number | undefined;
  /** Whether the caller hears the bot now, or would if the call were not on hold. */
  readonly playing: boolean;
  /** How many playbacks have started. */
  readonly playbacks: number;
  /** When each of the first 1000 playbacks started. */
  readonly playbackStartsMs: readonly number[];
}

/** Options of `call.sendDtmf`. */
export interface DtmfOptions {
  /** Time between the starts of two digits, in milliseconds. Default 200. */
  readonly intervalMs?: number;
}

/** A call in progress. */
export interface Call {
  readonly sessionId: string;
  readonly conversationId: string;
  /** The URL that is dialled. */
  readonly url: string;
  readonly state: ClientStateName;
  /** How the call ended. Never rejects. */
  readonly result: Promise<CallResult>;
  /** Resolves when the connection is closed, after `result`. Never rejects. */
  readonly closed: Promise<void>;
  /**
   * What the caller hears from now on, in frames of 20 ms of 8 kHz µ-law with silence between playbacks, in real
   * time from `opened` to the end of the call. Each iteration is a separate reader with a buffer of 2 s; a slower
   * reader loses the oldest frames.
   */
  readonly botAudio: AsyncIterable<Uint8Array>;
  /** The same with the time of each frame. */
  readonly botFrames: AsyncIterable<BotFrame>;
  /** Milliseconds since dialling, like `t` of events and frames. Also advances after the end of the call. */
  readonly elapsedMs: number;
  /**
   * How long the bot has been silent, as the caller hears it, in milliseconds since its last sound, or since dialling.
   * Below −50 dBFS it is silent, even if it sends audio. A hold in the middle of a playback does not count.
   */
  readonly botSilentMs: number;
  /**
   * The last sound that the bot began, in a playback or after a pause in one of more than 500 ms; undefined before the
   * first. `pauseMs`: how long it had been silent before, without holds in a playback; Infinity at its first sound.
   */
  readonly botSound: { readonly atMs: number; readonly pauseMs: number } | undefined;
  /** How far the call has got: exactly the events so far that a listener added now does not receive. */
  readonly progress: CallProgress;
  /** Appends to the caller audio. Resolves when it has been sent, or when the call has ended. @throws HooklineError `CLIENT_BAD_ARGUMENT` as a rejection for a value that is not a source */
  say(source: CallerSource): Promise<void>;
  /**
   * Presses keys one after another, after `opened`. Resolves when they have been sent, or when the call has ended.
   *
   * @throws HooklineError `CLIENT_BAD_ARGUMENT` for a character that is not a telephone key
   */
  sendDtmf(digits: string, options?: DtmfOptions): Promise<void>;
  /** Puts the call on hold: no audio either way. Idempotent. */
  hold(): void;
  /** Ends the hold. Idempotent. */
  unhold(): void;
  /**
   * Tells the bot that the language of the flow has changed, as soon as the session is open.
   *
   * @throws HooklineError `CLIENT_BAD_ARGUMENT` for a value that is not a language tag, unless `wireStyle.languages` is
   *   `asGiven`
   */
  setLanguage(language: string): void;
  /** The caller hangs up. Idempotent; has no effect after the path is decided. */
  hangup(): void;
  /** Calls `listener` for each event of that name. Returns an unsubscribe function. A listener that throws does not affect the call. */
  on<Name extends keyof CallEvents>(name: Name, listener: (...facts: CallEvents[Name]) => void): () => void;
}
