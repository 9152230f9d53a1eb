import type { HeardPart } from './playback.js';

/** Parts that one stream keeps apart; the audio of more marks belongs to the last. */
export const MAX_PARTS = 1000;

interface Part {
  readonly key: string;
  readonly fromMs: number;
  toMs: number;
}

/** The marks in a stream of audio: which stretch of it is whose. Plain arithmetic. */
export class MarkedParts {
  readonly #parts: Part[] = [];
  #writtenMs = 0;

  /** How much audio was counted, in milliseconds. */
  get writtenMs(): number {
    return this.#writtenMs;
  }

  /** What is written from here on is of the part `key`; the same key twice in a row is one part. */
  mark(key: string): void {
    const last = this.#parts.at(-1);
    if (last?.key === key || this.#parts.length >= MAX_PARTS) return;
    this.#parts.push({ key, fromMs: this.#writtenMs, toMs: this.#writtenMs });
  }

  /** Counts audio of the last part. */
  wrote(ms: number): void {
    this.#writtenMs += ms;
    const last = this.#parts.at(-1);
    if (last) last.toMs = this.#writtenMs;
  }

  /** What was heard of each part when `heardMs` of the whole were. */
  heard(heardMs: number): readonly HeardPart[] {
    return this.#parts.map(({ key, fromMs, toMs }) => ({
      key,
      heardMs: Math.max(0, Math.min(heardMs, toMs) - fromMs),
      totalMs: toMs - fromMs,
    }));
  }
}
