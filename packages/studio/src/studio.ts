import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { type Clock, checkOptionNames, messageOf, numberFault, systemClock } from '@hookline/runtime';
import manifest from '../package.json' with { type: 'json' };
import type { Launch } from './call/target.js';
import { RequestError, type StudioErrorCode, studioError } from './error.js';
import { type AccessControl, createAccessControl } from './server/access-control.js';
import { createHttpServer } from './server/http.js';
import { readPage } from './server/static-files.js';
import { StudioContext } from './studio-context.js';
import { attachSockets } from './wire/socket-server.js';

/** Options of `startStudio`. */
export interface StudioOptions {
  /** The port of the page, on 127.0.0.1 only. Default 0: any free port. */
  readonly port?: number;
  /** Initial values of the form, and defaults for fields left empty. Default: none. */
  readonly launch?: Launch;
  /** A trace to open at the start: a folder or a `.zip`. Default none. */
  readonly trace?: string;
  /** The folder of the history. Default `.hookline/studio`. */
  readonly dir?: string;
  /** The folder of the built page, for tests of this package. Default: the one in the package. */
  readonly pageDir?: string;
  /** Source of time. Default: the system clock. */
  readonly clock?: Clock;
}

/** A running studio. */
export interface Studio {
  readonly port: number;
  /** URL of the page, with the token of this launch in its fragment: `http://127.0.0.1:PORT/#token=…`. */
  readonly url: string;
  readonly token: string;
  /** Hangs up the live calls, waits up to 2 s until they are saved, and closes everything. Idempotent. */
  close(): Promise<void>;
}

const DEFAULT_DIR = '.hookline/studio';
const MAX_PORT = 65_535;

/**
 * Starts a studio: a local page from which to call a bot as Genesys Cloud calls it.
 *
 * @throws HooklineError as a rejection: `STUDIO_BAD_OPTION` naming the option, also for a trace that cannot be opened;
 *   `STUDIO_NO_PAGE`; `STUDIO_LISTEN_FAILED`
 */
export async function startStudio(options: StudioOptions = {}): Promise<Studio> {
  checkOptions(options);
  const { port: requestedPort = 0, launch = {}, clock = systemClock } = options;
  const page = await readPage(options.pageDir ?? builtPage());
  const context = new StudioContext({
    clock,
    launch,
    dir: options.dir ?? DEFAULT_DIR,
    version: manifest.version,
  });
  if (options.trace !== undefined) context.traceId = await openTrace(context, options.trace);

  const token = randomBytes(32).toString('base64url');
  let port = 0;
  let access: AccessControl = createAccessControl(port, token);
  const server = createHttpServer({ access: () => access, port: () => port, page, context });
  const sockets = attachSockets(server, { access: () => access, context });
  port = await listen(server, requestedPort);
  access = createAccessControl(port, token);

  let closing: Promise<void> | undefined;
  const close = async () => {
    sockets.close();
    server.close();
    await context.close();
    server.closeAllConnections();
  };
  return {
    port,
    token,
    url: `http://127.0.0.1:${port}/#token=${token}`,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

function checkOptions(options: StudioOptions): void {
  checkOptionNames<StudioOptions>('STUDIO_BAD_OPTION' satisfies StudioErrorCode, 'startStudio: ', options, {
    port: true,
    launch: true,
    trace: true,
    dir: true,
    pageDir: true,
    clock: true,
  });
  checkOptionNames<Launch>(
    'STUDIO_BAD_OPTION' satisfies StudioErrorCode,
    'startStudio: launch: ',
    options.launch,
    {
      baseUri: true,
      connectorId: true,
      apiKey: true,
      clientSecret: true,
      organizationId: true,
      tls: true,
      allowWs: true,
      dial: true,
    },
  );
  if (options.port === undefined) return;
  const fault = numberFault('port', options.port, { min: 0, max: MAX_PORT, integer: true });
  if (fault !== undefined) throw studioError('STUDIO_BAD_OPTION', `startStudio: ${fault}.`);
}

/** The folder of the built page: next to the built bridge, or in `dist` when running from sources. */
function builtPage(): string {
  const packaged = fileURLToPath(new URL('./page', import.meta.url));
  return existsSync(`${packaged}/index.html`)
    ? packaged
    : fileURLToPath(new URL('../dist/page', import.meta.url));
}

async function openTrace(context: StudioContext, path: string): Promise<string> {
  try {
    return await context.traces.add(path);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw studioError('STUDIO_BAD_OPTION', error.message, error);
  }
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    // Loopback only: anyone who reaches the page can make calls.
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw studioError(
      'STUDIO_LISTEN_FAILED',
      `The studio cannot listen on 127.0.0.1:${port}: ${messageOf(error)}. Choose another port, or stop the process that uses it.`,
      error,
    );
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
