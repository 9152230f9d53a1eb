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

/** How a studio is started. */
export interface StudioOptions {
  /** The port of the page, on 127.0.0.1 only. Default 0: any that is free. */
  readonly port?: number;
  /** What the form begins with, and what it leaves out. Default: nothing. */
  readonly launch?: Launch;
  /** A trace to open at first: a folder, or a `.zip` of it. Default none. */
  readonly trace?: string;
  /** Where the last calls are kept. Default `.hookline/studio`. */
  readonly dir?: string;
  /** The built page, in place of the one of this package: for its own tests. */
  readonly pageDir?: string;
  /** The source of time. Default: the clock of the machine. */
  readonly clock?: Clock;
}

/** A studio that runs. */
export interface Studio {
  readonly port: number;
  /** The page, with the token of this launch behind `#`: `http://127.0.0.1:PORT/#token=…`. */
  readonly url: string;
  readonly token: string;
  /** Hangs up the live calls, waits a little until they are written, and ends everything. Idempotent. */
  close(): Promise<void>;
}

const DEFAULT_DIR = '.hookline/studio';
const MAX_PORT = 65_535;

/**
 * Starts a studio: a page on this machine from which a bot is called as Genesys Cloud calls it.
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
  const fault = numberFault('port', options.port, { least: 0, most: MAX_PORT, whole: true });
  if (fault !== undefined) throw studioError('STUDIO_BAD_OPTION', `startStudio: ${fault}.`);
}

/** Beside the built bridge, or where the build puts it seen from the sources. */
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
    // This machine only: whoever reaches the page can have calls made.
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    throw studioError(
      'STUDIO_LISTEN_FAILED',
      `The studio cannot listen at 127.0.0.1:${port}: ${messageOf(error)}. Choose another port, or end what uses it.`,
      error,
    );
  }
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
