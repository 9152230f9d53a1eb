import { wrapText } from '@hookline/trace';
import type { Console } from './console.js';

/** `3 rules`, `1 rule`. */
export function pluralize(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * A label and a wrapped text, as lines that fit the console. The text is indented by the width of the label, and control
 * characters in it are escaped.
 */
export function wrapLabelled(console: Console, label: string, text: string): string[] {
  const indent = ' '.repeat(label.length);
  const lines = wrapText(escapeControls(text), console.columns - label.length);
  return lines.map((line, index) => (index === 0 ? label : indent) + line);
}

/**
 * Escapes control, format and separator characters, so that text from a bot cannot move the cursor or start a new line of
 * the terminal.
 */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u{${code.toString(16)}}`;
  });
}

/** An error message of one or more lines for the terminal. It may quote a file. */
export function escapeMessage(message: string): string {
  return message.split('\n').map(escapeControls).join('\n');
}

/** A word quoted for a POSIX shell. */
export function shellQuote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
