import { describe } from '@hookline/protocol';
import type { Packet } from './lane.js';

/** Longer texts are truncated, so that the trace stays readable. */
const MAX_CHARS = 220;

/** The log of a simulated call; its lines are formatted only on request. */
export class Trace {
  readonly #entries: (readonly [number, string, Packet | string])[] = [];

  /** @param who - `client`, `server`, `network`, or the direction of a message */
  add(atMs: number, who: string, what: Packet | string): void {
    this.#entries.push([atMs, who, what]);
  }

  lines(): string[] {
    return this.#entries.map(([atMs, who, what]) => {
      const text = typeof what === 'string' ? what : packetText(what);
      return `${atMs.toFixed(1).padStart(9)}  ${who.padEnd(9)}${text}`;
    });
  }
}

function packetText(packet: Packet): string {
  switch (packet.kind) {
    case 'text':
      return packet.text.length > MAX_CHARS ? `${packet.text.slice(0, MAX_CHARS)}…` : packet.text;
    case 'binary':
      return `${packet.bytes.length} bytes of audio`;
    case 'close':
      return `close ${packet.code}`;
    case 'end':
      return `end ${packet.end.code} ${describe(packet.end.reason)}`;
  }
}
