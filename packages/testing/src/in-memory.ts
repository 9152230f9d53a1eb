import { type Dial, DialError } from '@hookline/client';
import { describeValue } from '@hookline/runtime';
import type { Bot } from '@hookline/server';
import { badOption, checkOptionalNumber, checkOptions, isBot, TIME } from './check.js';

/** Options of `inMemoryDial`. */
export interface InMemoryDialOptions {
  /** One-way delay of the connection in milliseconds; default 0. */
  readonly latencyMs?: number;
}

/**
 * Dials a bot in this process without a socket, with the same authentication, routing and session as over one, on the
 * bot's clock. Pass it to `defineIntegration` or `callAudioConnector`; the host of the URL is ignored.
 *
 * @throws HooklineError `TESTING_BAD_OPTION`
 */
export function inMemoryDial(bot: Bot, options: InMemoryDialOptions = {}): Dial {
  if (!isBot(bot))
    throw badOption(`inMemoryDial: bot is ${describeValue(bot)}; expected a bot of createBot.`);
  checkOptions<InMemoryDialOptions>('inMemoryDial', options, { latencyMs: true });
  checkOptionalNumber('inMemoryDial: latencyMs', options.latencyMs, TIME);
  return async ({ url, headers, signal }) => {
    const { host, pathname, search } = new URL(url);
    const target = pathname + search;
    const sent = { Host: host, ...headers };
    const requestHead = head(`GET ${target} HTTP/1.1`, sent);
    const answer = await bot.inject({ url: target, headers: sent, ...options });
    if (!answer.accepted)
      throw refusal(
        answer.status,
        requestHead,
        head(`HTTP/1.1 ${answer.status}`, answer.headers),
        answer.body,
      );
    if (signal.aborted) {
      answer.transport.terminate();
      throw signal.reason;
    }
    return {
      transport: answer.transport,
      requestHead,
      responseHead: head('HTTP/1.1 101 Switching Protocols', {}),
      status: 101,
    };
  };
}

function refusal(status: number, requestHead: string, responseHead: string, body: string): DialError {
  const unauthorized = status === 401 || status === 403;
  return new DialError(
    unauthorized ? 'DIAL_UNAUTHORIZED' : 'DIAL_HTTP_STATUS',
    `The bot answered HTTP ${status}: ${body}`,
    { status, requestHead, responseHead },
  );
}

function head(start: string, headers: Readonly<Record<string, string>>): string {
  return [start, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
}
