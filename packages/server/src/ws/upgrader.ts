import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '@hookline/runtime';
import { type ServerOptions, WebSocketServer } from 'ws';
import { type AcceptHost, accept } from '../admission/accept.js';
import type { BasePath } from '../admission/base-path.js';
import type { Refusal } from '../admission/refusal.js';
import type { UpgradeRequest } from '../auth/upgrade-request.js';
import { handshakeFault, requestHead, toUpgradeRequest } from './handshake-fault.js';
import { refuseSocket } from './refuse-socket.js';
import { WsTransport } from './ws-transport.js';

/** Audio Connector does not fragment its messages; a proxy in between may. Enough for an `open` in single bytes. */
const MAX_FRAGMENTS = 1024;

/** Pieces of a message that wait for the rest of it; the smallest writes of a slow network included. */
const MAX_BUFFERED_CHUNKS = 16 * 1024;

/** Turns upgrade requests of Node servers into calls. The only place that knows `ws`. */
export class Upgrader {
  readonly #host: AcceptHost;
  readonly #server: WebSocketServer;
  #responseHead = '';

  constructor(host: AcceptHost) {
    this.#host = host;
    this.#server = new WebSocketServer(webSocketOptions(host));
    this.#server.on('headers', (lines) => {
      this.#responseHead = `${lines.join('\r\n')}\r\n\r\n`;
    });
    this.#server.on('wsClientError', (error, socket, request) => {
      const reason = `no WebSocket handshake: ${error.message}`;
      this.refuse(socket, { status: 400, error: 'bad-request', reason }, toUpgradeRequest(request));
    });
  }

  /** Takes an upgrade below `basePath`. False when it lies elsewhere: nothing was touched. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array, basePath: BasePath): boolean {
    if (basePath.connectorIdOf(request.url ?? '') === undefined) return false;
    void this.#accept(request, socket, Buffer.from(head), basePath);
    return true;
  }

  /** Answers a request that gets no WebSocket, with a line in the log. @param request - what is known of it */
  refuse(socket: Duplex, refusal: Refusal, request: Partial<UpgradeRequest>): void {
    this.#host.admission.logRefusal(refusal, request);
    this.#answer(socket, refusal);
  }

  #answer(socket: Duplex, refusal: Refusal): void {
    refuseSocket(socket, refusal, this.#host.clock);
  }

  async #accept(request: IncomingMessage, socket: Duplex, head: Buffer, basePath: BasePath): Promise<void> {
    // A reset while the credentials are checked; without a listener it would end the process.
    const onError = () => socket.destroy();
    socket.on('error', onError);
    const gone = new AbortController();
    const onGone = () => gone.abort();
    socket.once('close', onGone);
    // A peer that has closed its half cannot use a WebSocket any more.
    socket.once('end', onGone);
    const { clock, limits, log } = this.#host;
    try {
      const refusal = await accept(this.#host, {
        request: toUpgradeRequest(request),
        basePath,
        gone: gone.signal,
        isWaiting: () => {
          socket.off('close', onGone);
          socket.off('end', onGone);
          if (gone.signal.aborted) socket.destroy();
          return !socket.destroyed;
        },
        handshakeFault: () => handshakeFault(request),
        requestHead: () => requestHead(request),
        open: (start) =>
          this.#server.handleUpgrade(request, socket, head, (webSocket) => {
            socket.off('error', onError);
            // `handleUpgrade` writes the response just before it calls back.
            start(new WsTransport(webSocket, clock, limits.maxBufferedBytes), this.#responseHead);
          }),
      });
      if (refusal) this.#answer(socket, refusal);
    } catch (error) {
      log.logger.error({ err: error }, `the upgrade failed: ${messageOf(error)}`);
      socket.destroy();
    }
  }
}

/** `closeTimeout` is missing from the types of `ws`. */
function webSocketOptions({ limits, timers }: AcceptHost): ServerOptions & { readonly closeTimeout: number } {
  return {
    noServer: true,
    clientTracking: false,
    maxPayload: limits.maxPayloadBytes,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    skipUTF8Validation: false,
    // Between a close frame, sent or received, and the end of the connection; the default is 30 s.
    closeTimeout: timers.socketMs,
    // The transport answers pings, in turn with the other connections.
    autoPong: false,
    // AC-CONN-6: neither offered nor taken; an inflated frame could be a thousand times its size.
    perMessageDeflate: false,
    // AC-CONN-5: none is selected, whatever is offered.
    handleProtocols: () => false,
  };
}
