import { checkArgument, type TransportEnd } from '@hookline/runtime';
import type { ClauseId } from '../clauses/index.js';

/** Why a frame of the peer was refused, where it matters for a rule or for what is said about it. */
export type RefusedFrame = NonNullable<TransportEnd['refused']>;

/** The opcode of a text frame (RFC 6455, section 5.2). */
const TEXT = 1;

/** The rule of this protocol that a refused frame broke. Bytes that are no frame break only the WebSocket protocol. */
export const REFUSED_FRAME_CLAUSES: Readonly<Record<RefusedFrame, ClauseId | undefined>> = {
  'text-too-long': 'AC-MSG-10',
  'binary-too-long': 'AC-AUDIO-4',
  'message-too-long': 'AC-AUDIO-4',
  'not-utf8': 'AC-MSG-1',
  'reserved-bits': 'AC-CONN-6',
  'no-frame': undefined,
};

/** The close codes for violations of the WebSocket framing, by the code of the error of ws. */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_INVALID_UTF8: 1007,
};

/**
 * The close code with which ws refused a frame; undefined if its error is not about a frame.
 *
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for anything but a string
 */
export function refusalCode(code: string): number | undefined {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'refusalCode: code', code, 'text');
  return code.startsWith('WS_ERR_') ? (CLOSE_CODES[code] ?? 1002) : undefined;
}

/**
 * Why ws refused a frame, from the code of its error.
 *
 * @param socket - the WebSocket of ws that had the error
 * @returns undefined if the frame breaks the WebSocket protocol in another way, or the error is not about a frame
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for arguments of other types
 */
export function refusedFrame(code: string, socket: object): RefusedFrame | undefined {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'refusedFrame: code', code, 'text');
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'refusedFrame: socket', socket, 'object');
  const { opcode, unread } = parserOf(socket);
  switch (code) {
    case 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH':
    case 'WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH':
      if (opcode === undefined) return 'message-too-long';
      return opcode === TEXT ? 'text-too-long' : 'binary-too-long';
    case 'WS_ERR_INVALID_UTF8':
      // The reason in a close frame is no message.
      return opcode === undefined || opcode === TEXT ? 'not-utf8' : undefined;
    case 'WS_ERR_UNEXPECTED_RSV_1':
      // The bit of permessage-deflate, but also of every capital letter.
      return isPrintable(unread) ? 'no-frame' : 'reserved-bits';
    // No extension in use sets them, but any text in place of frames does.
    case 'WS_ERR_UNEXPECTED_RSV_2_3':
      return 'no-frame';
    default:
      return undefined;
  }
}

interface ParserState {
  /** The kind of the frame; undefined if unknown. */
  readonly opcode?: number;
  /** What was received after the two bytes that were refused. */
  readonly unread?: Uint8Array;
}

/**
 * What the parser of ws knows about the frame that it refused. The error does not contain it, but private fields do: ws
 * refuses the frame by its header alone and has no event or option for it. Without the fields it is unknown.
 */
function parserOf(socket: object): ParserState {
  const parser: unknown = Reflect.get(socket, '_receiver');
  if (typeof parser !== 'object' || parser === null) return {};
  const opcode: unknown = Reflect.get(parser, '_opcode');
  const buffers: unknown = Reflect.get(parser, '_buffers');
  const unread: unknown = Array.isArray(buffers) ? buffers[0] : undefined;
  return {
    ...(typeof opcode === 'number' ? { opcode } : {}),
    ...(unread instanceof Uint8Array ? { unread } : {}),
  };
}

/** How many bytes are read to tell text from frames. Those of a compressed message are hardly all printable. */
const SAMPLE_BYTES = 32;

function isPrintable(bytes: Uint8Array | undefined): boolean {
  const sample = bytes?.subarray(0, SAMPLE_BYTES) ?? [];
  return (
    sample.length > 0 &&
    sample.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 13 || byte === 10 || byte === 9)
  );
}
