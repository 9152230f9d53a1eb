import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf } from '@hookline/runtime';
import { type ServerOptions, WebSocketServer } from 'ws';
import type { BasePath } from '../admission/base-path.js';
import type { Refusal } from '../admission/refusal.js';
import type { Admission, BotCore } from '../bot-core.js';
import { handshakeFault } from './handshake-fault.js';
import { refuseSocket } from './refuse-socket.js';
import { requestHead, toUpgradeRequest } from './request-head.js';
import { WsTransport } from './ws-transport.js';

/** Audio Connector does not fragment its messages; a proxy in between may. Enough for an `open` in single bytes. */
const MAX_FRAGMENTS = 1024;

/** Pieces of a message that wait for the rest of it; the smallest writes of a slow network included. */
const MAX_BUFFERED_CHUNKS = 16 * 1024;

/** Turns upgrade requests of Node servers into calls. The only place that knows `ws`. */
export class Upgrader {
  readonly #core: BotCore;
  readonly #server: WebSocketServer;
  #responseHead = '';

  constructor(core: BotCore) {
    this.#core = core;
    this.#server = new WebSocketServer(webSocketOptions(core));
    this.#server.on('headers', (lines) => {
      this.#responseHead = `${lines.join('\r\n')}\r\n\r\n`;
    });
    this.#server.on('wsClientError', (error, socket) => {
      const reason = `no WebSocket handshake: ${error.message}`;
      this.refuse(socket, { status: 400, error: 'bad-request', reason });
    });
  }

  /** Takes an upgrade below `basePath`. False when it lies elsewhere: nothing was touched. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array, basePath: BasePath): boolean {
    if (basePath.connectorIdOf(request.url ?? '') === undefined) return false;
    void this.#decide(request, socket, Buffer.from(head), basePath);
    return true;
  }

  /** The refusal of a request that lies elsewhere. */
  notFound(basePath: BasePath): Refusal {
    return this.#core.notFound(basePath);
  }

  /** Answers a request that gets no WebSocket, and logs it. */
  refuse(socket: Duplex, refusal: Refusal): void {
    const { status, error, reason } = refusal;
    // The authenticator has logged that, with what it knows of the key.
    if (status !== 401) this.#core.log.logger.warn({ status, error }, `refused: ${reason}`);
    refuseSocket(socket, refusal, this.#core.clock);
  }

  async #decide(request: IncomingMessage, socket: Duplex, head: Buffer, basePath: BasePath): Promise<void> {
    // A reset while the credentials are checked; unheard it would end the process.
    const onError = () => socket.destroy();
    socket.on('error', onError);
    const gone = new AbortController();
    const onGone = () => gone.abort();
    socket.once('close', onGone);
    // A peer that has closed its half cannot carry a WebSocket any more.
    socket.once('end', onGone);
    const result = await this.#core.admit(toUpgradeRequest(request), basePath, gone.signal);
    socket.off('close', onGone);
    socket.off('end', onGone);
    if (gone.signal.aborted) socket.destroy();
    if (socket.destroyed) return;
    if (!result.ok) {
      this.refuse(socket, result.refusal);
      return;
    }
    const fault = handshakeFault(request) ?? this.#core.full(result);
    if (fault) {
      this.refuse(socket, fault);
      return;
    }
    try {
      this.#server.handleUpgrade(request, socket, head, (webSocket) => {
        socket.off('error', onError);
        this.#carry(
          result,
          request,
          new WsTransport(webSocket, this.#core.clock, this.#core.limits.maxBufferedBytes),
        );
      });
    } catch (error) {
      this.#core.log.logger.error({ err: error }, `the upgrade failed: ${messageOf(error)}`);
      socket.destroy();
    }
  }

  #carry(admission: Admission, request: IncomingMessage, transport: WsTransport): void {
    const core = this.#core;
    const sink = core.sinkOf(admission);
    sink?.event({ kind: 'request', t: 0, dir: 'in', head: requestHead(request) });
    sink?.event({
      kind: 'response',
      t: core.clock.now() - admission.startedMs,
      dir: 'out',
      // Written by `handleUpgrade` just before it calls back.
      head: this.#responseHead,
      status: 101,
    });
    core.carry(admission, transport, sink);
  }
}

/** `closeTimeout` is missing from the types of `ws`. */
function webSocketOptions({ limits, timers }: BotCore): ServerOptions & { readonly closeTimeout: number } {
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
