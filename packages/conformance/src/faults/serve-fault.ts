import { CLIENT_TIMERS } from '@hookline/protocol';
import { decodeSecret } from '@hookline/protocol/signature';
import { type Clock, checkOptionNames, messageOf, systemClock } from '@hookline/runtime';
import { type ConformanceErrorCode, conformanceError } from '../error.js';
import { listenRaw } from '../wire/serve.js';
import { Admissions, type FaultyAuth } from './admission.js';
import type { FaultName } from './catalogue.js';
import { FaultyCall, type FaultyCallOptions } from './faulty-call.js';

/** Options of `serveFault`. */
export interface ServeFaultOptions {
  /** Default 8080; 0 selects a free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** The accepted credentials. Default: every caller is accepted. */
  readonly auth?: FaultyAuth;
  readonly clock?: Clock;
  /** The delays of late messages, in milliseconds. Default: 1 s longer than Genesys Cloud waits. */
  readonly lateMs?: Partial<FaultyCallOptions['lateMs']>;
}

/** A running faulty bot. */
export interface FaultyBot {
  /** `ws://host:port/NAME`. */
  readonly url: string;
  /** Ends its calls and stops listening. */
  close(): Promise<void>;
}

const LATE_MS = 1000;

/**
 * Serves the bot with this fault, over raw WebSockets. Without a name, serves the same bot without a fault.
 *
 * @throws HooklineError `CONFORMANCE_LISTEN` if the port cannot be opened, `CONFORMANCE_BAD_OPTION`
 */
export async function serveFault(
  name: FaultName | undefined,
  options: ServeFaultOptions = {},
): Promise<FaultyBot> {
  checkOptionNames<ServeFaultOptions>(
    'CONFORMANCE_BAD_OPTION' satisfies ConformanceErrorCode,
    'serveFault: ',
    options,
    {
      port: true,
      host: true,
      auth: true,
      clock: true,
      lateMs: true,
    },
  );
  const { port = 8080, host = '127.0.0.1', clock = systemClock } = options;
  checkAddress(host);
  if (options.auth) checkCredentials(options.auth);
  const admissions = new Admissions(name, options.auth);
  const lateMs = {
    opened: CLIENT_TIMERS.openedMs + LATE_MS,
    pong: CLIENT_TIMERS.pingIntervalMs + LATE_MS,
    closed: CLIENT_TIMERS.closedMs + LATE_MS,
    ...options.lateMs,
  };
  const calls = new Set<FaultyCall>();
  let refuseLater = false;
  const server = await listenRaw({
    host,
    port,
    admit(request) {
      const decision = admissions.decide(request, clock.wall() / 1000);
      refuseLater = decision.refuseLater === true;
      return decision;
    },
    onCall(socket, { headers }) {
      const call = new FaultyCall({
        fault: name,
        socket,
        clock,
        sessionId: String(headers['audiohook-session-id'] ?? ''),
        organizationId: String(headers['audiohook-organization-id'] ?? ''),
        refuse: refuseLater,
        lateMs,
        terminate() {
          for (const each of calls) each.drop();
        },
      });
      calls.add(call);
      socket.on('close', () => calls.delete(call));
    },
  });
  return { url: `ws://${host}:${server.port}/${name ?? 'base'}`, close: () => server.close() };
}

/** An empty host would open the port to every network. */
function checkAddress(host: unknown): void {
  if (typeof host === 'string' && host.trim() !== '') return;
  throw conformanceError(
    'CONFORMANCE_BAD_OPTION',
    `serveFault: host is ${JSON.stringify(host)}; expected an address or a host name, such as "127.0.0.1".`,
  );
}

/** Refuses now what would fail with the first request. */
function checkCredentials({ apiKey, clientSecret }: FaultyAuth): void {
  if (typeof apiKey !== 'string' || !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw conformanceError(
      'CONFORMANCE_BAD_OPTION',
      'serveFault: apiKey is empty, or has characters that are not printable ASCII.',
    );
  }
  if (clientSecret === undefined) return;
  try {
    decodeSecret(clientSecret);
  } catch (error) {
    throw conformanceError('CONFORMANCE_BAD_OPTION', `serveFault: ${messageOf(error)}.`, error);
  }
}
