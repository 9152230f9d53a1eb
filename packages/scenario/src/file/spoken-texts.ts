import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemClock } from '@hookline/runtime';
import { scenarioError } from '../error.js';
import type { LoadedAudio } from './audio-files.js';

/** How texts of `say: { text: … }` become speech. */
export interface SpeechCommand {
  /**
   * A program with its arguments, such as `espeak-ng -w {out} {text}`. It writes a WAV file to `{out}`; a program without
   * `{text}` reads the text from its standard input. No shell runs it.
   */
  readonly command: string;
  /** Where speech is kept by its text, so that each is made once; default `.hookline/speech`. */
  readonly folder?: string;
}

/** How long a program may take for one text, in milliseconds. */
const LONGEST_SPEAKING_MS = 60_000;
/** Characters of what a program prints that a message shows. */
const MAX_PRINTED_CHARS = 200;

/** Speaks texts by a command, each once. */
export class SpokenTexts {
  readonly #words: readonly string[];
  readonly #folder: string;
  readonly #spoken = new Map<string, Promise<LoadedAudio>>();

  /** @throws HooklineError `SCENARIO_BAD_OPTION` for a command without a program, or without `{out}` */
  constructor({ command, folder = join('.hookline', 'speech') }: SpeechCommand) {
    this.#words = wordsOf(command);
    this.#folder = folder;
    if (this.#words.length > 1 && this.#words.some((word) => word.includes('{out}'))) return;
    throw scenarioError(
      'SCENARIO_BAD_OPTION',
      `The command that speaks, ${JSON.stringify(command)}, cannot be used: expected a program with {out} for the WAV file that it writes, as in espeak-ng -w {out} {text}.`,
    );
  }

  load(text: string): Promise<LoadedAudio> {
    const known = this.#spoken.get(text) ?? this.#speak(text);
    this.#spoken.set(text, known);
    return known;
  }

  async #speak(text: string): Promise<LoadedAudio> {
    const hash = createHash('sha256').update(JSON.stringify([this.#words, text]));
    const file = join(this.#folder, `${hash.digest('hex').slice(0, 32)}.wav`);
    const made = `${file}.${crypto.randomUUID().slice(0, 8)}.wav`;
    try {
      const isThere = await stat(file).catch(() => undefined);
      if (!isThere) {
        await mkdir(this.#folder, { recursive: true });
        await runOf(this.#words, { out: made, text });
        await rename(made, file);
      }
      const { toMulaw8k } = await import('@hookline/audio/resample');
      return { audio: await toMulaw8k(await readFile(file)) };
    } catch (error) {
      await rm(made, { force: true });
      await rm(file, { force: true });
      return {
        fault: `${JSON.stringify(text)} was not spoken (${messageOf(error)})`,
        expected: `a WAV file from ${this.#words.join(' ')}`,
        suggestion: 'run that command by hand, or say a WAV file',
      };
    }
  }
}

/** The words of a command line; quotes keep what stands in them together. */
function wordsOf(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(([whole, double, single]) => {
    return double ?? single ?? whole;
  });
}

/** Rejects when the program cannot be started, ends with another code than 0, or takes too long. */
function runOf(
  words: readonly string[],
  values: { readonly out: string; readonly text: string },
): Promise<void> {
  const [program = '', ...rest] = words;
  const given = rest.map((word) => word.replaceAll('{out}', values.out).replaceAll('{text}', values.text));
  return new Promise((resolve, reject) => {
    const child = spawn(program, given, { stdio: ['pipe', 'ignore', 'pipe'] });
    const cancel = systemClock.after(LONGEST_SPEAKING_MS, () => child.kill('SIGKILL'));
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-MAX_PRINTED_CHARS);
    });
    // A program that takes the text as an argument may be gone before it reads.
    child.stdin.on('error', () => {});
    child.stdin.end(rest.some((word) => word.includes('{text}')) ? '' : values.text);
    child.once('error', (error) => {
      cancel();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      cancel();
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code ?? signal}${printed && `: ${printed.trim()}`}`));
    });
  });
}
