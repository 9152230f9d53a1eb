import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeMulaw, encodeL16, TELEPHONE_RATE } from '@hookline/audio';
import { resample } from '@hookline/audio/resample';

const COMMAND = 'pocketsphinx_batch';

/** Where Debian's package `pocketsphinx-en-us` puts its model of English. */
const MODEL = '/usr/share/pocketsphinx/model/en-us';
const MODEL_RATE = 16_000;

/** Recognition that takes longer is given up: the caller waits. */
const MAX_RECOGNITION_MS = 5000;

const run = promisify(execFile);

/** Makes words of speech. */
export interface Recogniser {
  /**
   * The words of an utterance, as far as the grammar has them; empty when it fits none of its sentences. What is no
   * sentence of the grammar may come out as one that sounds alike: let the caller confirm.
   *
   * @param mulaw - 8 kHz µ-law
   * @param grammar - a JSGF grammar whose words are all in the vocabulary
   */
  words(mulaw: Uint8Array, grammar: string, signal: AbortSignal): Promise<string>;
}

/**
 * Debian's pocketsphinx, where it is installed; undefined where it is not.
 *
 * @param vocabulary - all words of all grammars; the dictionary is cut down to them, which makes it quick
 */
export async function pocketsphinx(vocabulary: ReadonlySet<string>): Promise<Recogniser | undefined> {
  let dictionary: string;
  try {
    await run('which', [COMMAND]);
    dictionary = await readFile(join(MODEL, 'cmudict-en-us.dict'), 'utf8');
  } catch {
    return undefined;
  }
  // A line is a word, perhaps with the number of a variant in brackets, and its sounds.
  const wanted = dictionary
    .split('\n')
    .filter((line) => vocabulary.has(/^[^ (]+/.exec(line)?.[0] ?? ''))
    .join('\n');
  return {
    async words(mulaw, grammar, signal) {
      const folder = await mkdtemp(join(tmpdir(), 'voice-bot-'));
      const file = (name: string) => join(folder, name);
      try {
        const samples = await resample(decodeMulaw(mulaw), { from: TELEPHONE_RATE, to: MODEL_RATE });
        await Promise.all([
          writeFile(file('said.raw'), encodeL16(samples, 'le')),
          writeFile(file('grammar'), grammar),
          writeFile(file('dictionary'), `${wanted}\n`),
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
