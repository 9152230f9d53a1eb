import type { Dial } from '@hookline/client';
import { type Clock, linkedTransports, type Transport } from '@hookline/runtime';

/** What a bare bot does with audio. */
export type BareBehaviour = (bytes: Uint8Array, send: (bytes: Uint8Array) => void) => void;

/** Bots that only answer `open`, `ping` and `close`: cheap enough for thousands of calls in a test. */
export class BareBots {
  readonly dial: Dial;
  readonly #transports = new Set<Transport>();
  #frozen = false;

  constructor(clock: Clock, behaviour: BareBehaviour = () => {}) {
    this.dial = async () => {
      const [client, server] = linkedTransports(clock, { latencyMs: 5 });
      this.#transports.add(server);
      this.#serve(server, behaviour);
      const head = 'HTTP/1.1 101 Switching Protocols\r\n\r\n';
      return { transport: client, requestHead: '', responseHead: head, status: 101 };
    };
  }

  /** Drops every connection, as when a server process is killed. */
  kill(): void {
    for (const transport of this.#transports) transport.terminate();
  }

  /** Stops answering, as when a server process hangs. */
  freeze(): void {
    this.#frozen = true;
  }

  #serve(transport: Transport, behaviour: BareBehaviour): void {
    let seq = 0;
    transport.listen({
      text: (text) => {
        if (this.#frozen) return;
        const { type, id, seq: clientseq, parameters: given } = JSON.parse(text);
        const send = (what: string, parameters: object) => {
          seq += 1;
          transport.sendText(JSON.stringify({ version: '2', type: what, id, seq, clientseq, parameters }));
        };
        if (type === 'open') send('opened', { startPaused: false, media: given.media.slice(0, 1) });
        else if (type === 'ping') send('pong', {});
        else if (type === 'close') send('closed', {});
      },
      binary: (bytes) => {
        if (!this.#frozen) behaviour(bytes, (back) => transport.sendBinary(back));
      },
      closed: () => void this.#transports.delete(transport),
    });
  }
}
