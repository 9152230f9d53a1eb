import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { decodeMulaw, encodeMulaw } from '../src/mulaw.js';
import { toPcm8k } from '../src/resample/wav.js';
import { saturate } from '../src/saturate.js';
import { ensembles } from './ensemble.js';
import { LINE_KINDS, lineSound } from './line.js';
import { MUSIC_KINDS, music } from './music.js';
import { Random } from './random.js';
import {
  activeRms,
  atLevel,
  atSpeed,
  noise,
  RATE,
  resonate,
  reverb,
  type Signal,
  telephone,
} from './signal.js';
import { SENTENCES, speak, VOICES } from './speech.js';
import { voice } from './voice.js';

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

const SEEDS: Readonly<Record<Part, readonly [number, ...number[]]>> = {
  tuning: [1, ...Array.from({ length: 19 }, (_, i) => 2 + i)],
  'held-out': [101, 102, 103, 104],
};

/** Pieces that are played on a sound font. Only fitted to: judging needs nothing but npm packages. */
const ENSEMBLES = 1500;

/** How many voices that never were say something. */
const MADE_VOICES: Readonly<Record<Part, number>> = { tuning: 1200, 'held-out': 40 };

/** Every clip of a part, the same at every run. */
export async function* clips(part: Part, folders: Folders): AsyncGenerator<Clip> {
  const random = new Random(part === 'tuning' ? 7 : 8);
  for (const seed of SEEDS[part]) {
    for (const kind of MUSIC_KINDS) {
      const played = music(kind, seed);
      const heard =
        part === 'tuning' && seed % 2 ? recorded(atSpeed(played, random.between(0.8, 1.25)), random) : played;
      yield noSpeech('music', kind, heard, part, random);
    }
    for (const kind of LINE_KINDS) yield noSpeech('line', kind, lineSound(kind, seed), part, random);
  }
  if (part === 'tuning') yield* played(new Random(9));
  for await (const { name, signal } of files(folders.music))
    yield noSpeech('music', name, signal, part, random);
  for await (const { name, signal } of voices(part)) yield* spoken(name, signal, part, random);
  for await (const { name, signal } of files(folders.speech)) yield* spoken(name, signal, part, random);
}

async function* played(random: Random): AsyncGenerator<Clip> {
  const seeds = Array.from({ length: ENSEMBLES }, (_, i) => 5000 + i);
  for (let from = 0; from < ENSEMBLES; from += 100) {
    for await (const piece of ensembles(seeds.slice(from, from + 100))) {
      const heard = random.unit() < 0.3 ? recorded(atSpeed(piece, random.between(0.8, 1.25)), random) : piece;
      yield noSpeech('music', 'ensemble', random.unit() < 0.5 ? telephone(heard) : heard, 'tuning', random);
    }
  }
}

function noSpeech(group: 'music' | 'line', kind: string, signal: Signal, part: Part, random: Random): Clip {
  const dbfs = random.between(-30, -12);
  const lead = Math.round(random.of([0, 0.3, 0.5, 1]) * RATE + random.between(0, 160));
  // As loud as behind a voice, or noise alone would tell a voice from music.
  const near = group === 'music' && part === 'tuning' && random.unit() < 0.3;
  const line = near ? dbfs - random.between(8, 20) : random.of([-100, -100, -60, -50, -45]);
  const behind = noise(9 + signal.length / RATE, random, near ? random.of([0, 3]) : 0);
  return { group, kind, pcm: onLine(atLevel(signal, dbfs), lead, line, behind), beginsMs: 0 };
}

function* spoken(kind: string, voice: Signal, part: Part, random: Random): Generator<Clip> {
  const clean = part === 'tuning' ? (['clean', 'clean'] as const) : (['clean'] as const);
  const conditions = [...clean, 'at 10 dB SNR'] as const;
  // A recorded voice stands for several persons, at several speeds.
  const persons = part === 'tuning' && !kind.startsWith('made') ? 4 : 1;
  for (let n = 0; n < persons * conditions.length; n++) {
    const condition = conditions[n % conditions.length] ?? 'clean';
    const turned = part === 'tuning' ? recorded(atSpeed(voice, random.between(0.75, 1.25)), random) : voice;
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

/** The voice as some microphone in some room takes it. */
function recorded(voice: Signal, random: Random): Signal {
  const hall = random.of([0, 0.1, 0.25, 0.5]);
  const heard = hall > 0 ? reverb(voice, random.between(0, hall)) : voice;
  const bump = resonate(heard, random.between(250, 3300), random.between(200, 1200));
  const share = random.of([0, 0, 0.5, 2]) * random.unit();
  const hum = noise(voice.length / RATE, random, random.of([0, 3, 6]));
  const floor = (activeRms(heard) / activeRms(hum)) * 10 ** (-random.between(18, 60) / 20);
  return heard.map((sample, i) => sample + share * (bump[i] ?? 0) + floor * (hum[i] ?? 0));
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
  for (let n = 0; n < MADE_VOICES[part]; n++) {
    yield { name: `made voice ${n % 8}`, signal: voice(new Random(SEEDS[part][0] + 1000 + n)) };
  }
  for (const name of Object.keys(VOICES) as (keyof typeof VOICES)[]) {
    for (let sentence = 0; sentence < SENTENCES.length; sentence++) {
      // One voice and every fourth sentence are never fitted to.
      if ((name === 'rms' || sentence % 4 === 3) !== (part === 'held-out')) continue;
      yield { name: `flite ${name}`, signal: Float64Array.from(await speak(name, sentence)) };
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
