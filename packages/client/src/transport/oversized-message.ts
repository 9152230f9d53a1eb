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
   * Creates it from the error of a socket. The error does not contain the kind of the frame, but the parser of ws does,
   * in a private field: ws refuses the frame by its header alone and has no event or option for it. Without the field
   * the kind is unknown.
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
