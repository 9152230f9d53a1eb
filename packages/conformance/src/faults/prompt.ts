import type { MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';
import { encodeFor } from '../caller/media.js';
import { speechSound } from '../caller/speech.js';
import type { FaultName } from './catalogue.js';

/** The length of a frame, in milliseconds. */
const FRAME_MS = 250;
const SHORT_FRAME_MS = 20;

/** The length of the greeting, in milliseconds. */
export const GREETING_MS = 3000;
/** The lengths that faults use instead: 70,000 bytes of µ-law in one frame; 20 s in frames of 3 s. */
const TOO_LARGE_MS = 8750;
const LONG_MS = 20_000;
const LONG_FRAME_MS = 3000;

/** Plays prompts one at a time, paced. */
export class Prompts {
  readonly #fault: FaultName | undefined;
  readonly #clock: Clock;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #media: MediaParameter;
  #frames: Uint8Array[] = [];
  #cancel: Cancel = () => {};
  #done: (() => void) | undefined;
  #suspendedUntil = 0;

  constructor(
    fault: FaultName | undefined,
    media: MediaParameter,
    clock: Clock,
    send: (bytes: Uint8Array) => void,
  ) {
    this.#fault = fault;
    this.#media = media;
    this.#clock = clock;
    this.#send = send;
  }

  /** Whether frames remain to be sent. */
  get playing(): boolean {
    return this.#frames.length > 0;
  }

  /** Plays a prompt and drops the rest of the previous one. Calls `done` when all frames are sent. */
  play(ms: number, done: () => void = () => {}): void {
    this.stop();
    this.#frames = this.#split(ms);
    this.#done = done;
    if (this.#isFaultyGreeting(ms)) for (const bytes of this.#frames.splice(0)) this.#send(bytes);
    this.#next();
  }

  /** Drops the unsent frames and returns them. */
  stop(): readonly Uint8Array[] {
    this.#cancel();
    this.#done = undefined;
    return this.#frames.splice(0);
  }

  /** Sends nothing for this time. */
  suspend(ms: number): void {
    this.#suspendedUntil = this.#clock.now() + ms;
  }

  /** Whether the prompt is the greeting and its fault sends too much at once. Other prompts stay short, so that the call can end. */
  #isFaultyGreeting(ms: number): boolean {
    return (
      ms === GREETING_MS && (this.#fault === 'sends-all-at-once' || this.#fault === 'sends-too-large-a-frame')
    );
  }

  #split(ms: number): Uint8Array[] {
    const fault = this.#fault;
    if (this.#isFaultyGreeting(ms) && fault === 'sends-too-large-a-frame') {
      return [encodeFor(this.#media, speechSound(TOO_LARGE_MS))];
    }
    const longMs = this.#isFaultyGreeting(ms) ? LONG_MS : ms;
    const audio = encodeFor(this.#media, speechSound(longMs));
    const frameMs =
      fault === 'sends-short-frames' ? SHORT_FRAME_MS : this.#isFaultyGreeting(ms) ? LONG_FRAME_MS : FRAME_MS;
    const size = (audio.length / longMs) * frameMs;
    const frames: Uint8Array[] = [];
    for (let from = 0; from < audio.length; from += size) frames.push(audio.subarray(from, from + size));
    const [first] = frames;
    if (first && fault === 'sends-a-header')
      frames[0] = Buffer.concat([Buffer.from('RIFF\x24\x00\x00\x00WAVEfmt '), first]);
    if (first && fault === 'cuts-a-sample' && this.#media.format === 'L16') frames[0] = first.subarray(1);
    return frames;
  }

  #next(): void {
    const suspendedMs = this.#suspendedUntil - this.#clock.now();
    if (suspendedMs > 0) {
      this.#cancel = this.#clock.after(suspendedMs, () => this.#next());
      return;
    }
    const frame = this.#frames.shift();
    if (!frame) {
      const done = this.#done;
      this.#done = undefined;
      done?.();
      return;
    }
    this.#send(frame);
    const gapMs = this.#fault === 'sends-short-frames' ? SHORT_FRAME_MS : FRAME_MS;
    this.#cancel = this.#clock.after(gapMs, () => this.#next());
  }
}
