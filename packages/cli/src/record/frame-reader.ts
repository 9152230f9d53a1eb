/** Receives the messages of one direction. */
export interface FrameListener {
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** A close frame; the code is 1005 if the frame has none. */
  close(code: number, reason: string): void;
  /** The data cannot be parsed. Nothing more of this direction is reported. */
  unreadable(reason: string): void;
}

/** The longest message that is recorded; longer than any message of the protocol. */
export const MAX_RECORDED_MESSAGE_BYTES = 1024 * 1024;

const OPCODE_CONTINUATION = 0;
const OPCODE_TEXT = 1;
const OPCODE_BINARY = 2;
const OPCODE_CLOSE = 8;
const MAX_FRAME_HEADER_BYTES = 14;

/** The bits of a first byte that only an extension may set, and the one of them that permessage-deflate sets. */
const RESERVED_BITS = 0x70;
const COMPRESSED = 0x40;

const hex = (byte: number): string => `0x${byte.toString(16).padStart(2, '0')}`;

/** Parses the WebSocket frames of one direction. (RFC 6455, 5.2) */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #header = Buffer.alloc(MAX_FRAME_HEADER_BYTES);
  #headerBytes = 0;
  #payload: Buffer | undefined;
  #payloadBytes = 0;
  /** The opcode and the payloads so far of a message in several frames. */
  #messageOpcode = OPCODE_CONTINUATION;
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  #done = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Parses the next bytes. The buffer is not kept. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (!this.#done && (at < bytes.length || this.#isComplete())) {
      at = this.#payload ? this.#fillPayload(bytes, at) : this.#fillHeader(bytes, at);
      if (this.#isComplete()) this.#finishFrame();
    }
  }

  #isComplete(): boolean {
    return this.#payload !== undefined && this.#payloadBytes === this.#payload.length;
  }

  #fillHeader(bytes: Uint8Array, from: number): number {
    let at = from;
    while (at < bytes.length && this.#headerBytes < this.#headerLength()) {
      this.#header[this.#headerBytes++] = bytes[at++] ?? 0;
    }
    if (this.#headerBytes === this.#headerLength()) this.#startPayload();
    return at;
  }

  /** Length of the header; 2 until the second byte, which determines it, is known. */
  #headerLength(): number {
    if (this.#headerBytes < 2) return 2;
    const second = this.#header[1] ?? 0;
    const short = second & 0x7f;
    return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
  }

  #startPayload(): void {
    const first = this.#header[0] ?? 0;
    const short = (this.#header[1] ?? 0) & 0x7f;
    const length =
      short === 126
        ? this.#header.readUInt16BE(2)
        : short === 127
          ? Number(this.#header.readBigUInt64BE(2))
          : short;
    if (first & RESERVED_BITS) {
      const opcode = first & 0x0f;
      const isCompressed =
        (first & RESERVED_BITS) === COMPRESSED && (opcode === OPCODE_TEXT || opcode === OPCODE_BINARY);
      this.#stop(
        isCompressed
          ? 'its frames are compressed'
          : `its bytes are no WebSocket frames: one would begin with ${hex(first)} ${hex(this.#header[1] ?? 0)}`,
      );
    } else if (length + this.#fragmentBytes > MAX_RECORDED_MESSAGE_BYTES) {
      this.#stop(
        `a message of at least ${length + this.#fragmentBytes} bytes; the limit is ${MAX_RECORDED_MESSAGE_BYTES}`,
      );
    } else {
      this.#payload = Buffer.alloc(length);
      this.#payloadBytes = 0;
    }
  }

  #fillPayload(bytes: Uint8Array, from: number): number {
    const payload = this.#payload;
    if (!payload) return from;
    const end = Math.min(bytes.length, from + payload.length - this.#payloadBytes);
    payload.set(bytes.subarray(from, end), this.#payloadBytes);
    this.#payloadBytes += end - from;
    return end;
  }

  #finishFrame(): void {
    const payload = this.#payload;
    if (!payload) return;
    const first = this.#header[0] ?? 0;
    if ((this.#header[1] ?? 0) & 0x80) this.#unmask(payload);
    this.#payload = undefined;
    this.#headerBytes = 0;
    const opcode = first & 0x0f;
    if (opcode === OPCODE_CLOSE) {
      this.#done = true;
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#listener.close(code, payload.subarray(2).toString('utf8'));
    } else if (opcode === OPCODE_TEXT || opcode === OPCODE_BINARY || opcode === OPCODE_CONTINUATION) {
      this.#addFragment(opcode, payload, (first & 0x80) !== 0);
    }
  }

  #unmask(payload: Buffer): void {
    const keyAt = this.#headerLength() - 4;
    for (let at = 0; at < payload.length; at++) {
      payload[at] = (payload[at] ?? 0) ^ (this.#header[keyAt + (at & 3)] ?? 0);
    }
  }

  #addFragment(opcode: number, payload: Buffer, final: boolean): void {
    if (opcode !== OPCODE_CONTINUATION) this.#messageOpcode = opcode;
    // Empty fragments are not stored, because a message can have any number of them.
    if (payload.length > 0) this.#fragments.push(payload);
    this.#fragmentBytes += payload.length;
    if (!final) return;
    const message = Buffer.concat(this.#fragments);
    this.#fragments = [];
    this.#fragmentBytes = 0;
    if (this.#messageOpcode === OPCODE_TEXT) this.#listener.text(message.toString('utf8'));
    else if (this.#messageOpcode === OPCODE_BINARY) this.#listener.binary(message);
    this.#messageOpcode = OPCODE_CONTINUATION;
  }

  #stop(reason: string): void {
    this.#done = true;
    this.#fragments = [];
    this.#listener.unreadable(reason);
  }
}
