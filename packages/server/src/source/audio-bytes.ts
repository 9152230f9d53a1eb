/** Longer audio is converted in pieces as it is played: at once, it would block the other calls. */
export const LONG_BYTES = 1_048_576;

/** What `bytesOf` takes, for error messages. */
export const BYTES = 'a Uint8Array, Buffer, ArrayBuffer or DataView';

/** No audio: one array for all that have none. */
export const NO_BYTES = new Uint8Array(0);

/** A view of the bytes of a buffer or a view of one, without a copy; undefined for anything else. */
export function bytesOf(piece: unknown): Uint8Array | undefined {
  if (piece instanceof Uint8Array) return piece;
  if (piece instanceof DataView) return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  // `instanceof` does not recognise a buffer of another realm, such as a vm context.
  if (isBuffer(piece)) return new Uint8Array(piece);
  if (ArrayBuffer.isView(piece) && (tagOf(piece) === 'Uint8Array' || tagOf(piece) === 'DataView')) {
    return new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength);
  }
  return undefined;
}

/** Like `bytesOf`, but an Int16Array is returned as samples. */
export function samplesOrBytesOf(piece: unknown): Int16Array | Uint8Array | undefined {
  if (piece instanceof Int16Array) return piece;
  if (ArrayBuffer.isView(piece) && tagOf(piece) === 'Int16Array') {
    return new Int16Array(piece.buffer, piece.byteOffset, piece.byteLength / 2);
  }
  return bytesOf(piece);
}

/** `head` followed by `tail`, in a new array. */
export function concat(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const out = new Uint8Array(head.length + tail.length);
  out.set(head);
  out.set(tail, head.length);
  return out;
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  return tagOf(value) === 'ArrayBuffer' || tagOf(value) === 'SharedArrayBuffer';
}

function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
