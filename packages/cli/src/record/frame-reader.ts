/** What a `FrameReader` found in the bytes of one direction. */
export interface FrameListener {
  text(text: string): void;
  binary(bytes: Uint8Array): void;
  /** A close frame; 1005 where it gives no code. */
  close(code: number, reason: string): void;
  /** Something that cannot be read: nothing more is reported of this direction. */
  unreadable(why: string): void;
}

/** More than any message of the protocol: what is longer passes, and is not recorded. */
export const MAX_RECORDED_MESSAGE_BYTES = 1024 * 1024;

const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const LONGEST_HEADER = 14;

/** Reads the WebSocket frames of one direction as they pass by, without a part in the conversation. (RFC 6455, 5.2) */
export class FrameReader {
  readonly #listener: FrameListener;
  readonly #header = Buffer.alloc(LONGEST_HEADER);
  #headerBytes = 0;
  #payload: Buffer | undefined;
  #payloadBytes = 0;
  /** Of a message in several frames: what it is, and what of it has come. */
  #kind = CONTINUATION;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #over = false;

  constructor(listener: FrameListener) {
    this.#listener = listener;
  }

  /** Takes the next bytes. They are not kept. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (!this.#over && (at < bytes.length || this.#isComplete())) {
      at = this.#payload ? this.#fillPayload(bytes, at) : this.#fillHeader(bytes, at);
      if (this.#isComplete()) this.#frame();
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
    if (this.#headerBytes === this.#headerLength()) this.#begin();
    return at;
  }

  /** As far as it is known: the second byte says how long it is. */
  #headerLength(): number {
    if (this.#headerBytes < 2) return 2;
    const second = this.#header[1] ?? 0;
    const short = second & 0x7f;
    return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0);
  }

  #begin(): void {
    const first = this.#header[0] ?? 0;
    const short = (this.#header[1] ?? 0) & 0x7f;
    const length =
      short === 126
        ? this.#header.readUInt16BE(2)
        : short === 127
          ? Number(this.#header.readBigUInt64BE(2))
          : short;
    if (first & 0x70) {
      this.#stop('its frames are compressed or otherwise extended');
    } else if (length + this.#partBytes > MAX_RECORDED_MESSAGE_BYTES) {
      this.#stop(
        `a message of ${length + this.#partBytes} bytes or more; at most ${MAX_RECORDED_MESSAGE_BYTES} are recorded`,
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

  #frame(): void {
    const payload = this.#payload;
    if (!payload) return;
    const first = this.#header[0] ?? 0;
    if ((this.#header[1] ?? 0) & 0x80) this.#unmask(payload);
    this.#payload = undefined;
    this.#headerBytes = 0;
    const opcode = first & 0x0f;
    if (opcode === CLOSE) {
      this.#over = true;
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      this.#listener.close(code, payload.subarray(2).toString('utf8'));
    } else if (opcode === TEXT || opcode === BINARY || opcode === CONTINUATION) {
      this.#part(opcode, payload, (first & 0x80) !== 0);
    }
  }

  #unmask(payload: Buffer): void {
    const keyAt = this.#headerLength() - 4;
    for (let at = 0; at < payload.length; at++) {
      payload[at] = (payload[at] ?? 0) ^ (this.#header[keyAt + (at & 3)] ?? 0);
    }
  }

  #part(opcode: number, payload: Buffer, final: boolean): void {
    if (opcode !== CONTINUATION) this.#kind = opcode;
    // Of empty parts there may be any number.
    if (payload.length > 0) this.#parts.push(payload);
    this.#partBytes += payload.length;
    if (!final) return;
    const message = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#partBytes = 0;
    if (this.#kind === TEXT) this.#listener.text(message.toString('utf8'));
    else if (this.#kind === BINARY) this.#listener.binary(message);
    this.#kind = CONTINUATION;
  }

  #stop(why: string): void {
    this.#over = true;
    this.#parts = [];
    this.#listener.unreadable(why);
  }
}
