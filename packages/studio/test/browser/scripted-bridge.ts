import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { type BridgeMessage, type PageMessage, SUBPROTOCOL, type Welcome } from '../../src/messages.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
};
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * A scripted bridge, for states of the page that are rare in real calls. Serves the built page with the content security
 * policy of the real bridge.
 */
export class ScriptedBridge {
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #refusesSockets = false;
  readonly #sockets = new WebSocketServer({
    server: this.#server,
    handleProtocols: () => SUBPROTOCOL,
    verifyClient: (_info, answer) => answer(!this.#refusesSockets, 503),
  });
  readonly #folder: string;
  #socket: WebSocket | undefined;
  /** Messages of the page. */
  readonly got: PageMessage[] = [];
  /** Answers to `GET` and `POST` below `/api/`, by path without the query; a promise is awaited first. */
  readonly answers = new Map<string, unknown>();
  welcome: Partial<Welcome> = {};

  constructor(folder: string) {
    this.#folder = folder;
    this.#sockets.on('connection', (socket) => {
      this.#socket = socket;
      socket.on('message', (data, binary) => {
        if (!binary) this.got.push(JSON.parse(String(data)));
      });
      this.send({
        type: 'welcome',
        version: '0.0.0',
        launch: { baseUri: '', connectorId: '', hasApiKey: false, hasClientSecret: false },
        bots: [
          {
            name: 'parrot',
            about: 'Repeats each utterance of the caller; completes when the caller stops speaking.',
          },
          { name: 'ivr', about: 'Asks for a code by keys, and says whether it is right.' },
        ],
        calls: [],
        maxTraceBytes: 1e8,
        maxAudioBytes: 1e8,
        ...this.welcome,
      });
    });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}/#token=scripted`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Terminates the socket, as when the command is stopped. */
  drop(): void {
    this.#socket?.terminate();
  }

  /** Refuses each socket, as when too many pages are open. */
  refuseSockets(): void {
    this.#refusesSockets = true;
  }

  acceptSockets(): void {
    this.#refusesSockets = false;
  }

  send(...messages: readonly BridgeMessage[]): void {
    for (const message of messages) this.#socket?.send(JSON.stringify(message));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://bridge');
    if (pathname.startsWith('/api/')) {
      const answer = await this.answers.get(pathname);
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(
        answer instanceof Uint8Array
          ? answer
          : JSON.stringify(answer ?? { error: { code: 'none', message: `There is no ${pathname}.` } }),
      );
      return;
    }
    const path = join(this.#folder, normalize(pathname === '/' ? 'index.html' : pathname));
    try {
      const file = await readFile(path);
      response.writeHead(200, {
        'content-type': TYPES[extname(path)] ?? 'application/octet-stream',
        'content-security-policy': POLICY,
      });
      response.end(file);
    } catch {
      response.writeHead(404).end();
    }
  }
}
