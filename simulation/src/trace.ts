import { describe } from '@hookline/protocol';
import type { Load } from './lane.js';

/** Longer texts are cut: a trace is read by people. */
const MAX_CHARS = 220;

/** What happened in a simulated call, line by line; written out only when somebody wants to read it. */
export class Trace {
  readonly #entries: (readonly [number, string, Load | string])[] = [];

  /** @param who - `client`, `server`, `network`, or the direction of a message */
  add(atMs: number, who: string, what: Load | string): void {
    this.#entries.push([atMs, who, what]);
  }

  lines(): string[] {
    return this.#entries.map(([atMs, who, what]) => {
      const text = typeof what === 'string' ? what : loadText(what);
      return `${atMs.toFixed(1).padStart(9)}  ${who.padEnd(9)}${text}`;
    });
  }
}

function loadText(load: Load): string {
  switch (load.kind) {
    case 'text':
      return load.text.length > MAX_CHARS ? `${load.text.slice(0, MAX_CHARS)}…` : load.text;
    case 'binary':
      return `${load.bytes.length} bytes of audio`;
    case 'close':
      return `close ${load.code}`;
    case 'end':
      return `end ${load.end.code} ${describe(load.end.reason)}`;
  }
}
