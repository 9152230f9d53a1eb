import { linkedTransports } from '@hookline/runtime';
import type { UpgradeRequest } from '../auth/auth-options.js';
import type { InjectRequest, InjectResult } from '../bot.js';
import { checkNames, checkNumber, serverError } from '../error.js';
import { type AcceptHost, accept } from './accept.js';
import { type Refusal, refusalBody, refusalHeaders } from './refusal.js';

/**
 * Opens a call in memory, with the same checks as a socket.
 *
 * @throws HooklineError `SERVER_BAD_OPTION` as a rejection
 */
export async function inject(host: AcceptHost, request: InjectRequest): Promise<InjectResult> {
  checkNames<InjectRequest>('inject: ', request ?? null, { url: true, headers: true, latencyMs: true });
  const { url, headers, latencyMs = 0 } = request;
  if (typeof url !== 'string' || typeof headers !== 'object' || headers === null) {
    throw serverError('SERVER_BAD_OPTION', 'inject: url must be a string and headers an object of strings.');
  }
  checkNumber('inject: latencyMs', latencyMs, { min: 0 });
  const [client, server] = linkedTransports(host.clock, { latencyMs });
  const refusal = await accept(host, {
    request: toUpgradeRequest(request),
    requestHead: () => {
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      return `GET ${url} HTTP/1.1\r\n${lines.join('')}\r\n`;
    },
    open: (start) => start(server, () => 'HTTP/1.1 101 Switching Protocols\r\n\r\n'),
  });
  return refusal ? refused(refusal) : { accepted: true, transport: client };
}

function refused(refusal: Refusal): InjectResult {
  return {
    accepted: false,
    status: refusal.status,
    headers: refusalHeaders(refusal),
    body: refusalBody(refusal),
  };
}

function toUpgradeRequest({ url, headers }: InjectRequest): UpgradeRequest {
  const byName = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) byName.set(name.toLowerCase(), value);
  return { url, header: (name) => byName.get(name) };
}
