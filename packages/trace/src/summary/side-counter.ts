import type { SentMessage } from '../message/read-message.js';
import type { SideSummary } from './summary.js';

/** Counts what one side sends. */
export class SideCounter {
  readonly #messages = new Map<string, number>();
  #frames = 0;
  #bytes = 0;
  #audioMs = 0;

  message(sent: SentMessage): void {
    const type = 'message' in sent ? sent.message.type : 'unknown' in sent ? sent.unknown.type : 'malformed';
    this.#messages.set(type, (this.#messages.get(type) ?? 0) + 1);
  }

  audio(frames: number, bytes: number, lastsMs: number): void {
    this.#frames += frames;
    this.#bytes += bytes;
    this.#audioMs += lastsMs;
  }

  get total(): SideSummary {
    return {
      messages: Object.fromEntries(this.#messages),
      frames: this.#frames,
      bytes: this.#bytes,
      audioMs: this.#audioMs,
    };
  }
}
