import type { LogFields, Logger } from '@hookline/runtime';
import type { Console } from './console.js';
import { escapeControls } from './text.js';

/**
 * A logger on stderr. It prints warnings and errors as text, each with its fields in parentheses.
 *
 * @param verbose - prints all levels, as one JSON object per line
 */
export function stderrLogger(console: Console, verbose: boolean): Logger {
  const json = (level: string) => (fields: LogFields, message: string) =>
    console.err(JSON.stringify({ level, message, ...fields }));
  if (verbose) return { debug: json('debug'), info: json('info'), warn: json('warn'), error: json('error') };
  const text = (fields: LogFields, message: string) => {
    const fieldsToShow = Object.entries(fields).filter(([name]) => name !== 'err');
    const details = fieldsToShow.map(([name, value]) => `${name} ${String(value)}`).join(', ');
    console.err(escapeControls(details === '' ? message : `${message} (${details})`));
  };
  return { debug() {}, info() {}, warn: text, error: text };
}
