import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemClock } from '@hookline/runtime';
import { scenarioError } from '../error.js';
import type { LoadedAudio } from './audio-files.js';

/** How the texts of `say: { text: … }` are synthesized. */
export interface SpeechCommand {
  /**
   * A program with its arguments, such as `espeak-ng -w {out} {text}`. It writes a WAV file to `{out}`; a program without
   * `{text}` reads the text from its standard input. No shell runs it.
   */
  readonly command: string;
  /** The folder that caches speech by command and text. Default: `.hookline/speech`. */
  readonly folder?: string;
}

/** The timeout of a program for one text, in milliseconds. */
const MAX_SYNTHESIS_MS = 60_000;
/** Maximum number of characters of a program's standard error that a message shows. */
const MAX_PRINTED_CHARS = 200;

/** Synthesizes texts with a command and caches the result. */
export class SpeechSynthesizer {
  readonly #commandWords: readonly string[];
  readonly #folder: string;
  readonly #cache = new Map<string, Promise<LoadedAudio>>();

  /** @throws HooklineError `SCENARIO_BAD_OPTION` for a command without a program, or without `{out}` */
  constructor({ command, folder = join('.hookline', 'speech') }: SpeechCommand) {
    this.#commandWords = splitCommand(command);
    this.#folder = folder;
    if (this.#commandWords.length > 1 && this.#commandWords.some((word) => word.includes('{out}'))) return;
    throw scenarioError(
      'SCENARIO_BAD_OPTION',
      `The speech command ${JSON.stringify(command)} cannot be used: expected a program with {out} for the WAV file that it writes, as in espeak-ng -w {out} {text}.`,
    );
  }

  load(text: string): Promise<LoadedAudio> {
    const synthesizing = this.#cache.get(text) ?? this.#synthesize(text);
    this.#cache.set(text, synthesizing);
    return synthesizing;
  }

  async #synthesize(text: string): Promise<LoadedAudio> {
    const hash = createHash('sha256').update(JSON.stringify([this.#commandWords, text]));
    const file = join(this.#folder, `${hash.digest('hex').slice(0, 32)}.wav`);
    const temporaryFile = `${file}.${crypto.randomUUID().slice(0, 8)}.wav`;
    try {
      const isCached = await stat(file).catch(() => undefined);
      if (!isCached) {
        await mkdir(this.#folder, { recursive: true });
        await runCommand(this.#commandWords, { out: temporaryFile, text });
        await rename(temporaryFile, file);
      }
      const { toMulaw8k } = await import('@hookline/audio/resample');
      return { audio: await toMulaw8k(await readFile(file)) };
    } catch (error) {
      await rm(temporaryFile, { force: true });
      await rm(file, { force: true });
      return {
        fault: `${JSON.stringify(text)} could not be synthesized (${messageOf(error)})`,
        expected: `a WAV file from ${this.#commandWords.join(' ')}`,
        suggestion: 'run that command by hand, or use a WAV file',
      };
    }
  }
}

/** Splits a command line into words. Quoted text is one word. */
function splitCommand(command: string): readonly string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|\S+/g)].map(([word, double, single]) => {
    return double ?? single ?? word;
  });
}

/** Runs a program. Rejects if it cannot be started, exits with a code other than 0, or takes too long. */
function runCommand(
  words: readonly string[],
  values: { readonly out: string; readonly text: string },
): Promise<void> {
  const [program = '', ...rest] = words;
  // Functions, because `$&` and the like in a replacement string would be changed.
  const given = rest.map((word) =>
    word.replaceAll('{out}', () => values.out).replaceAll('{text}', () => values.text),
  );
  return new Promise((resolve, reject) => {
    const child = spawn(program, given, { stdio: ['pipe', 'ignore', 'pipe'] });
    const cancel = systemClock.after(MAX_SYNTHESIS_MS, () => child.kill('SIGKILL'));
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-MAX_PRINTED_CHARS);
    });
    // A program that takes the text as an argument may exit without reading its standard input.
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
