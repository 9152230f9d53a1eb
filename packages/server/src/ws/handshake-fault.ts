import type { IncomingMessage } from 'node:http';
import type { Refusal } from '../admission/refusal.js';

/** The version of RFC 6455. */
const WEBSOCKET_VERSION = '13';

/** What RFC 6455 (4.2.1) refuses and `ws` lets pass. */
export function handshakeFault({ httpVersion, headers }: IncomingMessage): Refusal | undefined {
  if (httpVersion !== '1.1') {
    return {
      status: 400,
      error: 'bad-request',
      reason: `no WebSocket handshake: it came as HTTP/${httpVersion}, expected HTTP/1.1`,
    };
  }
  if (headers['sec-websocket-version'] !== WEBSOCKET_VERSION) {
    return {
      status: 426,
      error: 'upgrade-required',
      reason: `no WebSocket handshake: Sec-WebSocket-Version must be ${WEBSOCKET_VERSION}`,
      headers: { Upgrade: 'websocket', 'Sec-WebSocket-Version': WEBSOCKET_VERSION },
    };
  }
  return undefined;
}
