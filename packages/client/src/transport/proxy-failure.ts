import { messageOfBody } from '@hookline/protocol';
import { messageOf } from '@hookline/runtime';
import { DialError, type DialErrorOptions } from './dial-error.js';

/** What a failure happened to, if it was not the connection to the bot. */
function proxyOf(error: unknown): string {
  const { address, hostname, port }: Readonly<Record<string, unknown>> = { ...Object(error) };
  const host = address ?? hostname;
  if (typeof host !== 'string') return 'the proxy';
  return typeof port === 'number' ? `the proxy at ${host}:${port}` : `the proxy ${host}`;
}

/** Whether an error is about another port than the dialled one, as that of a proxy. */
export function isOfOtherPort(error: unknown, url: string): boolean {
  const port: unknown = Reflect.get(Object(error), 'port');
  const dialled = new URL(url);
  return (
    typeof port === 'number' && port !== Number(dialled.port || (dialled.protocol === 'wss:' ? 443 : 80))
  );
}

/** The error for an agent that made no connection: nothing is known about the bot. */
export function agentFailure(error: unknown, url: string, facts: DialErrorOptions): DialError {
  const code: unknown = Reflect.get(Object(error), 'code');
  const detail = typeof code === 'string' ? code : messageOf(error);
  const text = `the agent of the dialler made no connection to ${new URL(url).host}; check that ${proxyOf(error)} is reachable and can reach the bot (${detail})`;
  return new DialError('DIAL_REFUSED', text, { ...facts, cause: error });
}

/** The error for an HTTP answer that was not sent over the TLS connection to the bot. */
export function proxyStatusFailure(
  url: string,
  status: number,
  body: string,
  facts: DialErrorOptions,
): DialError {
  const text = `the proxy of the agent answered HTTP ${status} to the request for a connection to ${new URL(url).host}${messageOfBody(body)}; check the address and the credentials of the proxy, and whether it allows this connection`;
  return new DialError('DIAL_HTTP_STATUS', text, { ...facts, status });
}
