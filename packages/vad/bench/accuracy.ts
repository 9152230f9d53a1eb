import { createVad } from '@hookline/vad';
import { type Clip, clips, type Folders } from './clips.ts';

/** What the detector made of a clip. */
interface Outcome {
  readonly clip: Clip;
  /** Utterances that started where there is no speech. */
  readonly falseStarts: number;
  /** From the begin of speech to the moment that it was known; infinite when it was missed. */
  readonly delayMs: number;
  /** The same from the first sound. */
  readonly sinceSoundMs: number;
}

/** Speech may be known from this much before the 10 ms in which it is measured to begin. */
const EARLY_MS = 40;

/** One line for each kind of recording, and one for all music and all speech. */
export async function accuracy(folders: Folders): Promise<string> {
  const outcomes: Outcome[] = [];
  for await (const clip of clips(folders)) outcomes.push(await hear(clip));
  const lines: string[] = [];
  for (const group of ['music', 'speech'] as const) {
    const ofGroup = outcomes.filter(({ clip }) => clip.group === group);
    const line = group === 'music' ? musicLine : speechLine;
    for (const kind of new Set(ofGroup.map(({ clip }) => clip.kind))) {
      const ofKind = ofGroup.filter(({ clip }) => clip.kind === kind);
      lines.push(line(kind, ofKind));
    }
    if (ofGroup.length > 0) lines.push(line(`ALL ${group}`, ofGroup));
  }
  return lines.join('\n');
}

async function hear(clip: Clip): Promise<Outcome> {
  const vad = await createVad();
  const starts = vad.pushPcm(clip.pcm).filter((event) => event.type === 'start');
  vad.close();
  const isFalse = (atMs: number) => clip.group === 'music' || atMs < clip.beginsMs - EARLY_MS;
  const knownMs = starts.find(({ atMs }) => !isFalse(atMs))?.atMs ?? Number.POSITIVE_INFINITY;
  return {
    clip,
    falseStarts: starts.filter(({ atMs }) => isFalse(atMs)).length,
    delayMs: knownMs - clip.beginsMs,
    sinceSoundMs: knownMs - clip.firstSoundMs,
  };
}

function musicLine(name: string, outcomes: readonly Outcome[]): string {
  const clean = outcomes.filter(({ falseStarts }) => falseStarts === 0).length;
  const share = ((100 * clean) / outcomes.length).toFixed(1);
  return `${name.padEnd(14)} ${clean} of ${outcomes.length} clips start nothing (${share} %)`;
}

function speechLine(name: string, outcomes: readonly Outcome[]): string {
  const missed = outcomes.filter(({ delayMs }) => delayMs === Number.POSITIVE_INFINITY).length;
  const early = outcomes.filter(({ falseStarts }) => falseStarts > 0).length;
  const share = ((100 * missed) / outcomes.length).toFixed(2);
  return (
    `${name.padEnd(14)} ${missed} of ${outcomes.length} missed (${share} %), ${early} with a start before; ` +
    `known after ${spread(outcomes.map(({ delayMs }) => delayMs))}, ` +
    `since the first sound ${spread(outcomes.map(({ sinceSoundMs }) => sinceSoundMs))}`
  );
}

function spread(delays: readonly number[]): string {
  const sorted = [...delays].sort((a, b) => a - b);
  const ms = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.toFixed(0);
  return `${ms(0.5)} ms in the median, ${ms(0.95)} ms at p95`;
}
