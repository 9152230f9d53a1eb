import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import { dialFault, type WireSink } from '@hookline/protocol';
import { type Clock, HooklineError, messageOf } from '@hookline/runtime';
import type { CliErrorCode } from '../exit-codes.js';
import type { TlsSettings } from '../options/integration.js';
import { CallTap, type UpgradeRequest } from './call-tap.js';

/** Options of the recording proxy. */
export interface RecordingProxyOptions {
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  /** Certificate chain and key, PEM. With them the proxy accepts `wss`, otherwise `ws`. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  readonly bot: {
    readonly host: string;
    readonly port: number;
    /** Connects to the bot over TLS, with these settings for its certificate. */
    readonly tls?: TlsSettings;
  };
  readonly clock: Clock;
  /** Called for each call. Returns the sink that records it. */
  readonly onUpgrade: (request: UpgradeRequest, call: number) => WireSink;
  /** Called when both connections of a call have closed. */
  readonly onEnd: (call: number) => void;
  /** Called with a message for the operator: the bot cannot be reached, or data is not recorded. */
  readonly onProblem: (text: string) => void;
}

export interface RecordingProxy {
  readonly port: number;
  /** The number of open connections. */
  readonly open: number;
  /** Accepts no new connections. Resolves when the open ones have ended. */
  finish(): Promise<void>;
  /** Ends all connections. */
  close(): void;
}

/** The connection to the caller or to the bot. `tcp` is the socket under a TLS connection, or the same socket. */
interface Leg {
  readonly stream: Socket;
  readonly tcp: Socket;
}

/**
 * Starts a proxy that forwards connections to a bot and records each call. It changes no byte, applies backpressure in
 * both directions, and forwards the end, the reset or the half-close of a connection.
 *
 * @throws HooklineError `CLI_LISTEN` if it cannot listen on the port, `CLI_TLS` if the certificate is not valid
 */
export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const { certificate, host } = options;
  const secureContext = certificate && secureContextOf(certificate);
  const legs = new Set<Leg>();
  let calls = 0;
  let onLastClosed = () => {};

  // The caller is paused until the bot is connected, so that its data stays in the kernel.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (tcp) => {
    const caller: Leg = {
      tcp,
      stream: secureContext ? new TLSSocket(tcp, { isServer: true, secureContext }) : tcp,
    };
    const bot = dial(options.bot);
    let call = 0;
    const tap = new CallTap({
      now: () => options.clock.now(),
      onUpgrade: (request) => {
        call = ++calls;
        return options.onUpgrade(request, call);
      },
      onUnreadable: (reason) => options.onProblem(`call ${call}: ${reason}`),
    });
    const onLegClosed = () => {
      if (!caller.stream.closed || !bot.stream.closed || !legs.delete(caller)) return;
      legs.delete(bot);
      tap.end();
      if (call > 0) options.onEnd(call);
      if (legs.size === 0) onLastClosed();
    };
    for (const leg of [caller, bot]) {
      legs.add(leg);
      leg.stream.once('close', onLegClosed);
    }
    const { host: name, port, tls } = options.bot;
    const authority = `${name.includes(':') ? `[${name}]` : name}:${port}`;
    let isConnected = false;
    bot.stream.once(options.bot.tls ? 'secureConnect' : 'connect', () => {
      isConnected = true;
    });
    bot.stream.once('error', (error) => {
      // A TLS server may refuse the client only after the handshake, for example without a client certificate.
      if (isConnected && !tap.isWaiting) return;
      const { text } = dialFault(error, `${tls ? 'wss' : 'ws'}://${authority}`, isConnected);
      options.onProblem(
        `cannot connect to the bot at ${authority}: ${text}; the connection of the caller was reset`,
      );
    });
    bot.stream.once('end', () => {
      // A caller who leaves makes a bot leave too, which is no fault of the bot.
      if (!tap.isWaiting || caller.stream.readableEnded || caller.stream.destroyed) return;
      options.onProblem(
        `the bot at ${authority} ended the connection before it answered the handshake${tls ? '' : '; if it is a TLS endpoint, use wss://'}; the connection of the caller was ended too`,
      );
    });
    forward(caller, bot, (bytes) => tap.fromCaller(bytes));
    forward(bot, caller, (bytes) => tap.fromBot(bytes));
    bot.stream.once(options.bot.tls ? 'secureConnect' : 'connect', () => caller.stream.resume());
  });
  server.listen(options.port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new HooklineError(
      'CLI_LISTEN' satisfies CliErrorCode,
      `cannot listen on ${host}:${options.port}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  return {
    port: portOf(server.address()),
    get open() {
      return legs.size / 2;
    },
    async finish() {
      await new Promise<void>((resolve) => void server.close(() => resolve()));
      // The server waits only for the callers. A call ends, and its trace is complete, when the bot is gone too.
      if (legs.size > 0)
        await new Promise<void>((resolve) => {
          onLastClosed = resolve;
        });
    },
    close() {
      server.close();
      for (const { stream } of legs) stream.destroy();
    },
  };
}

function dial({ host, port, tls }: RecordingProxyOptions['bot']): Leg {
  const tcp = connect({ host, port, allowHalfOpen: true, noDelay: true });
  if (!tls) return { tcp, stream: tcp };
  const stream = tlsConnect({
    socket: tcp,
    ...(/^[\d.:]+$/.test(host) ? {} : { servername: host }),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    rejectUnauthorized: !tls.insecure,
    ALPNProtocols: ['http/1.1'],
  });
  return { tcp, stream };
}

/** Forwards data with backpressure, and the end or the reset of the connection. */
function forward(from: Leg, to: Leg, tap: (bytes: Uint8Array) => void): void {
  from.stream.on('data', (bytes: Buffer) => {
    const canContinue = to.stream.write(bytes);
    tap(bytes);
    if (!canContinue) from.stream.pause();
  });
  to.stream.on('drain', () => from.stream.resume());
  from.stream.on('end', () => to.stream.end());
  from.stream.on('error', () => reset(to));
  // The socket was destroyed without an end.
  from.stream.on('close', () => {
    if (!to.stream.writableEnded) to.stream.destroy();
  });
}

function reset({ tcp, stream }: Leg): void {
  if (!tcp.destroyed) tcp.resetAndDestroy();
  stream.destroy();
}

function secureContextOf(certificate: { readonly cert: string; readonly key: string }) {
  try {
    return createSecureContext(certificate);
  } catch (error) {
    throw new HooklineError(
      'CLI_TLS' satisfies CliErrorCode,
      `--cert and --key cannot be used: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}
