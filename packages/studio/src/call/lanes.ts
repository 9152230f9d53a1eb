import { BYTES_PER_MS, peakMulaw } from '@hookline/audio';
import type { Lanes } from '../messages.js';

/** One peak of a live call, in milliseconds. */
export const BUCKET_MS = 20;
const BUCKET_BYTES = BUCKET_MS * BYTES_PER_MS;
/** Peaks of 0 to 255, as a share of full scale. */
const STEPS_PER_SAMPLE = 128;
/** Caller audio as loud as this, a peak of about −36 dBFS, is speech. */
const SPEECH_PEAK = 4;
/** Speech that counts as something said, in buckets: less is a click. */
const SPEECH_BUCKETS = 3;

/** A peak of a sample, 0 to 32,768, as it is drawn. */
export function drawnPeak(sample: number): number {
  return Math.min(255, Math.ceil(sample / STEPS_PER_SAMPLE));
}

/** The peaks of both sides of a call that is live, from `opened` on. Times are in milliseconds since dialling. */
export class LiveLanes {
  readonly #openedAtMs: number;
  readonly #caller: number[] = [];
  readonly #bot: number[] = [];
  #takenBuckets = 0;
  #callerEnd = 0;

  constructor(openedAtMs: number) {
    this.#openedAtMs = openedAtMs;
  }

  /** A µ-law frame of the caller was sent at `t`: it holds what was said until then. */
  addCaller(t: number, mulaw: Uint8Array): void {
    const ms = mulaw.length / BYTES_PER_MS;
    const start = Math.round((t - this.#openedAtMs - ms) / BUCKET_MS);
    // Frames of a late timer stand side by side, not one over the other.
    const at = Math.max(start, this.#callerEnd);
    this.#write(this.#caller, at, mulaw);
    this.#callerEnd = at + Math.ceil(mulaw.length / BUCKET_BYTES);
  }

  /** µ-law of the bot was heard from `t` on. */
  addBot(t: number, mulaw: Uint8Array): void {
    this.#write(this.#bot, Math.floor((t - this.#openedAtMs) / BUCKET_MS), mulaw);
  }

  /** The peaks until `t` that were not taken yet. */
  take(t: number): Lanes | undefined {
    const from = this.#takenBuckets;
    const to = Math.floor((t - this.#openedAtMs) / BUCKET_MS);
    if (to <= from) return undefined;
    this.#takenBuckets = to;
    const slice = (lane: readonly number[]) =>
      Array.from({ length: to - from }, (_, i) => lane[from + i] ?? 0);
    return {
      t: this.#openedAtMs + from * BUCKET_MS,
      bucketMs: BUCKET_MS,
      caller: slice(this.#caller),
      bot: slice(this.#bot),
    };
  }

  /** From the end of what the caller said before `t` and after `since` to `t`; undefined where they said nothing. */
  replyMs(since: number, t: number): number | undefined {
    return replyMs(
      { t: this.#openedAtMs, bucketMs: BUCKET_MS, caller: this.#caller, bot: this.#bot },
      since,
      t,
    );
  }

  #write(lane: number[], first: number, mulaw: Uint8Array): void {
    for (let at = 0; at < mulaw.length; at += BUCKET_BYTES) {
      const bucket = first + at / BUCKET_BYTES;
      if (bucket < 0) continue;
      while (lane.length < bucket) lane.push(0);
      const peak = drawnPeak(peakMulaw(mulaw.subarray(at, at + BUCKET_BYTES)));
      lane[bucket] = Math.max(lane[bucket] ?? 0, peak);
    }
  }
}

/** The same of lanes that are whole. */
export function replyMs({ t: start, bucketMs, caller }: Lanes, since: number, t: number): number | undefined {
  let loud = 0;
  let end: number | undefined;
  const first = Math.max(0, Math.floor((since - start) / bucketMs));
  const last = Math.min(caller.length, Math.ceil((t - start) / bucketMs));
  for (let bucket = first; bucket < last; bucket++) {
    if ((caller[bucket] ?? 0) < SPEECH_PEAK) continue;
    loud += 1;
    end = start + (bucket + 1) * bucketMs;
  }
  return end === undefined || loud * bucketMs < SPEECH_BUCKETS * BUCKET_MS
    ? undefined
    : Math.max(0, Math.round(t - end));
}
