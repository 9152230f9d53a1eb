import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { TLSSocket } from 'node:tls';
import { CLIENT_MAX_PAYLOAD_BYTES } from '@hookline/protocol';
import { type Clock, checkArgument, isBytes, messageOf, systemClock } from '@hookline/runtime';
import { type ClientOptions, WebSocket } from 'ws';
import { names } from '../argument-check.js';
import type { Dial, Dialled, DialRequest, TlsOptions } from './dial.js';
import { DialError, type DialErrorOptions } from './dial-error.js';
import { dialFailure, statusFailure } from './dial-failure.js';
import { guardedLookup } from './guarded-lookup.js';
import { requestHead, responseHead } from './http-head.js';
import { agentFailure, isOfOtherPort, proxyStatusFailure } from './proxy-failure.js';
import { WsTransport } from './ws-transport.js';

/** The largest size of response headers that is accepted. */
const MAX_HEAD_BYTES = 16 * 1024;
/** The maximum size of the body of a refusal, and how long to wait for it. */
const MAX_BODY_CHARS = 4096;
const BODY_WAIT_MS = 250;
/** The maximum number of fragments of a message: the longest accepted text or audio may arrive byte by byte. */
const MAX_FRAGMENTS = 64 * 1024;
/** How long to wait for the end of the socket after a close frame; less than the second that a result may take. */
const CLOSE_WAIT_MS = 500;

/** Options of `createWsDial`. */
export interface WsDialOptions {
  /** Makes the connections, for example through a proxy. Default: one new connection per call. */
  readonly agent?: Agent;
  /** Resolves host names. Default: the machine's resolver. */
  readonly lookup?: LookupFunction;
  /** The source of time. Default: the clock of the machine. */
  readonly clock?: Clock;
}

// DECISIONS.md #9, #21
/** A dialler of real WebSockets: no compression, no subprotocol, no redirects; messages up to 1 MiB. @throws HooklineError `CLIENT_BAD_ARGUMENT` for an unknown option */
export function createWsDial(options: WsDialOptions = {}): Dial {
  names(options, '', ['agent', 'lookup', 'clock']);
  return (request) =>
    new Promise((resolve, reject) => {
      checkArgument('CLIENT_BAD_ARGUMENT', 'dial: request', request, { url: 'text', headers: 'object' });
      dial(request, options, resolve, reject);
    });
}

/** Makes real WebSocket connections. */
export const wsDial: Dial = (request) => createWsDial()(request);

function dial(
  request: DialRequest,
  options: WsDialOptions,
  resolve: (dialled: Dialled) => void,
  reject: (error: unknown) => void,
): void {
  const { url, signal, onStep, onRequest } = request;
  const { agent } = options;
  let sent: ClientRequest | undefined;
  let answered: IncomingMessage | undefined;
  let connection: Socket | undefined;
  let secured = false;
  let socket: WebSocket;
  try {
    signal.throwIfAborted();
    socket = new WebSocket(
      url,
      socketOptions(request, options, (clientRequest) => {
        sent = clientRequest;
        clientRequest.once('socket', (raw) => {
          connection = raw;
          if (raw.connecting) onStep?.('connection');
          raw.once('connect', () => onStep?.(url.startsWith('wss:') ? 'tls' : 'answer'));
          raw.once('secureConnect', () => {
            secured = true;
            onStep?.('answer');
          });
        });
        if (onRequest) clientRequest.once('finish', () => onRequest(requestHead(clientRequest)));
        clientRequest.end();
      }),
    );
  } catch (error) {
    reject(
      new DialError('DIAL_INVALID_ACTION', `${url} cannot be dialled (${messageOf(error)})`, {
        cause: error,
      }),
    );
    return;
  }

  const facts = (): DialErrorOptions => ({
    ...(sent ? { requestHead: requestHead(sent) } : {}),
    ...(answered ? { responseHead: responseHead(answered), status: answered.statusCode ?? 0 } : {}),
  });
  const abort = () => {
    socket.terminate();
    connection?.destroy();
  };
  const over = () => signal.removeEventListener('abort', abort);
  const fail = (error: DialError) => {
    over();
    // Destroy the socket here: HTTP keeps a connection open for the next request after a complete response.
    connection?.destroy();
    reject(error);
  };
  signal.addEventListener('abort', abort, { once: true });

  socket.once('upgrade', (response) => {
    answered = response;
  });
  socket.once('unexpected-response', (_, response) => {
    answered = response;
    // The status is the cause, even if reading the body fails.
    socket.off('error', onError);
    socket.on('error', () => {});
    void readSnippet(response, options.clock ?? systemClock).then((body) => {
      const { statusCode = 0, headers: answer } = response;
      // An agent for a proxy passes on the refusal of the proxy before there is TLS.
      const isOfProxy = agent !== undefined && url.startsWith('wss:') && !(connection instanceof TLSSocket);
      if (isOfProxy) {
        fail(proxyStatusFailure(url, statusCode, body, facts()));
        return;
      }
      fail(statusFailure(url, statusCode, answer.location, body, facts()));
    });
  });
  const onError = (error: unknown) => {
    const isOfAgent = agent !== undefined && (connection === undefined || isOfOtherPort(error, url));
    fail(isOfAgent ? agentFailure(error, url, facts()) : dialFailure(error, url, secured, facts()));
  };
  socket.on('error', onError);
  socket.once('open', () => {
    over();
    // The transport listens for errors from here on.
    socket.off('error', onError);
    const { requestHead: head = '', responseHead: answer = '' } = facts();
    resolve({
      transport: new WsTransport(socket, options.clock ?? systemClock),
      requestHead: head,
      responseHead: answer,
      status: 101,
    });
  });
}

/** Options that `ws` accepts or passes on, but that its types lack. */
interface SocketOptions extends ClientOptions {
  readonly closeTimeout: number;
  readonly maxFragments: number;
  readonly maxHeaderSize: number;
  readonly maxPendingAutoPongs: number;
  readonly lookup?: LookupFunction;
}

function socketOptions(
  { headers, tls }: DialRequest,
  { agent, lookup }: WsDialOptions,
  finishRequest: (request: ClientRequest) => void,
): SocketOptions {
  return {
    headers: { ...headers },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload: CLIENT_MAX_PAYLOAD_BYTES,
    maxFragments: MAX_FRAGMENTS,
    closeTimeout: CLOSE_WAIT_MS,
    maxHeaderSize: MAX_HEAD_BYTES,
    // Not limited here, because exceeding it would end the connection without a reason: `ReadThrottle` limits them.
    maxPendingAutoPongs: 0,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: !tls?.insecure,
    ...(tls?.ca === undefined ? {} : { ca: authorities(tls.ca) }),
    ...(agent ? { agent } : {}),
    ...(lookup ? { lookup: guardedLookup(lookup) } : {}),
    finishRequest,
  };
}

function authorities(ca: NonNullable<TlsOptions['ca']>): (string | Buffer)[] {
  const list = typeof ca === 'string' || isBytes(ca) ? [ca] : ca;
  return list.map((one) => (typeof one === 'string' ? one : Buffer.from(one)));
}

/** The beginning of a body: what was received when it ends, is long enough, or takes too long. */
function readSnippet(response: IncomingMessage, clock: Clock): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    // A character may be split over chunks.
    const decoder = new StringDecoder('utf8');
    const done = () => {
      cancel();
      response.off('data', onData);
      resolve(text.slice(0, MAX_BODY_CHARS));
    };
    const onData = (chunk: Buffer) => {
      text += decoder.write(chunk);
      if (text.length >= MAX_BODY_CHARS) done();
    };
    const cancel = clock.after(BODY_WAIT_MS, done);
    response.on('data', onData);
    response.once('end', done);
    response.once('error', done);
    response.once('close', done);
  });
}
