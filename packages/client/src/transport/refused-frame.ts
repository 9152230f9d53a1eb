import type { TransportEnd } from '@hookline/runtime';
import type { WebSocket } from 'ws';

/** The opcode of a text frame (RFC 6455, section 5.2). */
const TEXT = 1;

/**
 * Why ws refused a frame, from the code of its error.
 *
 * @returns undefined if the frame breaks the WebSocket protocol in another way, or the error is not about a frame
 */
export function refusedFrame(code: string, socket: WebSocket): TransportEnd['refused'] {
  switch (code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      return `${kindOfFrame(socket)}-too-long`;
    case 'WS_ERR_INVALID_UTF8':
      return 'not-utf8';
    // They belong to extensions, such as compression.
    case 'WS_ERR_UNEXPECTED_RSV_1':
    case 'WS_ERR_UNEXPECTED_RSV_2_3':
      return 'reserved-bits';
    default:
      return undefined;
  }
}

/**
 * The kind of the frame that a socket refused. The error does not contain it, but the parser of ws does, in a private
 * field: ws refuses the frame by its header alone and has no event or option for it. Without the field it is unknown.
 */
function kindOfFrame(socket: WebSocket): 'text' | 'binary' | 'message' {
  const parser = '_receiver' in socket ? socket._receiver : undefined;
  const opcode =
    typeof parser === 'object' && parser !== null && '_opcode' in parser ? parser._opcode : undefined;
  if (typeof opcode !== 'number') return 'message';
  return opcode === TEXT ? 'text' : 'binary';
}
