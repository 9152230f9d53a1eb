import { BYTES_PER_MS, peakMulaw } from '@hookline/audio';
import type { Lanes } from '../messages.js';

/** Duration that one peak of a live call covers, in milliseconds. */
export const BUCKET_MS = 20;
const BUCKET_BYTES = BUCKET_MS * BYTES_PER_MS;
/** Sample values per step of a drawn peak (0 to 255). */
const STEPS_PER_SAMPLE = 128;
/** Caller audio with at least this peak, about −36 dBFS, counts as speech. */
const SPEECH_PEAK = 4;
/** Minimum length of speech, in buckets; anything shorter is a click. */
const SPEECH_BUCKETS = 3;

/** Scales a sample peak (0 to 32,768) to a drawn peak (0 to 255). */
export function drawnPeak(sample: number): number {
  return Math.min(255, Math.ceil(sample / STEPS_PER_SAMPLE));
}

/** Collects the peaks of both sides of a live call, from `opened` on. Times are in milliseconds since dialling. */
export class LiveLanes {
  readonly #openedAtMs: number;
  readonly #caller: number[] = [];
  readonly #bot: number[] = [];
  #takenBuckets = 0;
  #callerEnd = 0;

  constructor(openedAtMs: number) {
    this.#openedAtMs = openedAtMs;
  }

  /** Adds a µ-law frame of the caller, sent at `t`: its audio ends there. */
  addCaller(t: number, mulaw: Uint8Array): void {
    const ms = mulaw.length / BYTES_PER_MS;
    const start = Math.round((t - this.#openedAtMs - ms) / BUCKET_MS);
    // After a late timer several frames are sent at once: place them side by side, not on top of each other.
    const at = Math.max(start, this.#callerEnd);
    this.#write(this.#caller, at, mulaw);
    this.#callerEnd = at + Math.ceil(mulaw.length / BUCKET_BYTES);
  }

  /** Adds µ-law audio of the bot that the caller heard from `t` on. */
  addBot(t: number, mulaw: Uint8Array): void {
    this.#write(this.#bot, Math.floor((t - this.#openedAtMs) / BUCKET_MS), mulaw);
  }

  /** Returns the peaks up to `t` that were not returned before; undefined if there are none. */
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

  /** Time from the end of the caller's speech between `since` and `t` until `t`; undefined if the caller did not speak. */
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

/** The same for complete lanes. */
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
