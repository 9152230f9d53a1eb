import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { closestName, messageOf } from '@hookline/runtime';

/** An audio file as 8 kHz µ-law, or why it cannot be used. */
export type LoadedAudio =
  | { readonly audio: Uint8Array }
  | { readonly fault: string; readonly expected: string; readonly suggestion: string };

/** Reads audio files and caches them by path. */
export class AudioFiles {
  readonly #loaded = new Map<string, Promise<LoadedAudio>>();

  /** @param path - absolute */
  load(path: string): Promise<LoadedAudio> {
    const loading = this.#loaded.get(path) ?? read(path);
    this.#loaded.set(path, loading);
    return loading;
  }
}

async function read(path: string): Promise<LoadedAudio> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const names = await readdir(dirname(path)).catch(() => []);
    const wavs = names.filter((name) => /\.wav$/i.test(name));
    const closest = closestName(basename(path), wavs);
    const alternatives =
      wavs.length === 0 ? 'that folder has no WAV file' : `the folder has ${wavs.slice(0, 8).join(', ')}`;
    return {
      fault: `it cannot be read (${messageOf(error)})`,
      expected: 'the path of a WAV file, relative to this file',
      suggestion: closest === undefined ? alternatives : `write ${closest}`,
    };
  }
  try {
    const { toMulaw8k } = await import('@hookline/audio/resample');
    const audio = await toMulaw8k(bytes);
    if (audio.length > 0) return { audio };
    return {
      fault: 'it contains no audio',
      expected: 'a WAV file with audio in it',
      suggestion: 'record it again, or write silence: 1s for a pause',
    };
  } catch (error) {
    return {
      fault: `it is not an audio file that can be read (${messageOf(error)})`,
      expected: 'a WAV file: PCM, float, µ-law or A-law',
      suggestion: 'convert it: ffmpeg -i FILE -ar 8000 -ac 1 FILE.wav',
    };
  }
}
