import type { ByteOrder } from '@hookline/audio';
import type { MediaParameter } from '@hookline/protocol';
import type { OnError } from '@hookline/runtime';
import type { CallerFeed } from '../audio/caller-feed.js';
import { callerSamples } from '../audio/caller-pcm.js';
import type { AudioTaps } from '../audio/taps.js';
import type { SpeechWatch } from '../speech/speech-watch.js';
import { guard } from '../user-code/guard.js';

type FrameListener = (bytes: Uint8Array, atMs: number) => unknown;

/** Shared by all calls without listeners. */
const NO_LISTENERS: readonly FrameListener[] = [];

/** The parts of a call that the frames need. */
export interface FrameParts {
  /** Created on first use. */
  readonly caller: CallerFeed;
  readonly media: MediaParameter;
  readonly host: { readonly byteOrder: ByteOrder };
  /** Handles an error that a callback of the bot throws or rejects with. */
  readonly onThrow: OnError;
}

/**
 * Passes each frame of caller audio to everything that receives it. The session calls it directly and it holds what a
 * frame needs: between two frames of a call come those of all other calls, so every further object costs cache misses.
 */
export class CallerFrames {
  /** Undefined until it is used, like `taps` and `speech`. */
  feed: CallerFeed | undefined;
  taps: AudioTaps | undefined;
  speech: SpeechWatch | undefined;
  /** Whether the feed needs frames: it has readers, or buffers audio for a later one. */
  feeding = true;
  readonly #parts: FrameParts;
  #listeners: readonly FrameListener[] = NO_LISTENERS;
  /** The listener, if there is one only; that spares a frame the array. */
  #only: FrameListener | undefined;
  #onError: OnError | undefined;

  constructor(parts: FrameParts) {
    this.#parts = parts;
  }

  /** Adds a listener for the frames as they are. Returns an unsubscribe function. */
  listen(listener: FrameListener): () => void {
    this.#onError = this.#parts.onThrow;
    this.#replace([...this.#listeners, listener]);
    let listening = true;
    return () => {
      if (!listening) return;
      listening = false;
      // Which of several equal ones does not matter.
      const index = this.#listeners.indexOf(listener);
      this.#replace(this.#listeners.filter((_, at) => at !== index));
    };
  }

  #replace(listeners: readonly FrameListener[]): void {
    this.#listeners = listeners;
    this.#only = listeners.length === 1 ? listeners[0] : undefined;
  }

  /** @param atMs - where the frame begins in the caller's stream */
  push(bytes: Uint8Array, atMs: number): void {
    const onError = this.#onError;
    if (onError) {
      if (this.#only) guard(this.#only, bytes, atMs, onError);
      else for (const listener of this.#listeners) guard(listener, bytes, atMs, onError);
    }
    this.taps?.push(bytes);
    if (this.feeding) {
      // The first frame creates the feed, which buffers audio for a later reader.
      const feed = this.feed ?? this.#parts.caller;
      this.feeding = feed.push(bytes, atMs);
    }
    if (this.speech?.watching) {
      const { media, host } = this.#parts;
      this.speech.push(callerSamples(media, host.byteOrder, bytes), atMs);
    }
  }
}
