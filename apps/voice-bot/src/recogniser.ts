import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeMulaw, encodeL16, TELEPHONE_RATE } from '@hookline/audio';
import { resample } from '@hookline/audio/resample';

const COMMAND = 'pocketsphinx_batch';

/** The English model of Debian's package `pocketsphinx-en-us`. */
const MODEL = '/usr/share/pocketsphinx/model/en-us';
const MODEL_RATE = 16_000;

/** Timeout of a recognition: the caller is waiting. */
const MAX_RECOGNITION_MS = 5000;

const run = promisify(execFile);

/** A speech recogniser. */
export interface Recogniser {
  /**
   * Recognises an utterance; returns an empty string if it matches no sentence of the grammar. Other sentences may be
   * recognised as similar ones of the grammar: let the caller confirm.
   *
   * @param mulaw - 8 kHz µ-law
   * @param grammar - a JSGF grammar whose words are all in the vocabulary
   */
  recognise(mulaw: Uint8Array, grammar: string, signal: AbortSignal): Promise<string>;
}

/**
 * Creates a recogniser on Debian's pocketsphinx; undefined if it is not installed.
 *
 * @param vocabulary - all words of all grammars; the dictionary is reduced to them, for speed
 */
export async function pocketsphinx(vocabulary: ReadonlySet<string>): Promise<Recogniser | undefined> {
  let dictionary: string;
  try {
    await run('which', [COMMAND]);
    dictionary = await readFile(join(MODEL, 'cmudict-en-us.dict'), 'utf8');
  } catch {
    return undefined;
  }
  // Each line is a word, possibly with a variant number in brackets, and its phonemes.
  const entries = dictionary
    .split('\n')
    .filter((line) => vocabulary.has(/^[^ (]+/.exec(line)?.[0] ?? ''))
    .join('\n');
  return {
    async recognise(mulaw, grammar, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'voice-bot-'));
      const file = (name: string) => join(folder, name);
      try {
        const samples = await resample(decodeMulaw(mulaw), { from: TELEPHONE_RATE, to: MODEL_RATE });
        await Promise.all([
          writeFile(file('said.raw'), encodeL16(samples, 'le')),
          writeFile(file('grammar'), grammar),
          writeFile(file('dictionary'), `${entries}\n`),
          writeFile(file('list'), 'said\n'),
        ]);
        const audio = ['-adcin', 'yes', '-ctl', file('list'), '-cepdir', folder, '-cepext', '.raw'];
        const model = ['-hmm', join(MODEL, 'en-us'), '-dict', file('dictionary'), '-jsgf', file('grammar')];
        const out = ['-hyp', file('words'), '-logfn', '/dev/null'];
        await run(COMMAND, [...audio, ...model, ...out], { signal, timeout: MAX_RECOGNITION_MS });
        // `a table for four (said -4836)`
        return (await readFile(file('words'), 'utf8')).replace(/\(said [^)]*\)\s*$/, '').trim();
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  };
}
