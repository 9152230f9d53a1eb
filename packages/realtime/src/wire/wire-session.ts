import type { IncomingMessage } from 'node:http';
import { type Clock, contain, describeValue, messageOf, runUserCode } from '@hookline/runtime';
import { WebSocket } from 'ws';
import { RealtimeError } from '../error.js';
import { toRealtimeError } from '../failure.js';
import type { ServiceHost } from '../service/service.js';
import { isRecord, type Json } from './json.js';
import { Liveness } from './liveness.js';
import type { ServiceSocket } from './service-socket.js';
import { closedEarly, loggableUrl, redactKeys, refusedUpgrade } from './wire-error.js';

/** Maximum number of bytes of one message of a service; a longer one ends the connection. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** Maximum number of invalid messages before the connection is terminated. */
const MAX_INVALID_MESSAGES = 100;

/** Maximum number of bytes that may wait in the socket before the connection is terminated. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * Time for the service to answer the closing handshake, in milliseconds; then the connection is terminated. Short,
 * because a session without a caller still costs money, and audio that waits in the socket delays the handshake.
 */
const CLOSE_WAIT_MS = 50;

/**
 * Ends a socket that the bot may have made itself. An error of it would end the process in a timer, and elsewhere it would
 * keep what follows from being done.
 */
function contained(end: () => unknown): void {
  runUserCode(end, () => {});
}

/** Terminates a socket that is being closed if the service does not answer the closing handshake in time. */
export function terminateAfterWait(
  socket: { addEventListener(event: 'close', listener: () => void): void; terminate(): void },
  clock: Clock,
): void {
  const cancel = clock.after(CLOSE_WAIT_MS, () => contained(() => socket.terminate()));
  socket.addEventListener('close', () => cancel());
}

/** The close code of a connection that ended without a close frame. */
const ABNORMAL_CLOSURE = 1006;

/** Constants, so that no object is created per message. */
const TEXT = { binary: false };
const BINARY = { binary: true };

/** Creates the socket, a `WebSocket` of the package `ws`; for tests and proxies. Default: `new WebSocket` of `ws`. */
export type ConnectSocket = (url: string, headers: Readonly<Record<string, string>>) => ServiceSocket;

/** Options and callbacks of a connection. */
export interface WireOptions {
  /** For errors. */
  readonly service: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Secrets to remove from errors. */
  readonly keys: readonly string[];
  readonly host: ServiceHost;
  readonly signal: AbortSignal;
  readonly connect: ConnectSocket | undefined;
  /** The connection is open. */
  opened(wire: Wire): void;
  message(json: Json, wire: Wire): void;
  binary?(bytes: Uint8Array, wire: Wire): void;
}

/** A connection to a service. No method throws; after `close` nothing is sent or reported. */
export interface Wire {
  readonly bufferedBytes: number;
  send(message: object): void;
  /** Handles a message that the adapter has put off, as if it arrived now: an error loses only that message. */
  receive(message: Json): void;
  /** Sends a JSON text. */
  sendText(json: string): void;
  sendBytes(bytes: Uint8Array): void;
  /** The session is ready: `connectWire` resolves. */
  ready(): void;
  readonly isReady: boolean;
  /** Rejects the connection; if the session is already ready, reports a fatal problem. */
  refuse(error: RealtimeError): void;
  close(): void;
}

/** Opens a connection; resolves when the adapter calls `ready`. */
export function connectWire(options: WireOptions): Promise<Wire> {
  return new Promise((resolve, reject) => {
    new WireSession(options, resolve, reject).begin();
  });
}

class WireSession implements Wire {
  readonly #options: WireOptions;
  readonly #resolve: (wire: Wire) => void;
  readonly #reject: (error: Error) => void;
  #socket: ServiceSocket | undefined;
  /** The TCP or TLS connection below the socket; undefined for a socket that was already open when it was created. */
  #connection: IncomingMessage['socket'] | undefined;
  #liveness: Liveness | undefined;
  #state: 'connecting' | 'ready' | 'closed' = 'connecting';
  #invalidMessages = 0;

  constructor(options: WireOptions, resolve: (wire: Wire) => void, reject: (error: Error) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    const { url, headers, signal, service, connect, host } = this.#options;
    if (signal.aborted) {
      this.#fail(new RealtimeError('SERVICE_UNREACHABLE', `${service}: connecting was aborted.`));
      return;
    }
    let socket: ServiceSocket;
    try {
      socket = connect ? connect(url, headers) : dial(url, headers);
    } catch {
      // The error's message contains the URL.
      this.#fail(
        new RealtimeError('REALTIME_BAD_OPTION', `${service}: ${loggableUrl(url)} cannot be dialled.`),
      );
      return;
    }
    if (typeof socket?.on !== 'function') {
      // Such as the promise of an `async` function, which may reject.
      void contain(socket);
      this.#fail(
        new RealtimeError(
          'REALTIME_BAD_OPTION',
          `${service}: connect returned ${describeValue(socket)}; expected an open or opening socket, as of the package ws.`,
        ),
      );
      return;
    }
    this.#socket = socket;
    this.#liveness = new Liveness(socket, host.clock, () => this.#onFrozen());
    signal.addEventListener('abort', this.#onAbort, { once: true });
    if (socket.readyState === WebSocket.OPEN) queueMicrotask(() => this.#onOpen());
    else socket.on('open', () => this.#onOpen());
    socket.on('upgrade', (response) => {
      this.#connection = response.socket;
    });
    socket.on('message', (data, isBinary) => this.#guarded(() => this.#onMessage(data, isBinary)));
    socket.on('unexpected-response', (request, response) => {
      response.resume();
      request.destroy();
      this.#fail(refusedUpgrade(service, url, response.statusCode ?? 0, response.headers['retry-after']));
    });
    socket.on('error', (error) => this.#onError(error));
    socket.on('close', (code, reason) => this.#onClose(code, reason.toString('utf8')));
  }

  get bufferedBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get isReady(): boolean {
    return this.#state === 'ready';
  }

  send(message: object): void {
    let json: string;
    try {
      json = JSON.stringify(message);
    } catch (cause) {
      if (this.#state !== 'connecting') throw cause;
      // Until the session is ready, only its settings are sent, and nothing would answer them.
      const { service, keys } = this.#options;
      const why = redactKeys(messageOf(cause), keys);
      this.#fail(
        new RealtimeError(
          'REALTIME_BAD_OPTION',
          `${service}: the settings of the session cannot be written as JSON: ${why}; expected only texts, numbers, booleans, null, arrays and plain objects.`,
          { cause },
        ),
      );
      return;
    }
    this.sendText(json);
  }

  sendText(json: string): void {
    this.#send(Buffer.from(json), TEXT);
  }

  sendBytes(bytes: Uint8Array): void {
    this.#send(bytes, BINARY);
  }

  ready(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'ready';
    this.#liveness?.start();
    this.#resolve(this);
  }

  receive(message: Json): void {
    if (this.#state !== 'closed') this.#guarded(() => this.#options.message(message, this));
  }

  refuse(error: RealtimeError): void {
    if (this.#state === 'connecting') {
      this.#fail(error);
    } else if (this.#state === 'ready') {
      const { host } = this.#options;
      host.problem({
        code: error.code,
        message: error.message,
        fatal: true,
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      });
    }
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#release();
    const socket = this.#socket;
    if (!socket) return;
    if (socket.readyState !== WebSocket.OPEN) {
      this.#terminate();
      return;
    }
    terminateAfterWait(socket, this.#options.host.clock);
    contained(() => socket.close(1000));
    // Ends our side directly after the close frame, so that the service need not wait until its answer is read.
    this.#connection?.end();
  }

  readonly #onAbort = (): void => {
    const { service } = this.#options;
    if (this.#state === 'connecting')
      this.#fail(new RealtimeError('SERVICE_UNREACHABLE', `${service}: connecting was aborted.`));
  };

  /**
   * @param data - not a string: ws sends the header and payload of a string separately, and those of a buffer in one
   *   write
   */
  #send(data: Uint8Array, as: typeof TEXT | typeof BINARY): void {
    const socket = this.#socket;
    if (this.#state === 'closed' || socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MAX_WAITING_BYTES) {
      this.#terminate();
      return;
    }
    // A socket that the bot made itself may return a promise, for which nobody else waits.
    const given: unknown = socket.send(data, as);
    if (given !== undefined) void contain(given, (error) => this.#onSendFailed(error));
  }

  #onSendFailed(error: unknown): void {
    this.#onError(error instanceof Error ? error : new Error(messageOf(error)));
    this.#lost(ABNORMAL_CLOSURE, 'a message could not be sent');
    this.#terminate();
  }

  #terminate(): void {
    contained(() => this.#socket?.terminate());
  }

  #onMessage(data: unknown, isBinary: boolean): void {
    this.#liveness?.onReceived();
    if (this.#state === 'closed' || !Buffer.isBuffer(data)) return;
    if (isBinary && this.#options.binary) {
      this.#options.binary(data, this);
      return;
    }
    const json = parsed(data.toString('utf8'));
    if (json) this.#options.message(json, this);
    else this.#onInvalidMessage();
  }

  #onInvalidMessage(): void {
    this.#invalidMessages += 1;
    const { host, service } = this.#options;
    if (this.#invalidMessages === 1) {
      host.problem({
        code: 'BAD_MESSAGE',
        message: `${service} sent a message that is not a JSON object; it was ignored`,
        fatal: false,
      });
    }
    if (this.#invalidMessages > MAX_INVALID_MESSAGES) this.#terminate();
  }

  #onError(error: Error): void {
    const { service, url, keys } = this.#options;
    const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
    if (this.#state === 'connecting') {
      const words = redactKeys(
        error.message.replaceAll(url, () => loggableUrl(url)),
        keys,
      );
      this.#fail(
        new RealtimeError('SERVICE_UNREACHABLE', `${service} at ${loggableUrl(url)}: ${code}: ${words}.`),
      );
    }
    // The `close` event that follows reports the rest.
  }

  #onClose(code: number, reason: string): void {
    const { service, keys } = this.#options;
    const words = redactKeys(reason, keys);
    if (this.#state === 'connecting') {
      this.#fail(closedEarly(service, code, words));
      return;
    }
    this.#lost(code, words);
  }

  /** Nothing arrives any more, so the end of the connection is reported without waiting for it. */
  #onFrozen(): void {
    this.#lost(ABNORMAL_CLOSURE, 'it stopped answering pings');
    this.#terminate();
  }

  #lost(code: number, reason: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#release();
    this.#options.host.closed(code, reason);
  }

  #fail(error: RealtimeError): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'closed';
    this.#release();
    this.#terminate();
    this.#reject(error);
  }

  #release(): void {
    this.#liveness?.stop();
    this.#options.signal.removeEventListener('abort', this.#onAbort);
  }

  /** Has the adapter send the settings. Without them the service would wait, and the session with it. */
  #onOpen(): void {
    const { opened, service } = this.#options;
    try {
      opened(this);
    } catch (error) {
      this.#fail(toRealtimeError(error, 'REALTIME_BAD_OPTION', `${service}: sending the settings`));
    }
  }

  /** Has the adapter handle a message. If it throws, only that message is lost. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.#options.host.problem({
        code: 'BAD_MESSAGE',
        message: `a message of ${this.#options.service} could not be read: ${name}`,
        fatal: false,
      });
    }
  }
}

function dial(url: string, headers: Readonly<Record<string, string>>): ServiceSocket {
  return new WebSocket(url, {
    headers: { ...headers },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: MAX_MESSAGE_BYTES,
  });
}

function parsed(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
