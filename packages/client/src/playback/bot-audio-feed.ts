import { BYTES_PER_MS } from '@hookline/audio';
import type { Cancel, Clock, Ticker } from '@hookline/runtime';
import { BotAudioTap, type BotFrame, HEARD_FRAME_MS } from './bot-audio.js';

/** What the feed needs from the call. */
export interface FeedSource {
  readonly clock: Clock;
  readonly ticker: Ticker;
  /** Milliseconds since dialling. */
  readonly t: () => number;
  /** Advances the playback to now, so that heard audio is reported. */
  readonly advance: () => void;
}

/** The frames without their times. */
export async function* bytesOf(frames: AsyncIterable<BotFrame>): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const { bytes } of frames) yield bytes;
}

/** All readers of what the caller hears. Ticks every 20 ms while there is a reader, and otherwise not. */
export class BotAudioFeed implements AsyncIterable<BotFrame> {
  readonly #source: FeedSource;
  readonly #taps = new Set<BotAudioTap>();
  /** Readers that were opened before the session. */
  readonly #early = new Set<(tap: BotAudioTap | undefined) => void>();
  #startedAtMs: number | undefined;
  #nextFrame = 0;
  #cancel: Cancel = () => {};
  #over = false;

  constructor(source: FeedSource) {
    this.#source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<BotFrame, void, undefined> {
    const tap = this.#tap() ?? (this.#over ? undefined : await new Promise(this.#waitForStart));
    if (!tap) return;
    try {
      for (let frame = await tap.next(); frame; frame = await tap.next()) yield frame;
    } finally {
      this.#taps.delete(tap);
      if (this.#taps.size === 0) this.#cancel();
    }
  }

  /** The session is open: the first frame starts now. */
  start(): void {
    // Aligned to samples, like all playback.
    this.#startedAtMs = Math.round(this.#source.t() * BYTES_PER_MS) / BYTES_PER_MS;
    for (const resolve of this.#early) resolve(this.#tap());
    this.#early.clear();
  }

  /** The caller hears `bytes` from `atMs` on. */
  heard(atMs: number, bytes: Uint8Array): void {
    for (const tap of this.#taps) tap.heard(atMs, bytes);
  }

  /** Ends the audio. Idempotent. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancel();
    for (const tap of this.#taps) {
      tap.advance(this.#source.t());
      tap.end();
    }
    for (const resolve of this.#early) resolve(undefined);
    this.#early.clear();
  }

  readonly #waitForStart = (resolve: (tap: BotAudioTap | undefined) => void) => {
    this.#early.add(resolve);
  };

  /** A new reader, from the next whole frame on. */
  #tap(): BotAudioTap | undefined {
    if (this.#startedAtMs === undefined) return undefined;
    this.#source.advance();
    // Advancing the playback may end the call.
    if (this.#over) return undefined;
    const elapsed = this.#source.t() - this.#startedAtMs;
    const frame = Math.ceil(elapsed / HEARD_FRAME_MS - 1e-6);
    const tap = new BotAudioTap(this.#startedAtMs + frame * HEARD_FRAME_MS);
    this.#taps.add(tap);
    if (this.#taps.size === 1) {
      this.#nextFrame = frame + 1;
      this.#schedule(this.#startedAtMs);
    }
    return tap;
  }

  #schedule(startedAtMs: number): void {
    const dueInMs = startedAtMs + this.#nextFrame * HEARD_FRAME_MS - this.#source.t();
    this.#cancel = this.#source.ticker.at(this.#source.clock.now() + dueInMs, () => {
      this.#source.advance();
      if (this.#over) return;
      const now = this.#source.t();
      for (const tap of this.#taps) tap.advance(now);
      this.#nextFrame += 1;
      this.#schedule(startedAtMs);
    });
  }
}
