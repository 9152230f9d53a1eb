import type { ClientRequest, IncomingMessage } from 'node:http';
import { dialFault, REFUSED_FRAME_CLAUSES, refusalCode, refusedFrame, statusFault } from '@hookline/protocol';
import { type Clock, messageOf } from '@hookline/runtime';
import { type ClientOptions, WebSocket } from 'ws';
import type { RefusedFrameFact } from '../record/call-event.js';

/** How the certificate of the bot is verified. */
export interface CheckTls {
  /** Authorities to trust instead of the public ones, PEM. */
  readonly ca?: string;
  /** Accepts any certificate. Default false. */
  readonly insecure?: boolean;
}

export interface DialOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: CheckTls;
  readonly clock: Clock;
  /** The timeout of the whole handshake, in milliseconds. */
  readonly timeoutMs: number;
  /** Aborts the handshake. */
  readonly signal?: AbortSignal | undefined;
  readonly onText: (text: string) => void;
  readonly onAudio: (bytes: Uint8Array) => void;
  /** `refused`: the check itself ended the connection, because of a frame of the bot. */
  readonly onEnd: (code: number, reason: string, refused?: RefusedFrameFact) => void;
}

/** The result of dialling. */
export interface DialResult {
  readonly requestHead: string;
  /** The HTTP response, if there was one. */
  readonly response?: { readonly head: string; readonly status: number; readonly body: string };
  /** The connection, if it was established. */
  readonly socket?: RawSocket;
  /** Why no connection was established, and what to check. */
  readonly problem?: string;
  /** Whether a delay of this process may have caused the problem: a timeout, or the peer aborted the handshake. */
  readonly maybeLocalDelay?: boolean;
}

/** A WebSocket that sends text and bytes without checking them. */
export interface RawSocket {
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** Starts the closing handshake. */
  close(): void;
  /** Ends the connection without a closing handshake. */
  terminate(): void;
}

/** More than a bot may send, so that the check receives frames that are too large. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
const MAX_BODY_CHARS = 500;
const BODY_WAIT_MS = 250;
const CLOSE_WAIT_MS = 500;

/** Opens a WebSocket. Never rejects: a failure is part of the result. */
export function dialRaw(options: DialOptions): Promise<DialResult> {
  const { url, headers, tls, clock } = options;
  return new Promise((resolve) => {
    let sent: ClientRequest | undefined;
    let answer: IncomingMessage | undefined;
    let isRefused = false;
    const wsOptions: ClientOptions & { readonly closeTimeout: number } = {
      headers: { ...headers },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_PAYLOAD_BYTES,
      closeTimeout: CLOSE_WAIT_MS,
      rejectUnauthorized: !tls.insecure,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      finishRequest: (request) => {
        sent = request;
        request.once('socket', (connection) => {
          connection.once('connect', () => (connected = true));
          connection.once('secureConnect', () => (secured = true));
        });
        request.end();
      },
    };
    let connected = false;
    let secured = false;
    const socket = new WebSocket(url, wsOptions);
    let timedOut = false;
    const cancel = clock.after(options.timeoutMs, () => {
      timedOut = true;
      socket.terminate();
    });
    const terminate = () => socket.terminate();
    options.signal?.addEventListener('abort', terminate);
    let done = false;
    const settle = (dialled: Omit<DialResult, 'requestHead'>) => {
      if (done) return;
      done = true;
      cancel();
      options.signal?.removeEventListener('abort', terminate);
      resolve({ requestHead: sent ? requestHead(sent) : '', ...dialled });
    };
    socket.on('upgrade', (response) => {
      answer = response;
    });
    socket.on('unexpected-response', (request, response) => {
      isRefused = true;
      void bodyOf(response, clock).then((body) => {
        request.destroy();
        const { statusCode = 0, headers: answered } = response;
        const problem = statusFault(url, statusCode, answered.location, body).text;
        settle({ response: { ...headOf(response), body }, problem });
      });
    });
    let refused: (RefusedFrameFact & { readonly code: number }) | undefined;
    socket.on('error', (error) => {
      // A response other than 101 settles the result, whatever happens to the connection.
      if (isRefused) return;
      refused ??= refusalOf(error, socket);
      // ws has sent a close frame with the reason; a bot that breaks the framing is not waited for.
      if (refused) socket.terminate();
      settle({
        ...(answer ? { response: { ...headOf(answer), body: '' } } : {}),
        problem: timedOut
          ? `no answer to the upgrade request within ${options.timeoutMs / 1000} s`
          : dialFault(error, url, secured, answer && headOf(answer).head).text,
        maybeLocalDelay: timedOut || connected,
      });
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) options.onAudio(data);
      else options.onText(data.toString('utf8'));
    });
    socket.on('close', (code, reason) => {
      if (isRefused) return;
      if (refused) options.onEnd(refused.code, refused.text, refused);
      else options.onEnd(code, reason.toString('utf8'));
      settle({ problem: 'the connection ended during the handshake', maybeLocalDelay: true });
    });
    socket.on('open', () =>
      settle({
        ...(answer ? { response: { ...headOf(answer), body: '' } } : {}),
        socket: {
          text: (text) => socket.send(text, ignoreError),
          binary: (bytes) => socket.send(bytes, ignoreError),
          close: () => socket.close(1000),
          terminate: () => socket.terminate(),
        },
      }),
    );
  });
}

/** Ignores a failed write: the end of the connection is reported separately. */
const ignoreError = () => {};

/** Which frame of the bot ws refused; undefined if its error is about something else. */
function refusalOf(
  error: unknown,
  socket: WebSocket,
): (RefusedFrameFact & { readonly code: number }) | undefined {
  const name = codeOf(error);
  const code = refusalCode(name);
  if (code === undefined) return undefined;
  const kind = refusedFrame(name, socket);
  const clause = kind && REFUSED_FRAME_CLAUSES[kind];
  const what = kind === 'no-frame' ? 'bytes that are no WebSocket frame' : 'an invalid WebSocket frame';
  const text = `${what}, refused with close code ${code} (${messageOf(error)})`;
  return { code, text, ...(clause === undefined ? {} : { clause }) };
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function requestHead(request: ClientRequest): string {
  const lines = request.getRawHeaderNames().map((name) => `${name}: ${String(request.getHeader(name))}`);
  return [`${request.method} ${request.path} HTTP/1.1`, ...lines].join('\r\n');
}

function headOf(response: IncomingMessage): { readonly head: string; readonly status: number } {
  const { rawHeaders, httpVersion, statusCode = 0, statusMessage = '' } = response;
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`.trimEnd()];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  return { head: lines.join('\r\n'), status: statusCode };
}

/** Reads the start of a body, until it ends or the timeout expires. */
function bodyOf(response: IncomingMessage, clock: Clock): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const done = () => {
      cancel();
      resolve(text.slice(0, MAX_BODY_CHARS));
    };
    const cancel = clock.after(BODY_WAIT_MS, done);
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
    });
    response.once('end', done);
    response.once('error', done);
  });
}
