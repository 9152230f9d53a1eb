import { readFileSync } from 'node:fs';
import { HooklineError } from '@hookline/runtime';
import texts from '../speech/texts.json';
import type { BotsErrorCode } from './settings.js';

/** The name of a bundled phrase; the texts are in `speech/texts.json`. */
export type PhraseName =
  | 'hello'
  | 'table'
  | 'greeting'
  | 'enter-code'
  | 'wrong-code'
  | 'no-code'
  | 'choose'
  | 'transfer'
  | 'goodbye';

/** The text of each phrase. A missing key on either side is a compile error. */
const TEXTS: Readonly<Record<PhraseName, string>> = texts satisfies Record<PhraseName, string>;

/** Recorded speech with its text. */
export interface Phrase {
  readonly name: PhraseName;
  readonly text: string;
  /** A WAV file: 8 kHz, mono, 16-bit PCM. */
  readonly bytes: Uint8Array;
}

/** Reads a phrase from the files of this package. */
export function phrase(name: PhraseName): Phrase {
  if (!Object.hasOwn(TEXTS, name)) {
    throw new HooklineError<BotsErrorCode>(
      'BOTS_BAD_OPTION',
      `phrase: name is ${JSON.stringify(name)}; expected ${Object.keys(TEXTS).join(', ')}.`,
      { isUsage: true },
    );
  }
  return { name, text: TEXTS[name], bytes: new Uint8Array(readFileSync(phraseUrl(name))) };
}

/** URL of the WAV file of a phrase. */
export function phraseUrl(name: PhraseName): URL {
  return new URL(`../speech/${name}.wav`, import.meta.url);
}

/** The phrases of the caller in a demonstration, in order. */
export function demoSpeech(): Phrase[] {
  return [phrase('hello'), phrase('table')];
}
