import { createServer as createHttpServer, type Server as HttpServer, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { describe } from '@hookline/protocol';
import { isBytes, messageOf } from '@hookline/runtime';
import { type Refusal, refusalBody, refusalHeaders } from '../admission/refusal.js';
import type { Listening, ListenOptions } from '../bot.js';
import type { BotCore } from '../bot-core.js';
import { checkNumber, serverError } from '../error.js';
import { answerStatus } from '../metrics/status-pages.js';
import { attach } from './attach.js';
import { lostItsUpgrade } from './other-upgrade.js';
import { NodeUpgradeRequest } from './upgrade-request.js';
import type { Upgrader } from './upgrader.js';

/** The maximum size of a request head. */
const MAX_HEADER_BYTES = 16 * 1024;

/** How often Node checks for requests that take too long; its default is 30 s. */
const CONNECTIONS_CHECK_MS = 1000;

const UPGRADE_REQUIRED: Refusal = {
  status: 426,
  reason: 'this is a WebSocket endpoint for Genesys Cloud Audio Connector',
  headers: { Upgrade: 'websocket' },
};

/** For the request of a call that a proxy has changed. */
const UPGRADE_LOST: Refusal = {
  ...UPGRADE_REQUIRED,
  reason: 'the request of a call is no upgrade: a proxy has to forward Upgrade, and send Connection: Upgrade',
};

/** The rule for a port; 0 selects a free one. */
const PORT = { min: 0, max: 65_535, integer: true };

/** Opens a port for the bot. @throws HooklineError `SERVER_BAD_OPTION`, `SERVER_LISTEN_FAILED` */
export async function listen(
  core: BotCore,
  upgrader: Upgrader,
  port: number,
  options: ListenOptions = {},
): Promise<Listening> {
  checkNumber('listen: port', port, PORT);
  checkHost(options.host);
  const server = createServer(core, options);
  const sockets = trackSockets(server);
  server.on('request', (request, response) => {
    if (options.statusPages && answerStatus(core, request, response)) return;
    const isOfCall = lostItsUpgrade(request);
    const refusal = isOfCall ? UPGRADE_LOST : UPGRADE_REQUIRED;
    if (isOfCall) core.admission.refused(refusal, new NodeUpgradeRequest(request));
    response.writeHead(refusal.status, refusalHeaders(refusal));
    response.end(refusalBody(refusal));
  });
  // No response can be sent without TLS.
  server.on('tlsClientError', (_, socket) => socket.destroy());
  server.on('clientError', (error, socket) => upgrader.refuseUnreadable(socket, refusalOf(error)));
  attach(upgrader, server, core.basePath);
  await opened(server, port, options.host);
  server.once('close', core.eventLoopDelay.measure());
  server.on('error', (error) => core.log.logger.error({ err: error }, `server error: ${messageOf(error)}`));
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw serverError('SERVER_LISTEN_FAILED', 'The server has no port.');
  }
  return {
    port: address.port,
    url: `${options.tls ? 'wss' : 'ws'}://${hostOf(address, options.host)}:${address.port}${core.basePath.path}`,
    close: () => closeServer(server, sockets),
  };
}

/** Node would take an empty host, such as an environment variable without a value, for every address. */
function checkHost(host: unknown): void {
  if (host === undefined || (typeof host === 'string' && host.trim() !== '')) return;
  throw serverError(
    'SERVER_BAD_OPTION',
    `listen: host is ${describe(host)}; expected an address or a host name, such as "127.0.0.1", or "0.0.0.0" for every network.`,
  );
}

function createServer(core: BotCore, { tls }: ListenOptions): HttpServer | HttpsServer {
  const { upgradeHeadersMs } = core.timers;
  const limits: ServerOptions = {
    headersTimeout: upgradeHeadersMs,
    requestTimeout: upgradeHeadersMs,
    connectionsCheckingInterval: Math.min(CONNECTIONS_CHECK_MS, upgradeHeadersMs),
    maxHeaderSize: MAX_HEADER_BYTES,
  };
  const server = tls ? createTlsServer(limits, tls) : createHttpServer(limits);
  const { maxSessions, maxPendingUpgrades } = core.limits;
  // Calls, pending upgrades, and connections that only get `disconnect` with reason `unauthorized`.
  server.maxConnections = maxSessions + 2 * maxPendingUpgrades;
  return server;
}

function createTlsServer(limits: ServerOptions, tls: NonNullable<ListenOptions['tls']>): HttpsServer {
  try {
    return createHttpsServer({
      ...limits,
      // Node's default would keep a silent peer for 120 s.
      handshakeTimeout: limits.headersTimeout,
      minVersion: 'TLSv1.2',
      key: pemOf('key', tls.key),
      cert: pemOf('cert', tls.cert),
    });
  } catch (error) {
    throw serverError('SERVER_BAD_OPTION', `listen: ${tlsFault(tls, messageOf(error))}`, error);
  }
}

/** Explains why OpenSSL refuses a key and a certificate, which its own words do not. */
function tlsFault({ key, cert }: NonNullable<ListenOptions['tls']>, words: string): string {
  const [keyText, certText] = [Buffer.from(key ?? '').toString(), Buffer.from(cert ?? '').toString()];
  const cure = 'Expected the text of a file in PEM: pass its content, not its path.';
  if (keyText !== '' && !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(keyText))
    return `tls.key contains no private key in PEM. ${cure}`;
  if (certText !== '' && !certText.includes('-----BEGIN CERTIFICATE-----'))
    return `tls.cert contains no certificate in PEM. ${cure}`;
  if (/^-----BEGIN ENCRYPTED|^Proc-Type:.*ENCRYPTED/m.test(keyText))
    return 'tls.key is encrypted; decrypt it, such as with openssl pkey -in FILE -out FILE.';
  if (/key values mismatch/i.test(words))
    return 'tls.key is not the key of tls.cert. A chain begins with the certificate of the server.';
  return `tls cannot be used: ${words}. Expected a private key and its certificate in PEM.`;
}

/** Refuses a missing key or certificate, which OpenSSL accepts although every handshake fails then. */
function pemOf(name: string, pem: string | Uint8Array): Buffer {
  const bytes = typeof pem === 'string' || isBytes(pem) ? Buffer.from(pem) : Buffer.alloc(0);
  if (bytes.length === 0) throw new TypeError(`tls.${name} is missing or empty`);
  return bytes;
}

/** Tracks the sockets of a server, because it does not close upgraded ones itself. */
function trackSockets(server: HttpServer | HttpsServer): Set<Socket> {
  const sockets = new Set<Socket>();
  /** Shared by all sockets, to avoid a closure per socket. */
  function onClose(this: Socket): void {
    sockets.delete(this);
  }
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', onClose);
  });
  return sockets;
}

/** What prevents a server from listening, and what to do. */
function listenFault(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'EADDRINUSE':
      return 'another process listens there already (EADDRINUSE); stop it, or choose another port';
    case 'EACCES':
      return 'this process has no permission to (EACCES); choose a port of 1024 or more';
    default:
      return error.message;
  }
}

function opened(server: HttpServer | HttpsServer, port: number, host: string | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) =>
      reject(
        serverError(
          'SERVER_LISTEN_FAILED',
          `Cannot listen on ${host ?? 'any address'}, port ${port}: ${listenFault(error)}`,
          error,
        ),
      );
    server.once('error', onError);
    try {
      server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
        server.off('error', onError);
        resolve();
      });
    } catch (error) {
      onError(error instanceof Error ? error : new Error(messageOf(error)));
    }
  });
}

/** Returns a host that a client on this machine can dial. */
function hostOf(address: AddressInfo, host: string | undefined): string {
  if (host === undefined || address.address === '::' || address.address === '0.0.0.0') return '127.0.0.1';
  return address.family === 'IPv6' ? `[${address.address}]` : address.address;
}

/** The refusal for a request that Node's parser rejects, in the same form as the bot's own refusals. */
function refusalOf({ code }: Error & { code?: string }): Refusal {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const reason = `the request head exceeds ${MAX_HEADER_BYTES} bytes`;
    return { status: 431, reason };
  }
  return {
    status: 400,
    reason: 'this is not an HTTP request, or it was received too slowly',
  };
}

function closeServer(server: HttpServer | HttpsServer, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    // Also called if the server is closed already.
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
