/** How a connection ended, as observed by this end. */
export interface TransportEnd {
  /** The WebSocket close code; 1005 when the peer gave none, 1006 when the connection was lost. */
  readonly code: number;
  /** The peer's reason text, often empty. */
  readonly reason: string;
  /** The error of the connection or the framing, if any. */
  readonly error?: Error;
  /**
   * Why this end refused a frame of the peer and so ended the connection, where a protocol above may have a rule for it:
   * a text or binary message, or one of unknown kind, is longer than this end accepts; text is not UTF-8; a bit is set
   * that only an extension defines; or the bytes are no frame, such as text of a program in place of frames.
   */
  readonly refused?:
    | 'text-too-long'
    | 'binary-too-long'
    | 'message-too-long'
    | 'not-utf8'
    | 'reserved-bits'
    | 'no-frame';
}

/** Takes what arrives on a connection. Called one at a time, in order; `closed` is called last, and once. */
export interface TransportListener {
  text(text: string): void;
  /**
   * The receiver owns `bytes` from here on; they are not touched again by the transport.
   *
   * @param nowMs - the time by the clock of the receiver, if the transport has just read it
   */
  binary(bytes: Uint8Array, nowMs?: number): void;
  closed(end: TransportEnd): void;
}

/** One open WebSocket-like connection: text and binary frames, in order, both ways. */
export interface Transport {
  /** Bytes accepted for sending that have not left yet. */
  readonly bufferedAmount: number;
  /** Starts delivery. What arrived before is delivered first. Called once. */
  listen(listener: TransportListener): void;
  /** Sends a text frame; ignored once closing. */
  sendText(text: string): void;
  /** Sends a binary frame without copying it: the caller must not change `bytes` afterwards. Ignored once closing. */
  sendBinary(bytes: Uint8Array): void;
  /** Starts the closing handshake; what was sent before still goes out. Idempotent. */
  close(code?: number, reason?: string): void;
  /** Drops the connection at once, with no closing handshake. Idempotent. */
  terminate(): void;
  /**
   * Reads nothing more from the connection, for good: what the peer sends stays on its side. Used only to test how a
   * peer copes with it; without it, what arrives is read and dropped.
   */
  stopReading?(): void;
}
