import type { WebSocket } from 'ws';

/** The opcode of a text frame (RFC 6455, section 5.2). */
const TEXT = 1;

/** A message beyond the maximum size of the connection: it ended the connection and was not read. */
export class OversizedMessage extends Error {
  /** Undefined if unknown. */
  readonly kind: 'text' | 'binary' | undefined;

  constructor(kind: 'text' | 'binary' | undefined, cause: Error) {
    super(cause.message, { cause });
    this.name = 'OversizedMessage';
    this.kind = kind;
  }

  /**
   * From the error of a socket, which does not say of which kind the frame was. Its parser knows, in a field that is not
   * public; ws has no event, option or error field that tells it, because the frame is refused by its header alone.
   * Where the field is gone the kind is unknown.
   */
  static from(error: Error, socket: WebSocket): OversizedMessage {
    const parser = '_receiver' in socket ? socket._receiver : undefined;
    const opcode =
      typeof parser === 'object' && parser !== null && '_opcode' in parser ? parser._opcode : undefined;
    return new OversizedMessage(
      typeof opcode === 'number' ? (opcode === TEXT ? 'text' : 'binary') : undefined,
      error,
    );
  }
}

/** Recognises the error from any copy of this package. */
export function isOversized(error: Error | undefined): error is OversizedMessage {
  return error instanceof OversizedMessage || (error?.name === 'OversizedMessage' && 'kind' in error);
}
