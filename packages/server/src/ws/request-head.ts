import type { IncomingMessage } from 'node:http';
import { headerLookup } from '@hookline/protocol/signature';
import type { UpgradeRequest } from '../auth/upgrade-request.js';

/** A Node request as the bot looks at it: every header as it came, repeated ones joined. */
export function toUpgradeRequest(request: IncomingMessage): UpgradeRequest {
  return {
    url: request.url ?? '/',
    header: headerLookup(request.rawHeaders),
    remoteAddress: request.socket.remoteAddress,
  };
}

/** The head of the request, as on the wire. */
export function requestHead(request: IncomingMessage): string {
  const { method = 'GET', url = '/', httpVersion, rawHeaders } = request;
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    head += `${rawHeaders[index]}: ${rawHeaders[index + 1]}\r\n`;
  }
  return `${head}\r\n`;
}
