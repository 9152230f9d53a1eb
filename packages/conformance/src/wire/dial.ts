import type { ClientRequest, IncomingMessage } from 'node:http';
import { type Clock, messageOf } from '@hookline/runtime';
import { type ClientOptions, WebSocket } from 'ws';

/** How the certificate of the bot is checked. */
export interface CheckTls {
  /** Authorities to trust in place of the well-known ones, PEM. */
  readonly ca?: string;
  /** Takes any certificate. Default false. */
  readonly insecure?: boolean;
}

export interface DialOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: CheckTls;
  readonly clock: Clock;
  /** For the whole handshake, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives the handshake up. */
  readonly signal?: AbortSignal | undefined;
  readonly onText: (text: string) => void;
  readonly onAudio: (bytes: Uint8Array) => void;
  readonly onEnd: (code: number, reason: string) => void;
}

/** What became of a dialled connection. */
export interface Dialled {
  readonly requestHead: string;
  /** The answer, where one came. */
  readonly response?: { readonly head: string; readonly status: number; readonly body: string };
  /** The connection, where one was made. */
  readonly socket?: RawSocket;
  /** What went wrong, where no connection was made. */
  readonly problem?: string;
  /** Whether a standstill of this process can be why: nothing came in time, or the peer gave the handshake up. */
  readonly maybeOurs?: boolean;
}

/** A WebSocket that sends whatever it is given. */
export interface RawSocket {
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** The closing handshake. */
  close(): void;
  /** Ends the connection without one. */
  terminate(): void;
}

/** Above what any bot may send, so that a frame that is too large is seen and not refused unseen. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024;
const MAX_BODY_CHARS = 500;
const BODY_WAIT_MS = 250;
const CLOSE_WAIT_MS = 500;

/** Dials. Never rejects: what went wrong is part of what is found. */
export function dialRaw(options: DialOptions): Promise<Dialled> {
  const { url, headers, tls, clock } = options;
  return new Promise((resolve) => {
    let sent: ClientRequest | undefined;
    let answer: IncomingMessage | undefined;
    let refusal = false;
    const settings: ClientOptions & { readonly closeTimeout: number } = {
      headers: { ...headers },
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: MAX_PAYLOAD_BYTES,
      closeTimeout: CLOSE_WAIT_MS,
      rejectUnauthorized: !tls.insecure,
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      finishRequest: (request) => {
        sent = request;
        request.once('socket', (connection) => connection.once('connect', () => (connected = true)));
        request.end();
      },
    };
    let connected = false;
    const socket = new WebSocket(url, settings);
    let timedOut = false;
    const cancel = clock.after(options.timeoutMs, () => {
      timedOut = true;
      socket.terminate();
    });
    const giveUp = () => socket.terminate();
    options.signal?.addEventListener('abort', giveUp);
    let done = false;
    const settle = (dialled: Omit<Dialled, 'requestHead'>) => {
      if (done) return;
      done = true;
      cancel();
      options.signal?.removeEventListener('abort', giveUp);
      resolve({ requestHead: sent ? requestHead(sent) : '', ...dialled });
    };
    socket.on('upgrade', (response) => {
      answer = response;
    });
    socket.on('unexpected-response', (request, response) => {
      refusal = true;
      void bodyOf(response, clock).then((body) => {
        request.destroy();
        settle({ response: { ...headOf(response), body }, problem: `HTTP ${response.statusCode}` });
      });
    });
    socket.on('error', (error) => {
      // An answer other than 101 says why, whatever becomes of the connection.
      if (refusal) return;
      settle({
        ...(answer ? { response: { ...headOf(answer), body: '' } } : {}),
        problem: timedOut
          ? `no answer to the upgrade request within ${options.timeoutMs / 1000} s`
          : `${codeOf(error)}${messageOf(error)}`,
        maybeOurs: timedOut || connected,
      });
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (isBinary) options.onAudio(data);
      else options.onText(data.toString('utf8'));
    });
    socket.on('close', (code, reason) => {
      if (refusal) return;
      options.onEnd(code, reason.toString('utf8'));
      settle({ problem: 'the connection ended during the handshake', maybeOurs: true });
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

/** A write to a connection that is gone: its end is reported separately. */
const ignoreError = () => {};

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? `${code}: ` : '';
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

/** The beginning of a body: what has come when it ends or keeps us waiting. */
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
