import { createWebRtcVad, type WebRtcVadOptions } from '../src/vad/webrtc.js';
import type { Clip } from './clips.js';

/** What a detector made of a clip. */
export interface Outcome {
  readonly clip: Clip;
  /** Utterances that started where there is no speech. */
  readonly falseStarts: number;
  /** From the begin of speech to the moment that it was known; undefined when it was missed, or there is none. */
  readonly delayMs?: number;
}

/** Speech may be known from this much before the 10 ms in which it is measured to begin. */
const EARLY_MS = 40;

/** Plays a clip to a detector of its own. */
export async function hear(clip: Clip, options?: WebRtcVadOptions): Promise<Outcome> {
  const vad = await createWebRtcVad(options);
  const starts = vad.pushPcm(clip.pcm).filter((event) => event.type === 'start');
  vad.close();
  if (clip.group !== 'speech') return { clip, falseStarts: starts.length };
  const right = starts.find((start) => start.atMs >= clip.beginsMs - EARLY_MS);
  const falseStarts = starts.filter((start) => start.atMs < clip.beginsMs - EARLY_MS).length;
  return { clip, falseStarts, ...(right && { delayMs: right.atMs - clip.beginsMs }) };
}

/** The value that a share of all are not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
