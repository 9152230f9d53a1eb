import type { Cancel, Clock } from '@hookline/runtime';
import { type AudioShape, bytesPerMs } from '../service/audio-shape.js';
import type { ServiceLink } from '../service/service.js';
import { PendingAudio } from './pending-audio.js';

/** Maximum bytes that may wait in the service's socket. More would only add latency to what the caller says. */
const MAX_SOCKET_BYTES = 262_144;

/**
 * Shorter frames are joined to messages of at least this length, in milliseconds, because most of the cost of a message
 * does not depend on its length. A frame waits no longer than this.
 */
const MIN_MESSAGE_MS = 40;

/**
 * Caller audio on its way to the service: buffered while there is no connection or the service takes no audio, dropped
 * while the service reads too slowly.
 */
export class CallerInput {
  readonly #clock: Clock;
  readonly #bytesPerMs: number;
  readonly #minBytes: number;
  readonly #pending: PendingAudio;
  readonly #onDropped: (ms: number) => void;
  /** Undefined while there is no connection. */
  #link: ServiceLink | undefined;
  #stopped = false;
  /** Frames that are joined to one message, created on first use; how many bytes of it are filled, and since when. */
  #joined: Uint8Array | undefined;
  #joinedBytes = 0;
  #joinedSinceMs = 0;
  #cancelFlush: Cancel | undefined;
  /** Milliseconds sent on this connection, or about to be, and the position in the caller's stream where they end. */
  #sentMs = 0;
  #endMs = 0;

  /** @param maxMs - most audio to buffer while no service takes it; @param onDropped - called with the milliseconds lost */
  constructor(clock: Clock, shape: AudioShape, maxMs: number, onDropped: (ms: number) => void) {
    this.#clock = clock;
    this.#bytesPerMs = bytesPerMs(shape);
    this.#minBytes = MIN_MESSAGE_MS * this.#bytesPerMs;
    this.#pending = new PendingAudio(maxMs * this.#bytesPerMs);
    this.#onDropped = onDropped;
  }

  /** @param atMs - position in the caller's stream at which the bytes begin */
  push(bytes: Uint8Array, atMs: number): void {
    if (this.#stopped) return;
    const link = this.#link;
    this.#endMs = atMs + bytes.length / this.#bytesPerMs;
    if (!link) {
      this.#hold(bytes);
    } else if (link.bufferedBytes > MAX_SOCKET_BYTES) {
      this.#drop(bytes.length);
    } else {
      this.#send(link, bytes);
    }
  }

  /** The service is ready: sends the buffered audio, in order. */
  linked(link: ServiceLink): void {
    this.#link = link;
    this.#sentMs = 0;
    this.#pending.drain((bytes) => this.#send(link, bytes));
  }

  /** The connection is gone. */
  unlinked(): void {
    this.#link = undefined;
    const unsent = this.#takeJoined();
    if (unsent) this.#hold(unsent);
  }

  /** Maps a position in the audio sent to a position in the caller's stream and its age; undefined if it was never sent. */
  positionOf(audioMs: number | undefined): { readonly atMs: number; readonly agoMs: number } | undefined {
    if (audioMs === undefined || audioMs < 0 || audioMs > this.#sentMs) return undefined;
    const agoMs = this.#sentMs - audioMs;
    return { atMs: Math.max(0, this.#endMs - agoMs), agoMs };
  }

  /** Ignores audio from here on. */
  stop(): void {
    this.#stopped = true;
    if (this.#link) this.#flush(this.#link);
    this.#cancelFlush?.();
    this.#pending.clear();
  }

  #send(link: ServiceLink, bytes: Uint8Array): void {
    this.#sentMs += bytes.length / this.#bytesPerMs;
    if (bytes.length >= this.#minBytes) {
      this.#flush(link);
      this.#deliver(link, bytes);
    } else {
      this.#join(bytes);
      if (this.#joinedBytes >= this.#minBytes) this.#flush(link);
    }
  }

  #join(bytes: Uint8Array): void {
    // It is sent once it is longer than one minimum, and each frame is shorter.
    this.#joined ??= new Uint8Array(2 * this.#minBytes);
    this.#joined.set(bytes, this.#joinedBytes);
    if (this.#joinedBytes === 0) this.#joinedSinceMs = this.#clock.now();
    this.#joinedBytes += bytes.length;
    // One timer for many messages: most of them are full before it fires.
    if (!this.#cancelFlush) this.#flushIn(MIN_MESSAGE_MS);
  }

  /** Sends what no further frame completes, because the client has stopped sending audio. */
  #flushIn(ms: number): void {
    this.#cancelFlush = this.#clock.after(ms, () => {
      this.#cancelFlush = undefined;
      if (!this.#link || this.#joinedBytes === 0) return;
      const restMs = this.#joinedSinceMs + MIN_MESSAGE_MS - this.#clock.now();
      if (restMs > 0) this.#flushIn(restMs);
      else this.#flush(this.#link);
    });
  }

  #flush(link: ServiceLink): void {
    const joined = this.#takeJoined();
    if (joined) this.#deliver(link, joined);
  }

  #deliver(link: ServiceLink, bytes: Uint8Array): void {
    if (link.audioHeld) {
      this.#hold(bytes);
      return;
    }
    if (!this.#pending.isEmpty) this.#pending.drain((held) => link.audio(held));
    link.audio(bytes);
  }

  /** Keeps audio for later, at the expense of the oldest. */
  #hold(bytes: Uint8Array): void {
    const droppedBytes = this.#pending.push(bytes);
    // Positions that the service reports do not count what it never gets.
    this.#sentMs -= droppedBytes / this.#bytesPerMs;
    this.#drop(droppedBytes);
  }

  #takeJoined(): Uint8Array | undefined {
    if (this.#joinedBytes === 0) return undefined;
    const joined = this.#joined?.subarray(0, this.#joinedBytes);
    this.#joinedBytes = 0;
    return joined;
  }

  #drop(bytes: number): void {
    if (bytes > 0) this.#onDropped(bytes / this.#bytesPerMs);
  }
}
