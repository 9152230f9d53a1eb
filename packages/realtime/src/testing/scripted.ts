import type { Cancel, Clock } from '@hookline/runtime';
import type { RealtimeError } from '../error.js';
import { type AudioShape, bytesPerMs, PCMU_8K } from '../service/audio-shape.js';
import type {
  RealtimeService,
  ServiceAbilities,
  ServiceHost,
  ServiceLink,
  SessionStart,
} from '../service/service.js';

/** Options of `scripted`. */
export interface ScriptedOptions {
  /** Default `scripted`. */
  readonly name?: string;
  /** Default mu-law both ways. */
  readonly input?: AudioShape;
  readonly output?: AudioShape;
  /** Overrides of the abilities; by default the service supports everything. */
  readonly can?: Partial<ServiceAbilities>;
  /** How long a connection takes, in milliseconds of the session's clock; default 0. */
  readonly connectMs?: number;
  /** Returns the error of the nth connection (from 1), or undefined to accept it. Default: accept all. */
  readonly refuse?: (nth: number) => RealtimeError | undefined;
  /** Called when a reply is requested; default: nothing happens. */
  readonly onAsk?: (link: ScriptedLink, words: string | undefined) => void;
  /** Called when the session sends text. */
  readonly onText?: (link: ScriptedLink, text: string, reply: boolean) => void;
  /** Called when the session sends a tool result. */
  readonly onToolResult?: (link: ScriptedLink, id: string, result: unknown, reply: boolean) => void;
}

/** A call that the session made on the link. */
export type ScriptedCall =
  | { readonly type: 'truncate'; readonly part: string; readonly ms: number; readonly atMs: number }
  | { readonly type: 'cancel'; readonly replyId: string | undefined; readonly atMs: number }
  | { readonly type: 'text'; readonly text: string; readonly reply: boolean; readonly atMs: number }
  | { readonly type: 'ask'; readonly words: string | undefined; readonly atMs: number }
  | {
      readonly type: 'toolResult';
      readonly id: string;
      readonly result: unknown;
      readonly reply: boolean;
      readonly atMs: number;
    };

/** The service's side of one connection. */
export interface ScriptedLink {
  readonly host: ServiceHost;
  readonly start: SessionStart;
  readonly calls: readonly ScriptedCall[];
  /** All caller audio that arrived. */
  readonly audio: Uint8Array;
  readonly closed: boolean;
  /** The `bufferedBytes` that the session sees; settable. */
  bufferedBytes: number;
  /**
   * Sends a reply of `ms` of audio; by default at once, since services generate audio faster than it plays.
   *
   * @param options - `parts`: names of its items, over which the audio is spread evenly; `byte`: the value of each byte
   *   of the audio, default 0x2a; `chunkMs`: length of a piece, default 400; `everyMs`: time between two pieces,
   *   default 0; `text`: its words, reported before the audio; `done`: whether its end is reported, default true
   */
  reply(
    id: string,
    ms: number,
    options?: {
      readonly parts?: readonly string[];
      readonly byte?: number;
      readonly chunkMs?: number;
      readonly everyMs?: number;
      readonly text?: string;
      readonly done?: boolean;
    },
  ): void;
  /** Breaks the connection. */
  drop(code?: number, reason?: string): void;
}

/** A service for tests: the test controls what it does, and it records what it receives. */
export interface ScriptedService extends RealtimeService {
  /** Connections so far, oldest first. */
  readonly links: readonly ScriptedLink[];
  /** The latest connection. @throws Error if there is none */
  readonly link: ScriptedLink;
}

/**
 * A speech-to-speech service on the session's own clock, for the tests of bots: without a socket or an account, and
 * reproducible on a `VirtualClock`.
 */
export function scripted(options: ScriptedOptions = {}): ScriptedService {
  const links: Link[] = [];
  let attempts = 0;
  return {
    name: options.name ?? 'scripted',
    input: options.input ?? PCMU_8K,
    output: options.output ?? PCMU_8K,
    can: {
      truncate: true,
      vad: true,
      text: true,
      cancel: true,
      resume: 'history',
      endsTurnAfterTool: true,
      ...options.can,
    },
    links,
    get link() {
      const latest = links.at(-1);
      if (!latest) throw new Error('scripted: no session has connected yet');
      return latest;
    },
    connect(host, start, signal) {
      attempts += 1;
      const refused = options.refuse?.(attempts);
      return new Promise<ServiceLink>((resolve, reject) => {
        const cancel = host.clock.after(options.connectMs ?? 0, () => {
          if (refused) {
            reject(refused);
            return;
          }
          const link = new Link(host, start, options);
          links.push(link);
          resolve(link.forSession);
        });
        signal.addEventListener(
          'abort',
          () => {
            cancel();
            reject(signal.reason);
          },
          { once: true },
        );
      });
    },
  };
}

class Link implements ScriptedLink {
  readonly host: ServiceHost;
  readonly start: SessionStart;
  readonly calls: ScriptedCall[] = [];
  readonly forSession: ServiceLink;
  closed = false;
  bufferedBytes = 0;
  readonly #shape: AudioShape;
  readonly #clock: Clock;
  readonly #timers = new Set<Cancel>();
  readonly #chunks: Uint8Array[] = [];

  constructor(host: ServiceHost, start: SessionStart, options: ScriptedOptions) {
    this.host = host;
    this.start = start;
    this.#clock = host.clock;
    this.#shape = options.output ?? PCMU_8K;
    const link = this;
    const record = (call: ScriptedCall) => {
      this.calls.push(call);
    };
    const { clock } = host;
    this.forSession = {
      audio: (bytes) => {
        this.#chunks.push(Uint8Array.from(bytes));
      },
      get bufferedBytes() {
        return link.bufferedBytes;
      },
      truncate: (part, ms) => record({ type: 'truncate', part, ms, atMs: clock.now() }),
      cancel: (replyId) => record({ type: 'cancel', replyId, atMs: clock.now() }),
      text: (text, reply) => {
        record({ type: 'text', text, reply, atMs: clock.now() });
        options.onText?.(this, text, reply);
      },
      ask: (words) => {
        record({ type: 'ask', words, atMs: clock.now() });
        options.onAsk?.(this, words);
      },
      toolResult: (id, result, reply) => {
        record({ type: 'toolResult', id, result, reply, atMs: clock.now() });
        options.onToolResult?.(this, id, result, reply);
      },
      close: () => this.#close(),
    };
  }

  get audio(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks));
  }

  reply(id: string, ms: number, options: Parameters<ScriptedLink['reply']>[2] = {}): void {
    const { parts = [`${id}-1`], byte = 0x2a, chunkMs = 400, everyMs = 0, text, done = true } = options;
    this.host.replyStarted(id);
    if (text !== undefined) this.host.text('bot', text, { final: true, replyId: id });
    const perPartMs = ms / parts.length;
    const pieces: (() => void)[] = [];
    for (const part of parts) {
      for (let atMs = 0; atMs < perPartMs; atMs += chunkMs) {
        const bytes = Math.round(Math.min(chunkMs, perPartMs - atMs) * bytesPerMs(this.#shape));
        pieces.push(() => this.host.audio(id, part, new Uint8Array(bytes).fill(byte)));
      }
    }
    if (done) pieces.push(() => this.host.replyDone(id, 'done'));
    this.#play(pieces, everyMs);
  }

  drop(code = 1006, reason = ''): void {
    this.#stop();
    this.host.closed(code, reason);
  }

  #play(pieces: readonly (() => void)[], everyMs: number): void {
    for (const [index, piece] of pieces.entries()) {
      if (everyMs === 0 || index === 0) piece();
      else this.#timers.add(this.#clock.after(index * everyMs, piece));
    }
  }

  #close(): void {
    this.closed = true;
    this.#stop();
  }

  #stop(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }
}
