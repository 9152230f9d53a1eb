import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import type { WireSink } from '@hookline/protocol';
import { type Clock, HooklineError, messageOf } from '@hookline/runtime';
import type { CliErrorCode } from '../exit-codes.js';
import type { TlsSettings } from '../options/integration.js';
import { CallTap, type UpgradeHead } from './call-tap.js';

/** Where a proxy listens and what it passes on to. */
export interface RecordingProxyOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Certificate chain and key, PEM: callers come by wss. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  readonly bot: {
    readonly host: string;
    readonly port: number;
    /** The bot is reached by wss; what decides whether its certificate is taken. */
    readonly tls?: TlsSettings;
  };
  readonly clock: Clock;
  /** A call begins: returns what takes it down. */
  readonly record: (request: UpgradeHead, call: number) => WireSink;
  /** The connection of a call is over. */
  readonly onEnd: (call: number) => void;
  /** Something for the operator: a bot that cannot be reached, something that is not recorded. */
  readonly onProblem: (text: string) => void;
}

export interface RecordingProxy {
  readonly port: number;
  /** Connections that are open. */
  readonly open: number;
  /** Takes no new connections; resolves when those that are open have ended by themselves. */
  finish(): Promise<void>;
  /** Ends all connections. */
  close(): void;
}

/** A connection, and the TCP socket below it where it is one of TLS. */
interface Leg {
  readonly stream: Socket;
  readonly tcp: Socket;
}

/**
 * Passes connections on to a bot byte by byte, both ways, and lets each call be taken down. Neither side can tell that
 * it stands between: no byte is changed, a side that reads slowly slows the other, and a side that ends, resets or half
 * closes its connection does the same to the other's.
 *
 * @throws HooklineError `CLI_LISTEN` when the port cannot be had, `CLI_TLS` for a certificate that cannot be used
 */
export async function startRecordingProxy(options: RecordingProxyOptions): Promise<RecordingProxy> {
  const { certificate, host } = options;
  const secureContext = certificate && secureContextOf(certificate);
  const legs = new Set<Leg>();
  let calls = 0;

  // Paused until the bot is there: until then the caller's bytes wait in the kernel.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (tcp) => {
    const caller: Leg = {
      tcp,
      stream: secureContext ? new TLSSocket(tcp, { isServer: true, secureContext }) : tcp,
    };
    const bot = dial(options.bot);
    let call = 0;
    const tap = new CallTap({
      now: () => options.clock.now(),
      record: (request) => {
        call = ++calls;
        return options.record(request, call);
      },
      onUnreadable: (why) => options.onProblem(`call ${call}: ${why}`),
    });
    const over = () => {
      if (!caller.stream.closed || !bot.stream.closed || !legs.delete(caller)) return;
      legs.delete(bot);
      tap.end();
      if (call > 0) options.onEnd(call);
    };
    for (const leg of [caller, bot]) {
      legs.add(leg);
      leg.stream.once('close', over);
    }
    let reached = false;
    bot.stream.once(options.bot.tls ? 'secureConnect' : 'connect', () => {
      reached = true;
    });
    bot.stream.once('error', (error) => {
      if (!reached) {
        options.onProblem(
          `the bot at ${options.bot.host}:${options.bot.port} cannot be reached: ${messageOf(error)}; the connection of the caller was reset`,
        );
      }
    });
    pass(caller, bot, (bytes) => tap.fromCaller(bytes));
    pass(bot, caller, (bytes) => tap.fromBot(bytes));
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
    finish: () => new Promise((resolve) => void server.close(() => resolve())),
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

/** Passes on what comes, at the pace of who takes it, and the manner in which it ends. */
function pass(from: Leg, to: Leg, tap: (bytes: Uint8Array) => void): void {
  from.stream.on('data', (bytes: Buffer) => {
    const goesOn = to.stream.write(bytes);
    tap(bytes);
    if (!goesOn) from.stream.pause();
  });
  to.stream.on('drain', () => from.stream.resume());
  from.stream.on('end', () => to.stream.end());
  from.stream.on('error', () => reset(to));
  // Destroyed without an end: nothing more can come.
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
