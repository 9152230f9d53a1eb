import { readWav, SAMPLES_PER_MS } from '@hookline/audio';
import { BUCKET_MS, drawnPeak } from '../call/lanes.js';
import { MAX_LANE_PEAKS } from '../limits.js';
import type { Lanes } from '../messages.js';

/**
 * Computes the lanes of a stereo recording: caller left, bot right. In a very long call each peak covers more than 20 ms.
 *
 * @param startMs - start of the recording, in milliseconds since dialling
 * @returns undefined if `wav` is not a stereo recording
 */
export function lanesOfRecording(wav: Uint8Array, startMs: number): Lanes | undefined {
  const samples = readStereo(wav);
  if (!samples) return undefined;
  const total = Math.floor(samples.length / 2);
  const buckets = Math.ceil(total / (BUCKET_MS * SAMPLES_PER_MS));
  const bucketMs = BUCKET_MS * Math.max(1, Math.ceil(buckets / MAX_LANE_PEAKS));
  const perBucket = bucketMs * SAMPLES_PER_MS;
  const lanes = { caller: [] as number[], bot: [] as number[] };
  for (let from = 0; from < total; from += perBucket) {
    let [left, right] = [0, 0];
    const to = Math.min(total, from + perBucket);
    for (let at = from; at < to; at++) {
      left = Math.max(left, Math.abs(samples[2 * at] ?? 0));
      right = Math.max(right, Math.abs(samples[2 * at + 1] ?? 0));
    }
    lanes.caller.push(drawnPeak(left));
    lanes.bot.push(drawnPeak(right));
  }
  return { t: startMs, bucketMs, ...lanes };
}

function readStereo(wav: Uint8Array): Int16Array | undefined {
  try {
    const { samples, channels } = readWav(wav);
    return channels === 2 ? samples : undefined;
  } catch {
    // The recording is incomplete: the process ended while writing it.
    return undefined;
  }
}
