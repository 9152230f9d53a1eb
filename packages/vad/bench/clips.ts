import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMulaw, encodeMulaw } from '@hookline/audio';
import { toPcm8k } from '@hookline/audio/resample';
import { activeRms, beginOf, firstSoundOf, onLine, RATE, Random, telephone } from './line.ts';

/** What a detector hears at the start of a call. */
export interface Clip {
  readonly group: 'music' | 'speech';
  /** The name of the file without its number: `es-co-012.wav` is of `es-co`. */
  readonly kind: string;
  /** After µ-law and back. */
  readonly pcm: Int16Array;
  /** Where the speech begins, in milliseconds; 0 for music. */
  readonly beginsMs: number;
  /** Where the recording is first as loud as speech, be it by a click; 0 for music. */
  readonly firstSoundMs: number;
}

/** Folders of WAV files, which are not part of the repository. */
export interface Folders {
  readonly music: readonly string[];
  readonly speech: readonly string[];
}

/** A file with less than this in it holds no sound. */
const LEAST_RMS = 5;

/** Every clip, the same at every run: music at −12 to −30 dBFS, speech once on a quiet line and once 10 dB above noise. */
export async function* clips(folders: Folders): AsyncGenerator<Clip> {
  const random = new Random(20_240_601);
  for await (const { kind, signal } of recordings(folders.music))
    yield clip('music', kind, signal, false, random);
  for await (const { kind, signal } of recordings(folders.speech)) {
    for (const noisy of [false, true]) yield clip('speech', kind, signal, noisy, random);
  }
}

function clip(
  group: Clip['group'],
  kind: string,
  recording: Float64Array,
  noisy: boolean,
  random: Random,
): Clip {
  const signal = random.unit() < 0.5 ? telephone(recording) : recording;
  const firstSound = group === 'speech' ? firstSoundOf(signal) : 0;
  const from = Math.max(0, firstSound - 400);
  const dbfs = random.between(noisy ? -28 : -30, -12);
  const lead = Math.round(random.of([0.3, 1]) * RATE + random.between(0, 160));
  const pcm = onLine(
    signal.subarray(from),
    dbfs,
    lead,
    noisy ? dbfs - 10 : random.of([-100, -60, -50]),
    random,
  );
  const playedMs = (at: number) => (group === 'speech' ? ((lead + at - from) * 1000) / RATE : 0);
  return {
    group,
    kind,
    pcm: decodeMulaw(encodeMulaw(pcm)),
    beginsMs: playedMs(beginOf(signal)),
    firstSoundMs: playedMs(firstSound),
  };
}

async function* recordings(folders: readonly string[]) {
  for (const folder of folders) {
    for (const file of readdirSync(folder).sort()) {
      if (!file.endsWith('.wav')) continue;
      const pcm = await toPcm8k(readFileSync(join(folder, file)));
      const signal = Float64Array.from(pcm.subarray(0, 15 * RATE));
      if (activeRms(signal) > LEAST_RMS) yield { kind: file.replace(/-\d.*/, ''), signal };
    }
  }
}
