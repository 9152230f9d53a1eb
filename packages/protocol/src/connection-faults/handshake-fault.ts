import type { ClauseId } from '../clauses/index.js';
import { describe } from '../validator.js';

/** What is wrong with a 101 response to the WebSocket handshake. */
export interface HandshakeFault {
  readonly text: string;
  /** The rule of this protocol that it breaks; absent if it breaks only the WebSocket protocol. */
  readonly clause?: ClauseId;
}

/**
 * @param problem - the message of the error of ws
 * @param responseHead - the head of the response
 */
export function handshakeFault(problem: string, responseHead: string): HandshakeFault {
  if (/subprotocol/i.test(problem)) {
    return {
      text: `selected the WebSocket subprotocol ${headerValue('Sec-WebSocket-Protocol', responseHead)}, although none was offered; leave Sec-WebSocket-Protocol out of the response`,
      clause: 'AC-CONN-5',
    };
  }
  if (/Sec-WebSocket-Extensions/i.test(problem)) {
    return {
      text: `selected the WebSocket extension ${headerValue('Sec-WebSocket-Extensions', responseHead)}, although none was offered; leave Sec-WebSocket-Extensions out of the response`,
      clause: 'AC-CONN-6',
    };
  }
  if (/Sec-WebSocket-Accept/i.test(problem)) {
    const { length } = headerValues('Sec-WebSocket-Accept', responseHead);
    if (length > 1) {
      return {
        text: `answered with ${length} headers Sec-WebSocket-Accept; send exactly one, and check whether both the bot and a proxy add it`,
      };
    }
    if (length === 0) {
      return {
        text: 'answered without Sec-WebSocket-Accept; compute it from the Sec-WebSocket-Key of each request, and check whether a proxy removes it',
      };
    }
    return {
      text: `answered with the Sec-WebSocket-Accept ${headerValue('Sec-WebSocket-Accept', responseHead)}, which does not belong to this request; compute it from the Sec-WebSocket-Key of each request, and check whether a cache or proxy answers`,
    };
  }
  if (/Upgrade header/i.test(problem)) {
    const got =
      headerValues('Upgrade', responseHead).length === 0
        ? 'no header Upgrade'
        : `the header Upgrade ${headerValue('Upgrade', responseHead)}`;
    return {
      text: `answered with ${got}; expected "websocket": answer the request for a WebSocket, and check whether a proxy changes the header`,
    };
  }
  return { text: 'sent an invalid response to the WebSocket handshake' };
}

/** The values of a header, safe to print. */
function headerValue(name: string, head: string): string {
  const values = headerValues(name, head);
  return values.length === 0 ? describe(undefined) : values.map(describe).join(' and ');
}

function headerValues(name: string, head: string): readonly string[] {
  return [...head.matchAll(new RegExp(`^${name}:(.*)$`, 'gim'))].map(([, value = '']) => value.trim());
}
