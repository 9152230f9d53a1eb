import type { LogFields, Logger } from '@hookline/runtime';
import type { Console } from './console.js';
import { plainText } from './text.js';

/**
 * A log on stderr: what went wrong, a line of text each with its fields behind it.
 *
 * @param all - everything, as one JSON object a line
 */
export function stderrLogger(console: Console, all: boolean): Logger {
  const json = (level: string) => (fields: LogFields, message: string) =>
    console.err(JSON.stringify({ level, message, ...fields }));
  if (all) return { debug: json('debug'), info: json('info'), warn: json('warn'), error: json('error') };
  const text = (fields: LogFields, message: string) => {
    const known = Object.entries(fields).filter(([name]) => name !== 'err');
    const facts = known.map(([name, value]) => `${name} ${String(value)}`).join(', ');
    console.err(plainText(facts === '' ? message : `${message} (${facts})`));
  };
  return { debug() {}, info() {}, warn: text, error: text };
}
