import { wrapText } from '@hookline/trace';
import type { Console } from './console.js';

/** `3 rules`, `1 rule`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * A text behind a label, as lines that fit the console: what goes on stands below where it began. The text may hold
 * what a bot said.
 */
export function labelled(console: Console, label: string, text: string): string[] {
  const indent = ' '.repeat(label.length);
  const lines = wrapText(plainText(text), console.columns - label.length);
  return lines.map((line, index) => (index === 0 ? label : indent) + line);
}

/**
 * Text that may hold what a bot said, as it may be put on a terminal: control, format and separator characters stand
 * as escapes, so that it stays on its line and moves no cursor.
 */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** A word as a POSIX shell takes it. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
