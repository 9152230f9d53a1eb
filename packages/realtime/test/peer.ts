import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@hookline/runtime';
import { onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ServiceHost, ServiceLink, SessionStart } from '../src/index.js';

type Json = Record<string, unknown>;

/** A scripted service on loopback. */
export interface Peer {
  /** `ws://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  /** All received JSON messages of all connections. */
  readonly received: Json[];
  readonly binary: Buffer[];
  readonly requests: IncomingMessage[];
  readonly sockets: WebSocket[];
  /** Sends to the latest connection. */
  send(message: object | string | Buffer): void;
  /** Resolves with the first message for which `is` returns true, which may have arrived already. */
  until(is: (message: Json) => boolean): Promise<Json>;
}

/** @param on - answers a message; @param opened - greets a connection */
export async function peer(
  on: (message: Json, send: (message: object) => void) => void,
  opened: (send: (message: object) => void, socket: WebSocket) => void = () => {},
  verify?: (answer: (accept: boolean, code?: number, headers?: Record<string, string>) => void) => void,
): Promise<Peer> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    ...(verify
      ? {
          verifyClient: (
            _: unknown,
            answer: (ok: boolean, code?: number, text?: string, headers?: never) => void,
          ) => verify((ok, code, headers) => answer(ok, code, '', headers as never)),
        }
      : {}),
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const waiting = new Set<(message: Json) => void>();
  const made: Peer = {
    url: `ws://127.0.0.1:${port}`,
    port,
    received: [],
    binary: [],
    requests: [],
    sockets: [],
    send(message) {
      const plain = typeof message === 'string' || Buffer.isBuffer(message);
      made.sockets.at(-1)?.send(plain ? (message as string) : JSON.stringify(message));
    },
    until(is) {
      const known = made.received.find(is);
      if (known) return Promise.resolve(known);
      return new Promise((resolve) => {
        const look = (message: Json) => {
          if (!is(message)) return;
          waiting.delete(look);
          resolve(message);
        };
        waiting.add(look);
      });
    },
  };
  server.on('connection', (socket, request) => {
    made.sockets.push(socket);
    made.requests.push(request);
    const send = (message: object) => socket.send(JSON.stringify(message));
    socket.on('error', () => {});
    socket.on('message', (data, isBinary) => {
      const bytes = data as Buffer;
      if (isBinary) {
        made.binary.push(bytes);
        return;
      }
      const message: Json = JSON.parse(bytes.toString());
      made.received.push(message);
      for (const look of [...waiting]) look(message);
      on(message, send);
    });
    opened(send, socket);
  });
  onTestFinished(async () => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return made;
}

type HostEvent = readonly [name: string, ...args: unknown[]];

/** A session host that only records the events of the service. */
export class ListeningHost implements ServiceHost {
  readonly clock = systemClock;
  readonly events: HostEvent[] = [];
  readonly #waiting = new Set<() => void>();

  audio = (...args: unknown[]) => this.#note('audio', ...args);
  replyStarted = (...args: unknown[]) => this.#note('replyStarted', ...args);
  replyDone = (...args: unknown[]) => this.#note('replyDone', ...args);
  speech = (...args: unknown[]) => this.#note('speech', ...args);
  interrupted = (...args: unknown[]) => this.#note('interrupted', ...args);
  text = (...args: unknown[]) => this.#note('text', ...args);
  toolCall = (...args: unknown[]) => this.#note('toolCall', ...args);
  toolCancelled = (...args: unknown[]) => this.#note('toolCancelled', ...args);
  expires = (...args: unknown[]) => this.#note('expires', ...args);
  resumable = (...args: unknown[]) => this.#note('resumable', ...args);
  usage = (...args: unknown[]) => this.#note('usage', ...args);
  problem = (...args: unknown[]) => this.#note('problem', ...args);
  closed = (...args: unknown[]) => this.#note('closed', ...args);

  all(name: string): unknown[][] {
    return this.events.filter(([events]) => events === name).map(([, ...args]) => args);
  }

  /** Resolves when `name` was reported this many times. */
  async until(name: string, times = 1): Promise<unknown[]> {
    while (this.all(name).length < times) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.all(name)[times - 1] ?? [];
  }

  #note(name: string, ...args: unknown[]): void {
    this.events.push([name, ...args]);
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

export const START: SessionStart = {
  instructions: 'You book tables.',
  tools: [{ name: 'book', description: 'Books a table.', parameters: { type: 'object', properties: {} } }],
  history: [],
  handle: undefined,
  interruption: 'service',
};

export const wanted = (): AbortSignal => new AbortController().signal;

/** Closes a link at the end of the test. */
export function closing(link: ServiceLink): ServiceLink {
  onTestFinished(() => link.close());
  return link;
}
