import type { WireSink } from '@hookline/protocol';
import { FrameReader } from './frame-reader.js';

/** Longest head of a request or response that is recorded. */
export const MAX_HEAD_BYTES = 64 * 1024;

const END_OF_HEAD = '\r\n\r\n';

/** The request that begins a call. */
export interface UpgradeHead {
  /** Without the empty line at its end. */
  readonly head: string;
  /** Path and query as they came. */
  readonly target: string;
  /** The header `Host`; empty where there is none. */
  readonly host: string;
}

export interface CallTapOptions {
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  /** A WebSocket is asked for: returns what takes down the call. Not called for other requests. */
  readonly record: (request: UpgradeHead) => WireSink;
  /** Something that passes but cannot be recorded. */
  readonly onUnreadable: (why: string) => void;
}

/** Reads along what a caller and a bot send each other on one connection. Changes nothing and holds nothing up. */
export class CallTap {
  readonly #options: CallTapOptions;
  readonly #request = new HeadReader();
  readonly #response = new HeadReader();
  readonly #caller = this.#frames('in');
  readonly #bot = this.#frames('out');
  #sink: WireSink | undefined;
  #beganAt = 0;
  #upgraded = false;
  #ended = false;
  #closed: { readonly by: 'self' | 'peer'; readonly code: number; readonly reason: string } | undefined;

  constructor(options: CallTapOptions) {
    this.#options = options;
  }

  /** Takes what the caller sent. */
  fromCaller(bytes: Uint8Array): void {
    if (this.#sink) {
      this.#caller.push(bytes);
      return;
    }
    const read = this.#request.push(bytes);
    const request = read && upgradeOf(read.head);
    if (!request) return;
    this.#beganAt = this.#options.now();
    this.#sink = this.#options.record(request);
    this.#sink.event({ kind: 'request', t: 0, dir: 'in', head: request.head });
    this.#caller.push(read.rest);
  }

  /** Takes what the bot sent. */
  fromBot(bytes: Uint8Array): void {
    if (this.#upgraded) {
      this.#bot.push(bytes);
      return;
    }
    const read = this.#sink && this.#response.push(bytes);
    if (!read) return;
    const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(read.head)?.[1] ?? 0);
    this.#sink?.event({ kind: 'response', t: this.#t(), dir: 'out', head: read.head, status });
    this.#upgraded = status === 101;
    if (this.#upgraded) this.#bot.push(read.rest);
  }

  /** Both connections are over. Idempotent. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const { by, code, reason } = this.#closed ?? { by: 'loss', code: 1006, reason: '' };
    this.#sink?.event({ kind: 'end', t: this.#t(), by, code, reason });
  }

  #frames(dir: 'in' | 'out'): FrameReader {
    return new FrameReader({
      text: (text) => {
        const type = typeOf(text);
        this.#sink?.event({
          kind: 'message',
          t: this.#t(),
          dir,
          text,
          ...(type === undefined ? {} : { type }),
        });
      },
      binary: (bytes) => this.#sink?.audio?.(dir, this.#t(), bytes),
      close: (code, reason) => {
        // As at a server: the bot's side is the own one.
        this.#closed ??= { by: dir === 'out' ? 'self' : 'peer', code, reason };
      },
      unreadable: (why) =>
        this.#options.onUnreadable(
          `${dir === 'in' ? 'the caller' : 'the bot'} sent what is not recorded: ${why}`,
        ),
    });
  }

  #t(): number {
    return this.#options.now() - this.#beganAt;
  }
}

/** Collects the head of a request or response. */
class HeadReader {
  #bytes = Buffer.alloc(0);
  #over = false;

  /** The head and what came behind it, once it is whole. */
  push(bytes: Uint8Array): { readonly head: string; readonly rest: Uint8Array } | undefined {
    if (this.#over) return undefined;
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    const end = this.#bytes.indexOf(END_OF_HEAD);
    this.#over = end >= 0 || this.#bytes.length > MAX_HEAD_BYTES;
    if (end < 0) return undefined;
    return {
      head: this.#bytes.toString('latin1', 0, end),
      rest: this.#bytes.subarray(end + END_OF_HEAD.length),
    };
  }
}

/** What a request asks for, where it asks for a WebSocket. */
function upgradeOf(head: string): UpgradeHead | undefined {
  const target = /^GET (\S+) HTTP\/1\.1\r\n/.exec(head)?.[1];
  if (target === undefined || !/^upgrade:[ \t]*websocket[ \t]*$/im.test(head)) return undefined;
  return { head, target, host: /^host:[ \t]*(\S*)/im.exec(head)?.[1] ?? '' };
}

function typeOf(text: string): string | undefined {
  try {
    const message: unknown = JSON.parse(text);
    const type =
      typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;
    return typeof type === 'string' ? type : undefined;
  } catch {
    return undefined;
  }
}
