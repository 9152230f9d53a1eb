import { Writable } from 'node:stream';
import { messageOf } from '@hookline/runtime';
import type { WebSocket } from 'ws';

type Write = Writable['_write'];

/**
 * Reports what the parser of `ws` throws as an error of its own connection; it would end the process. The frames of one
 * read share their memory with the bytes that are not parsed yet, so it throws when user code has a frame transferred to
 * a worker thread. Costs one call per read; making their memory untransferable would cost more for each frame.
 */
export function guardReceiver(webSocket: WebSocket): void {
  // Not part of the types of ws. Another runtime may have an implementation of its own, without it.
  const receiver: unknown = Reflect.get(webSocket, '_receiver');
  if (!(receiver instanceof Writable)) return;
  const { _write: parse } = receiver;
  guardedWrite ??= guardOf(parse);
  receiver._write = guardedWrite;
  receiver.end = endOnce;
}

/**
 * `ws` ends the parser at each event of the socket that could be its last one. For every end but the first, Node creates
 * an error with a stack trace that nobody sees; they were 5 % of what an open and close cost.
 */
function endOnce(this: Writable): Writable {
  if (!this.writableEnded) Reflect.apply(Writable.prototype.end, this, []);
  return this;
}

/** Shared by all connections, whose receivers have the same method. */
let guardedWrite: Write | undefined;

/** The parser failed, and not the peer. */
export class ReceiverFailure extends Error {
  constructor(cause: unknown) {
    const cure =
      'if the bot transfers a frame, such as to a worker thread, it must transfer a copy: bytes.slice()';
    super(`the received bytes could not be read: ${messageOf(cause)}; ${cure}`, { cause });
  }
}

function guardOf(parse: Write): Write {
  return function (this: Writable, chunk, encoding, done) {
    try {
      parse.call(this, chunk, encoding, done);
    } catch (error) {
      done(new ReceiverFailure(error));
    }
  };
}
