import type { LogFields, Logger } from '@hookline/runtime';
import type { Console } from './console.js';

/** Writes log lines to stderr as one JSON object each. */
export function stderrLogger(console: Console): Logger {
  const write = (level: string) => (fields: LogFields, message: string) =>
    console.err(JSON.stringify({ level, message, ...fields }));
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}
