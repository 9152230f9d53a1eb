import type { ServerMessage } from '@hookline/protocol';
import type { PlaybackEnd } from '../playback/playback.js';
import { AudioWatch } from './audio-watch.js';
import type { NewWarning } from './call-record.js';
import { DriftWatch } from './drift-watch.js';
import { GapWatch } from './gap-watch.js';
import { PaceWatch } from './pace-watch.js';
import { ReplyClock } from './reply-clock.js';

/** Looks on without deciding anything: fields of a newer protocol, audio that sounds wrong, time to answer. */
export class Monitors {
  readonly reply = new ReplyClock();
  readonly #drift = new DriftWatch();
  readonly #audio: AudioWatch | undefined;
  readonly #gaps: GapWatch | undefined;
  readonly #pace: PaceWatch | undefined;
  readonly #warn: (warning: Omit<NewWarning, 't'>) => void;

  /** @param inspectAudio - whether the bot's audio is listened to */
  constructor(inspectAudio: boolean, warn: (warning: Omit<NewWarning, 't'>) => void) {
    this.#audio = inspectAudio ? new AudioWatch() : undefined;
    this.#gaps = inspectAudio ? new GapWatch() : undefined;
    this.#pace = inspectAudio ? new PaceWatch() : undefined;
    this.#warn = warn;
  }

  /** A message that is in order. */
  message(message: ServerMessage): void {
    const text = this.#drift.note(message);
    if (text !== undefined) this.#warn({ text });
  }

  /** Audio of the bot came, as µ-law. Told after what it did to the playback. */
  botAudio(bytes: Uint8Array, atMs: number): void {
    this.#gaps?.received(bytes, atMs);
    const tooFast = this.#pace?.received(bytes.length, atMs);
    if (tooFast !== undefined) this.#warn({ clause: 'AC-PLAY-5', text: tooFast });
    for (const warning of this.#audio?.heard(bytes) ?? []) this.#warn(warning);
  }

  playbackStarted(atMs: number): void {
    this.reply.botBegan(atMs);
    this.#gaps?.playbackStarted(atMs);
  }

  playbackCompleted({ atMs, ended }: PlaybackEnd): void {
    this.#gaps?.playbackCompleted(atMs, ended === 'completed');
  }

  /** The audio is over: tells what can only be told of all of it, once. */
  mediaOver(): void {
    const text = this.#gaps?.report();
    if (text !== undefined) this.#warn({ clause: 'AC-PLAY-5', text });
  }
}
