import { writeFileSync } from 'node:fs';
import { SPEECH_FRAME_SAMPLES } from '../src/speech/utterance.js';
import { TRAITS, Traits } from '../src/vad/traits.js';
import type { WebRtcVadOptions } from '../src/vad/webrtc.js';
import { type Clip, clips, type Folders, type Part } from './clips.js';
import { hear, type Outcome, percentile } from './measure.js';
import { RATE } from './signal.js';

/** One line for each kind of sound, and one for each group. */
export async function report(part: Part, folders: Folders, options?: WebRtcVadOptions): Promise<string> {
  const outcomes: Outcome[] = [];
  for await (const clip of clips(part, folders)) outcomes.push(await hear(clip, options));
  const lines: string[] = [];
  for (const group of ['music', 'line', 'speech'] as const) {
    const ofGroup = outcomes.filter((outcome) => outcome.clip.group === group);
    const line = group === 'speech' ? speechLine : falseLine;
    for (const kind of new Set(ofGroup.map(({ clip }) => clip.kind))) {
      lines.push(
        line(
          kind,
          ofGroup.filter(({ clip }) => clip.kind === kind),
        ),
      );
    }
    lines.push(line(`ALL ${group}`, ofGroup), '');
  }
  return lines.join('\n');
}

function falseLine(name: string, outcomes: readonly Outcome[]): string {
  const minutes = outcomes.reduce((sum, { clip }) => sum + clip.pcm.length / RATE / 60, 0);
  const starts = outcomes.reduce((sum, { falseStarts }) => sum + falseStarts, 0);
  const clean = outcomes.filter(({ falseStarts }) => falseStarts === 0).length;
  return `${name.padEnd(34)} ${clean}/${outcomes.length} clips without a start, ${(starts / minutes).toFixed(2)} a minute`;
}

function speechLine(name: string, outcomes: readonly Outcome[]): string {
  const delays = outcomes.map(({ delayMs }) => delayMs ?? Number.POSITIVE_INFINITY);
  const missed = delays.filter((delay) => delay === Number.POSITIVE_INFINITY).length;
  const early = outcomes.filter(({ falseStarts }) => falseStarts > 0).length;
  const late = delays.filter((delay) => delay > 200).length;
  const ms = (share: number) => percentile(delays, share).toFixed(0);
  return (
    `${name.padEnd(34)} ${outcomes.length} clips, ${missed} missed, ${late} after 200 ms, ${early} with a start before; ` +
    `delay p50 ${ms(0.5)}, p95 ${ms(0.95)}, p99 ${ms(0.99)} ms`
  );
}

/** Writes what `fit.py` fits to: the traits of every frame, and where in them each clip stands. */
export async function writeTraits(file: string, folders: Folders): Promise<void> {
  const rows: Float32Array[] = [];
  const meta: (Pick<Clip, 'group' | 'kind' | 'beginsMs'> & { frames: number })[] = [];
  for await (const { group, kind, beginsMs, pcm } of clips('tuning', folders)) {
    const traits = new Traits();
    const frames = Math.floor(pcm.length / SPEECH_FRAME_SAMPLES);
    for (let n = 0; n < frames; n++) {
      traits.update(pcm.subarray(n * SPEECH_FRAME_SAMPLES, (n + 1) * SPEECH_FRAME_SAMPLES));
      rows.push(Float32Array.from(traits.values));
    }
    meta.push({ group, kind, beginsMs, frames });
  }
  writeFileSync(`${file}.f32`, Buffer.concat(rows.map((row) => new Uint8Array(row.buffer))));
  writeFileSync(`${file}.json`, JSON.stringify({ traits: TRAITS, clips: meta }));
}
