import type { HeardPart } from './playback.js';

/** The number of parts that one stream counts separately; the audio of further marks belongs to the last one. */
export const MAX_PARTS = 1000;

interface Part {
  readonly key: string;
  readonly fromMs: number;
  toMs: number;
}

/** The marks in a stream of audio: which audio belongs to which part. Plain arithmetic. */
export class MarkedParts {
  readonly #parts: Part[] = [];
  #writtenMs = 0;

  /** How much audio was counted, in milliseconds. */
  get writtenMs(): number {
    return this.#writtenMs;
  }

  /** Audio that is written from now on belongs to the part `key`; the same key twice in a row is one part. */
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

  /** The heard duration of each part if `heardMs` of the stream were heard. */
  heard(heardMs: number): readonly HeardPart[] {
    return this.#parts.map(({ key, fromMs, toMs }) => ({
      key,
      heardMs: Math.max(0, Math.min(heardMs, toMs) - fromMs),
      totalMs: toMs - fromMs,
    }));
  }
}
