import { wrapText } from '@hookline/trace';
import type { Console } from './console.js';
import { plainText } from './plain-text.js';

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
