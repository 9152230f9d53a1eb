import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { BYTES_PER_MS } from '@hookline/audio';
import { toMulaw8k } from '@hookline/audio/resample';
import { isHooklineError, messageOf } from '@hookline/runtime';
import { RequestError } from '../error.js';
import { MAX_AUDIO_BYTES, MAX_AUDIO_FILES } from '../limits.js';
import type { UploadedAudio } from '../messages.js';

/** The WAV files that pages chose as callers, as 8 kHz µ-law in memory. */
export class UploadedFiles {
  readonly #files = new Map<string, Uint8Array>();
  #count = 0;

  /** Converts and stores a WAV file; drops the oldest beyond the limit. @throws RequestError 422 for any other format */
  async add(name: string, wav: Uint8Array): Promise<UploadedAudio> {
    try {
      const mulaw = await toMulaw8k(wav);
      this.#count += 1;
      const id = `audio-${this.#count}`;
      this.#files.set(id, mulaw);
      for (const oldest of this.#files.keys())
        if (this.#files.size > MAX_AUDIO_FILES) this.#files.delete(oldest);
      return { id, name, durationMs: Math.round(mulaw.length / BYTES_PER_MS) };
    } catch (error) {
      if (isHooklineError(error)) throw new RequestError(422, 'no-audio', error.message);
      throw error;
    }
  }

  /** Reads a WAV file of this machine, and adds it. @throws RequestError 422 */
  async read(path: string): Promise<UploadedAudio> {
    return this.add(basename(path), await readAudio(path));
  }

  /** The µ-law of a stored file. @throws RequestError 404 */
  get(id: string): Uint8Array {
    const mulaw = this.#files.get(id);
    if (mulaw) return mulaw;
    throw new RequestError(
      404,
      'not-found',
      `There is no audio ${JSON.stringify(id.slice(0, 60))}: only the last ${MAX_AUDIO_FILES} files are kept. Choose the file again.`,
    );
  }
}

async function readAudio(path: string): Promise<Uint8Array> {
  const refuse = (why: string) =>
    new RequestError(422, 'no-audio', `${JSON.stringify(path.slice(0, 300))} cannot be read: ${why}.`);
  const file = await stat(path).catch((error: unknown) => {
    throw refuse(messageOf(error));
  });
  // A pipe or a device might never end.
  if (!file.isFile()) throw refuse('it is not a file; expected a WAV file');
  if (file.size > MAX_AUDIO_BYTES) throw refuse(`it is larger than the limit of ${MAX_AUDIO_BYTES} bytes`);
  return readFile(path).catch((error: unknown) => {
    throw refuse(messageOf(error));
  });
}
