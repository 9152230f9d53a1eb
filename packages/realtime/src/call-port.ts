import type { Logger } from '@hookline/runtime';
import type { AudioSource, Turn } from '@hookline/server';
import type { AudioShape } from './service/audio-shape.js';

/** How much the caller heard of one part of a reply. */
export interface PartHeard {
  readonly mark: string;
  /** In milliseconds, never more than `totalMs`. */
  readonly heardMs: number;
  /** What was written of it, in milliseconds. */
  readonly totalMs: number;
}

/** Bot audio that is written as it comes: one playback. */
export interface ReplyAudio {
  /** Appends audio of the part `mark`. What is written after a stop is dropped. */
  write(bytes: Uint8Array, mark: string): void;
  /** Nothing more is written; what was written still plays. */
  end(): void;
  /** What was written and has not left yet, in milliseconds. */
  readonly queuedMs: number;
  /** What the caller has heard of each part, in the order of their first write. Final once `finished` has resolved or it was stopped. */
  heard(): readonly PartHeard[];
  /** Resolves when the caller begins to hear it; rejects when it ended unheard. */
  readonly started: Promise<void>;
  /** Resolves when it is over: heard to its end, or stopped. */
  readonly finished: Promise<{ readonly ended: string; readonly heardMs: number }>;
}

/** A playback of audio that is there already: a greeting, a filler. */
export interface SourcePlayback {
  readonly finished: Promise<{ readonly ended: string; readonly heardMs: number }>;
  stop(): void;
}

/** What the caller does beside speaking. */
export interface CallerEvents {
  readonly key: (digit: string) => void;
  readonly speech: (at: 'start' | 'end') => void;
}

/** All that a session needs of a call: the one place where it meets the server. */
export interface CallPort {
  readonly id: string;
  readonly log: Logger;
  /** Aborts when the call is over. */
  readonly signal: AbortSignal;
  /** Whether a tool collects digits: keys are then not told to the service. */
  readonly collectingDigits: boolean;
  /**
   * The caller, one channel, in that shape, from the start of the handler on; gaps are filled with silence. The bytes
   * are only valid during the call. Returns an unsubscribe function.
   */
  caller(shape: AudioShape, listener: (bytes: Uint8Array) => void): () => void;
  /** Begins a playback that is written to, after what is queued. */
  stream(shape: AudioShape): ReplyAudio;
  /** Plays a source after what is queued. */
  play(source: AudioSource): SourcePlayback;
  /** Stops all that plays or is queued, with one `barge_in` at most. What was heard is final when this returns. */
  stop(): void;
  /** Listens for keys and, with `speech`, by a detector of the call's own. Returns an unsubscribe function. */
  listen(events: CallerEvents, options: { readonly speech: boolean }): () => void;
  /** Tells the client of a bot turn. */
  turn(turn: Turn): void;
  /** The service says that the caller has stopped: the reply's latency counts from here. */
  callerStopped(): void;
}
