import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { messageOf } from '@hookline/runtime';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import { type AcceptHost, accept } from '../admission/accept.js';
import type { BasePath } from '../admission/base-path.js';
import type { Refusal } from '../admission/refusal.js';
import { handshakeFault } from './handshake-fault.js';
import { asksForWebSocket } from './other-upgrade.js';
import { refuseSocket } from './refuse-socket.js';
import { SocketPeer } from './socket-peer.js';
import { TransportSocket } from './transport-socket.js';
import { NodeUpgradeRequest, requestHead } from './upgrade-request.js';

/**
 * Audio Connector is not known to fragment messages, but a proxy may: pieces of 1 KiB suffice for 64 KiB, and of 4 KiB
 * for the longest message. The reads of a connection are limited by counting its messages: as many empty fragments take
 * about as long as a message is counted for, a thousand would take time from other calls.
 */
const MAX_FRAGMENTS = 64;

/** How many chunks of an incomplete message are buffered at most; enough for a slow network that delivers tiny ones. */
const MAX_BUFFERED_CHUNKS = 16 * 1024;

/** Turns the upgrade requests of Node servers into calls. Uses `ws` as its WebSocket implementation. */
export class Upgrader {
  readonly #host: AcceptHost;
  readonly #server: Server<typeof TransportSocket>;
  /** Sockets whose upgrade is being handled, with the path of the bot. A second listener may pass the same one again. */
  readonly #pending = new WeakMap<Duplex, BasePath>();
  #responseLines: readonly string[] = [];

  constructor(host: AcceptHost) {
    this.#host = host;
    this.#server = new WebSocketServer(webSocketOptions(host));
    this.#server.on('headers', (lines) => {
      this.#responseLines = lines;
    });
    this.#server.on('wsClientError', (error, socket, request) => {
      const reason = `invalid WebSocket handshake: ${error.message}`;
      const basePath = this.#pending.get(socket);
      this.refuse(request, socket, { status: 400, reason }, basePath);
    });
  }

  /** Handles an upgrade to WebSocket below `basePath`. Returns false for any other and leaves it untouched. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array, basePath: BasePath): boolean {
    if (!asksForWebSocket(request) || basePath.connectorIdOf(request.url ?? '') === undefined) return false;
    if (this.#pending.has(socket)) return true;
    void this.#accept(request, socket, Buffer.from(head.buffer, head.byteOffset, head.length), basePath);
    return true;
  }

  /** Refuses an upgrade request. @param basePath - where the bot is mounted; default the bot's own path */
  refuse(request: IncomingMessage, socket: Duplex, refusal: Refusal, basePath?: BasePath): void {
    this.#host.admission.refused(refusal, new NodeUpgradeRequest(request), basePath);
    this.#answer(socket, refusal);
  }

  /** Answers bytes that Node's parser refuses. A peer that has left, such as a health check, is no refusal. */
  refuseUnreadable(socket: Duplex, refusal: Refusal): void {
    if (socket.writable) {
      const remoteAddress = socket instanceof Socket ? socket.remoteAddress : undefined;
      this.#host.admission.logUnreadable(refusal, remoteAddress);
    }
    this.#answer(socket, refusal);
  }

  #answer(socket: Duplex, refusal: Refusal): void {
    refuseSocket(socket, refusal, this.#host.clock);
  }

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer, basePath: BasePath): Promise<void> {
    this.#pending.set(socket, basePath);
    // The connection may be reset while the credentials are checked; without a listener that would end the process.
    const onError = () => socket.destroy();
    socket.on('error', onError);
    const peer = new SocketPeer(socket);
    const { log } = this.#host;
    try {
      const refusal = await accept(this.#host, {
        request: new NodeUpgradeRequest(request),
        basePath,
        peer,
        isWaiting: () => peer.stop(),
        handshakeFault: () => handshakeFault(request),
        requestHead: () => requestHead(request),
        open: (start) =>
          this.#server.handleUpgrade(request, socket, head, (webSocket) => {
            socket.off('error', onError);
            // `handleUpgrade` writes the response just before it calls back.
            const lines = this.#responseLines;
            webSocket.begin(this.#host);
            start(webSocket, () => `${lines.join('\r\n')}\r\n\r\n`);
          }),
      });
      if (refusal) this.#answer(socket, refusal);
    } catch (error) {
      log.logger.error({ err: error }, `the upgrade failed: ${messageOf(error)}`);
      socket.destroy();
    } finally {
      this.#pending.delete(socket);
    }
  }
}

/** `closeTimeout` is missing from the types of `ws`. */
function webSocketOptions({
  limits,
  timers,
}: AcceptHost): ServerOptions<typeof TransportSocket> & { readonly closeTimeout: number } {
  return {
    WebSocket: TransportSocket,
    noServer: true,
    clientTracking: false,
    maxPayload: limits.maxPayloadBytes,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    skipUTF8Validation: false,
    // Between a close frame, sent or received, and the end of the connection; the default is 30 s.
    closeTimeout: timers.socketMs,
    // The transport answers pings, so that they are scheduled fairly with other connections.
    autoPong: false,
    // AC-CONN-6: no compression; a decompressed frame could be a thousand times as large.
    perMessageDeflate: false,
    // AC-CONN-5: no subprotocol is ever selected.
    handleProtocols: () => false,
  };
}
