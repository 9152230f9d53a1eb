import { randomUUID } from 'node:crypto';
import {
  type CallAudioConnectorOptions,
  callAudioConnector,
  type Dialled,
  defineIntegration,
  type Integration,
  type IntegrationOptions,
  wsDial,
} from '@hookline/client';
import { sign } from '@hookline/protocol/signature';
import { type Bot, type BotOptions, type CallHandler, createBot, type Listening } from '@hookline/server';
import type { TestContext } from 'vitest';

const API_KEY = 'served';
const CLIENT_SECRET = 'c2VydmVkIG9uIGxvb3BiYWNrIGZvciBhIHRlc3Q=';

/** The identity of a connection. */
export interface Identity {
  readonly organizationId: string;
  readonly sessionId: string;
}

/** A bot on a loopback port, and helpers to call it. */
export interface Served {
  readonly bot: Bot;
  readonly listening: Listening;
  readonly integration: Integration;
  call(options?: Partial<CallAudioConnectorOptions>): ReturnType<typeof callAudioConnector>;
  /** Opens a signed connection without a client. */
  dial(change?: (headers: Record<string, string>) => void): Promise<Dialled & Identity>;
}

/** Options that differ from the defaults. */
export interface ServeOptions {
  readonly bot?: Partial<BotOptions>;
  readonly integration?: Partial<IntegrationOptions>;
}

/** Serves a bot until the end of the test. */
export async function serve(
  { onTestFinished }: TestContext,
  handler: CallHandler,
  options: ServeOptions = {},
): Promise<Served> {
  const served = await start(handler, options);
  onTestFinished(() => served.listening.close());
  return served;
}

/** Serves a bot until it is closed. */
export async function start(handler: CallHandler, options: ServeOptions = {}): Promise<Served> {
  const bot = createBot({ auth: { [API_KEY]: CLIENT_SECRET }, ...options.bot }, handler);
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  const integration = defineIntegration({
    baseConnectionUri: listening.url,
    apiKey: API_KEY,
    clientSecret: CLIENT_SECRET,
    ...options.integration,
  });
  return {
    bot,
    listening,
    integration,
    call: (call) => callAudioConnector({ integration, ...call }),
    dial: async (change) => {
      const { headers, ...identity } = signedHeaders(listening.url);
      change?.(headers);
      const signal = new AbortController().signal;
      return { ...identity, ...(await wsDial({ url: listening.url, headers, timeoutMs: 5000, signal })) };
    },
  };
}

/** The headers of a signed upgrade request for `url`. */
export function signedHeaders(url: string): Identity & { headers: Record<string, string> } {
  const ids = { organizationId: randomUUID(), sessionId: randomUUID(), correlationId: randomUUID() };
  const signed = sign({
    url,
    headers: { ...ids, apiKey: API_KEY },
    secret: CLIENT_SECRET,
    created: Math.floor(Date.now() / 1000),
  });
  return {
    organizationId: ids.organizationId,
    sessionId: ids.sessionId,
    headers: {
      'Audiohook-Organization-Id': ids.organizationId,
      'Audiohook-Session-Id': ids.sessionId,
      'Audiohook-Correlation-Id': ids.correlationId,
      'X-API-KEY': API_KEY,
      ...signed.headers,
    },
  };
}
