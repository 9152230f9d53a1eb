import type { WireSink } from '@hookline/protocol';
import { quote } from '@hookline/runtime';
import { FrameReader } from './frame-reader.js';

/** The longest head of a request or response that is recorded. */
export const MAX_HEAD_BYTES = 64 * 1024;

const END_OF_HEAD = '\r\n\r\n';

/** The upgrade request of a call. */
export interface UpgradeRequest {
  /** Without the empty line at its end. */
  readonly head: string;
  /** Path and query, unchanged. */
  readonly target: string;
  /** The header `Host`; empty without one. */
  readonly host: string;
}

export interface CallTapOptions {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** Called for a WebSocket upgrade request only. Returns the sink that records the call. */
  readonly onUpgrade: (request: UpgradeRequest) => WireSink;
  /** Called for data that is forwarded but cannot be recorded. */
  readonly onUnreadable: (reason: string) => void;
}

/** Parses the data that caller and bot send on one connection, without changing or delaying it. */
export class CallTap {
  readonly #options: CallTapOptions;
  readonly #request = new HeadReader();
  readonly #response = new HeadReader();
  readonly #caller = this.#frames('in');
  readonly #bot = this.#frames('out');
  #sink: WireSink | undefined;
  #startedAt = 0;
  #isAnswered = false;
  #upgraded = false;
  #hasEnded = false;
  #closeFrame: { readonly by: 'self' | 'peer'; readonly code: number; readonly reason: string } | undefined;

  constructor(options: CallTapOptions) {
    this.#options = options;
  }

  /** Whether the caller asked for a call and the bot has not answered yet. */
  get isWaiting(): boolean {
    return this.#sink !== undefined && !this.#isAnswered;
  }

  /** Adds bytes from the caller. */
  fromCaller(bytes: Uint8Array): void {
    if (this.#sink) {
      this.#caller.push(bytes);
      return;
    }
    const read = this.#request.push(bytes);
    const request = read && parseUpgradeRequest(read.head);
    if (!request) return;
    this.#startedAt = this.#options.now();
    this.#sink = this.#options.onUpgrade(request);
    this.#sink.event({ kind: 'request', t: 0, dir: 'in', head: request.head });
    this.#caller.push(read.rest);
  }

  /** Adds bytes from the bot. */
  fromBot(bytes: Uint8Array): void {
    if (this.#upgraded) {
      this.#bot.push(bytes);
      return;
    }
    const read = this.#sink && this.#response.push(bytes);
    if (!read) return;
    this.#isAnswered = true;
    const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(read.head)?.[1] ?? 0);
    if (status === 0) {
      this.#options.onUnreadable(
        `the response of the bot is not HTTP but begins with ${quote(read.head)}; check that --forward-to is the address of the bot`,
      );
    }
    this.#sink?.event({ kind: 'response', t: this.#elapsedMs(), dir: 'out', head: read.head, status });
    this.#upgraded = status === 101;
    if (this.#upgraded) this.#bot.push(read.rest);
  }

  /** Records the end of the connection. Idempotent. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const { by, code, reason } = this.#closeFrame ?? { by: 'loss', code: 1006, reason: '' };
    this.#sink?.event({ kind: 'end', t: this.#elapsedMs(), by, code, reason });
  }

  #frames(dir: 'in' | 'out'): FrameReader {
    return new FrameReader({
      text: (text) => {
        const type = messageTypeOf(text);
        this.#sink?.event({
          kind: 'message',
          t: this.#elapsedMs(),
          dir,
          text,
          ...(type === undefined ? {} : { type }),
        });
      },
      binary: (bytes) => this.#sink?.audio?.(dir, this.#elapsedMs(), bytes),
      close: (code, reason) => {
        // The vantage is that of a server: `self` is the bot.
        this.#closeFrame ??= { by: dir === 'out' ? 'self' : 'peer', code, reason };
      },
      unreadable: (reason) =>
        this.#options.onUnreadable(
          `data of ${dir === 'in' ? 'the caller' : 'the bot'} is not recorded: ${reason}`,
        ),
    });
  }

  #elapsedMs(): number {
    return this.#options.now() - this.#startedAt;
  }
}

/** Collects the head of a request or response. */
class HeadReader {
  #bytes = Buffer.alloc(0);
  #done = false;

  /** Adds bytes. Returns the head and the bytes after it when the head is complete. */
  push(bytes: Uint8Array): { readonly head: string; readonly rest: Uint8Array } | undefined {
    if (this.#done) return undefined;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const end = this.#bytes.indexOf(END_OF_HEAD);
    this.#done = end >= 0 || this.#bytes.length > MAX_HEAD_BYTES;
    if (end < 0) return undefined;
    return {
      head: this.#bytes.toString('latin1', 0, end),
      rest: this.#bytes.subarray(end + END_OF_HEAD.length),
    };
  }
}

/** Parses a WebSocket upgrade request. Undefined for any other request. */
function parseUpgradeRequest(head: string): UpgradeRequest | undefined {
  const target = /^GET (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1];
  if (target === undefined || !/^upgrade:[ \t]*websocket[ \t]*$/im.test(head)) return undefined;
  return { head, target, host: /^host:[ \t]*(\S*)/im.exec(head)?.[1] ?? '' };
}

function messageTypeOf(text: string): string | undefined {
  try {
    const message: unknown = JSON.parse(text);
    const type =
      typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;
    return typeof type === 'string' ? type : undefined;
  } catch {
    return undefined;
  }
}
