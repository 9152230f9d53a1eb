import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeMulaw, encodeMulaw } from '../src/mulaw.js';
import { toPcm8k } from '../src/resample/wav.js';
import { saturate } from '../src/saturate.js';
import { LINE_KINDS, lineSound } from './line.js';
import { MUSIC_KINDS, music } from './music.js';
import { Random } from './random.js';
import { activeRms, atLevel, atSpeed, noise, RATE, type Signal, telephone } from './signal.js';
import { SENTENCES, speak, VOICES } from './speech.js';

/** The weights are fitted to one part and judged by the other. */
export type Part = 'tuning' | 'held-out';

/** What a detector hears at the start of a call. */
export interface Clip {
  readonly group: 'music' | 'line' | 'speech';
  readonly kind: string;
  /** After µ-law and back. */
  readonly pcm: Int16Array;
  /** Where the speech begins: the first 10 ms that are not 20 dB below it. */
  readonly beginsMs: number;
}

/** Folders of WAV files beside what is made here: recordings that may not or need not be committed. */
export interface Folders {
  readonly music: readonly string[];
  readonly speech: readonly string[];
}

const SEEDS: Readonly<Record<Part, readonly number[]>> = {
  tuning: [1, 2, 3, 4, 5, 6, 7, 8],
  'held-out': [101, 102, 103, 104],
};

/** Every clip of a part, the same at every run. */
export async function* clips(part: Part, folders: Folders): AsyncGenerator<Clip> {
  const random = new Random(part === 'tuning' ? 7 : 8);
  for (const seed of SEEDS[part]) {
    for (const kind of MUSIC_KINDS) yield noSpeech('music', kind, music(kind, seed), random);
    for (const kind of LINE_KINDS) yield noSpeech('line', kind, lineSound(kind, seed), random);
  }
  for await (const { name, signal } of files(folders.music)) yield noSpeech('music', name, signal, random);
  for await (const { name, signal } of voices(part)) yield* spoken(name, signal, part, random);
  for await (const { name, signal } of files(folders.speech)) yield* spoken(name, signal, part, random);
}

function noSpeech(group: 'music' | 'line', kind: string, signal: Signal, random: Random): Clip {
  const sound = atLevel(signal, random.between(-30, -12));
  const lead = Math.round(random.of([0, 0.3, 0.5, 1]) * RATE + random.between(0, 160));
  const line = random.of([-100, -100, -60, -50, -45]);
  return { group, kind, pcm: onLine(sound, lead, line, noise(9 + sound.length / RATE, random)), beginsMs: 0 };
}

function* spoken(kind: string, voice: Signal, part: Part, random: Random): Generator<Clip> {
  for (const condition of ['clean', 'at 10 dB SNR'] as const) {
    const turned = part === 'tuning' ? atSpeed(voice, random.between(0.75, 1.25)) : voice;
    const signal = random.unit() < 0.5 ? telephone(turned) : turned;
    const begins = beginOf(signal);
    const from = Math.max(0, begins - 400);
    const dbfs = random.between(condition === 'clean' ? -30 : -28, -12);
    const lead = Math.round(random.of([0.3, 1]) * RATE + random.between(0, 160));
    const behind = noise(6 + signal.length / RATE, random, random.of([0, 3]));
    const lineDbfs = condition === 'clean' ? random.of([-100, -60, -50]) : dbfs - 10;
    const pcm = onLine(atLevel(signal.subarray(from), dbfs), lead, lineDbfs, behind);
    yield {
      group: 'speech',
      kind: `${kind}, ${condition}`,
      pcm,
      beginsMs: ((lead + begins - from) * 1000) / RATE,
    };
  }
}

function onLine(sound: Int16Array, lead: number, lineDbfs: number, line: Signal): Int16Array {
  const pcm = atLevel(line.subarray(0, sound.length + lead + RATE / 2), lineDbfs);
  for (let i = 0; i < sound.length; i++) pcm[lead + i] = saturate((pcm[lead + i] ?? 0) + (sound[i] ?? 0));
  return decodeMulaw(encodeMulaw(pcm));
}

function beginOf(signal: Signal): number {
  const threshold = activeRms(signal) / 10;
  for (let at = 0; at + 80 <= signal.length; at += 80) {
    let sum = 0;
    for (let i = at; i < at + 80; i++) sum += (signal[i] ?? 0) ** 2;
    if (Math.sqrt(sum / 80) > threshold) return at;
  }
  return 0;
}

async function* voices(part: Part): AsyncGenerator<{ name: string; signal: Signal }> {
  for (const voice of Object.keys(VOICES) as (keyof typeof VOICES)[]) {
    for (let sentence = 0; sentence < SENTENCES.length; sentence++) {
      // One voice and every fourth sentence are never fitted to.
      if ((voice === 'rms' || sentence % 4 === 3) !== (part === 'held-out')) continue;
      yield { name: `flite ${voice}`, signal: Float64Array.from(await speak(voice, sentence)) };
    }
  }
}

async function* files(folders: readonly string[]): AsyncGenerator<{ name: string; signal: Signal }> {
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.wav')) continue;
      const pcm = await toPcm8k(readFileSync(join(folder, file)));
      // The first words of the file name tell its kind: moh-cold_day-015.wav is of moh-cold_day.
      const name = basename(file, '.wav').split('-').slice(0, 2).join('-');
      yield { name, signal: Float64Array.from(pcm.subarray(0, 15 * RATE)) };
    }
  }
}
