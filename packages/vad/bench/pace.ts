import { readFileSync } from 'node:fs';
import { decodeMulaw } from '@hookline/audio';
import { createVad, type VadModel } from '@hookline/vad';
import { Random } from './line.ts';

const FRAME_SAMPLES = 160;
const FRAME_MS = 20;
const CALLS = 50;
const MINUTE_FRAMES = 3000;
/** The caller speaks for so much of a minute; the rest is the noise of the line. */
const SPEECH_SHARE = 0.3;
const ROUNDS = 9;

/** How many calls one core judges in real time, frame by frame, calls in turn; the best of several rounds. */
export async function pace(model: VadModel): Promise<number> {
  const frames = minute();
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const vads = await Promise.all(Array.from({ length: CALLS }, () => createVad({ model })));
    const before = process.cpuUsage();
    for (let n = 0; n < MINUTE_FRAMES; n++) {
      // Each call is at another place of the minute.
      for (let call = 0; call < CALLS; call++)
        vads[call]?.pushPcm(frames[(n + call * 61) % MINUTE_FRAMES] as Int16Array);
    }
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
    for (const vad of vads) vad.close();
  }
  return (CALLS * MINUTE_FRAMES * FRAME_MS) / best;
}

/** One minute of a call: sentences of 4.6 s with 10.7 s of line between them. */
function minute(): Int16Array[] {
  const sentence = decodeMulaw(readFileSync(new URL('../../audio/test/speech-kal.ulaw', import.meta.url)));
  const random = new Random(1);
  const pcm = Int16Array.from({ length: MINUTE_FRAMES * FRAME_SAMPLES }, () =>
    Math.round(60 * random.normal()),
  );
  const spoken = Math.round((SPEECH_SHARE * pcm.length) / sentence.length);
  for (let n = 0; n < spoken; n++) {
    const from = Math.round((n * pcm.length) / spoken);
    for (let i = 0; i < sentence.length; i++) pcm[from + i] = (pcm[from + i] ?? 0) + (sentence[i] ?? 0);
  }
  return Array.from({ length: MINUTE_FRAMES }, (_, n) =>
    pcm.slice(n * FRAME_SAMPLES, (n + 1) * FRAME_SAMPLES),
  );
}
