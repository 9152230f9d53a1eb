import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../admission/refusal.js';

/** The version of RFC 6455. */
const WEBSOCKET_VERSION = '13';

/** Checks what RFC 6455 (4.2.1) requires and `ws` does not check. */
export function handshakeFault({ httpVersion, headers, rawHeaders }: IncomingMessage): Refusal | undefined {
  if (httpVersion !== '1.1') {
    return {
      status: 400,
      reason: `invalid WebSocket handshake: HTTP/${httpVersion}; expected HTTP/1.1`,
    };
  }
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
  if (hosts !== 1) {
    return {
      status: 400,
      reason: `invalid WebSocket handshake: ${hosts} Host headers; expected one`,
    };
  }
  if (headers['sec-websocket-version'] !== WEBSOCKET_VERSION) {
    return {
      status: 426,
      reason: `invalid WebSocket handshake: Sec-WebSocket-Version must be ${WEBSOCKET_VERSION}`,
      headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': WEBSOCKET_VERSION },
    };
  }
  return undefined;
}
