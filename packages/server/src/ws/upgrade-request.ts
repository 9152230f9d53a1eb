import type { IncomingMessage } from 'node:http';
import { type HeaderLookup, headerLookup } from '@hookline/protocol/signature';
import type { UpgradeRequest } from '../auth/auth-options.js';

/** A Node request; repeated headers are joined. A class: each object literal with a getter has a hidden class of its own. */
export class NodeUpgradeRequest implements UpgradeRequest {
  readonly url: string;
  readonly header: HeaderLookup;
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage) {
    this.url = request.url ?? '/';
    this.header = headerLookup(request.rawHeaders);
    this.#request = request;
  }

  /** Node asks the system for it. */
  get remoteAddress(): string | undefined {
    return this.#request.socket.remoteAddress;
  }
}

/**
 * The head of a request, as on the wire.
 *
 * @param dropped - names of headers that are left out, in lower case
 * @param added - lines of headers that come first
 */
export function requestHead(
  request: IncomingMessage,
  dropped: ReadonlySet<string> = new Set(),
  added: readonly string[] = [],
): string {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (const line of added) head += `${line}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!dropped.has(name.toLowerCase())) head += `${name}: ${rawHeaders[index + 1]}\r\n`;
  }
  return `${head}\r\n`;
}
