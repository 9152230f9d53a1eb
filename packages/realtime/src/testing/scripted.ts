import {
  type Cancel,
  type Clock,
  contain,
  describeValue,
  messageOf,
  type NumberRule,
} from '@hookline/runtime';
import { checkNames, number, oneOf } from '../checked-options.js';
import { RealtimeError } from '../error.js';
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
  /** Overrides of the abilities; by default the service supports everything, except for `endsConversation` and `textAsks`. */
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

const OPTIONS: Readonly<Record<keyof ScriptedOptions, true>> = {
  name: true,
  input: true,
  output: true,
  can: true,
  connectMs: true,
  refuse: true,
  onAsk: true,
  onText: true,
  onToolResult: true,
};

const ABILITIES: Readonly<Record<keyof ServiceAbilities, true>> = {
  truncate: true,
  vad: true,
  text: true,
  cancel: true,
  resume: true,
  endsTurnAfterTool: true,
  endsConversation: true,
  textAsks: true,
};

const TIME: NumberRule = { min: 0, max: 86_400_000 };

/** The options of a reply. */
type ReplyOptions = NonNullable<Parameters<ScriptedLink['reply']>[2]>;

const REPLY_OPTIONS: Readonly<Record<keyof ReplyOptions, true>> = {
  parts: true,
  byte: true,
  chunkMs: true,
  everyMs: true,
  text: true,
  done: true,
};

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
 * reproducible on a `VirtualClock`. A callback that throws or rejects ends its session: the error is the `cause` of the
 * `RealtimeFailure`.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION` naming the option; so do the methods of its links
 */
export function scripted(options: ScriptedOptions = {}): ScriptedService {
  checkOptions(options);
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
      if (!latest) {
        throw new Error(
          'scripted: no session has connected yet; start the call and advance the clock before you use `link`.',
        );
      }
      return latest;
    },
    connect(host, start, signal) {
      attempts += 1;
      const refused = options.refuse?.(attempts);
      if (refused !== undefined && !(refused instanceof Error)) {
        // The promise of an `async` function may reject, which nobody else would handle.
        void contain(refused);
        throw badOption('the result of refuse', refused, 'a RealtimeError, or undefined to accept');
      }
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

function checkOptions(options: ScriptedOptions): void {
  checkNames('scripted: ', options, OPTIONS);
  if (options.name !== undefined && (typeof options.name !== 'string' || options.name === ''))
    throw badOption('name', options.name, 'a non-empty string');
  for (const field of ['input', 'output'] as const) checkShape(field, options[field]);
  if (options.can !== undefined) {
    checkNames('scripted: can: ', options.can, ABILITIES);
    const { resume, ...flags } = options.can;
    if (resume !== false) oneOf('scripted: can.resume', resume, ['handle', 'history']);
    for (const [name, value] of Object.entries(flags))
      if (value !== undefined && typeof value !== 'boolean')
        throw badOption(`can.${name}`, value, 'a boolean');
  }
  number('scripted: connectMs', options.connectMs ?? 0, TIME);
  for (const field of ['refuse', 'onAsk', 'onText', 'onToolResult'] as const) {
    const callback: unknown = options[field];
    if (callback !== undefined && typeof callback !== 'function')
      throw badOption(field, callback, 'a function');
  }
}

function checkShape(field: string, shape: AudioShape | undefined): void {
  if (shape === undefined) return;
  checkNames(`scripted: ${field}: `, shape, { encoding: true, rate: true });
  oneOf(`scripted: ${field}.encoding`, shape.encoding ?? '', ['pcmu', 'pcm16']);
  number(`scripted: ${field}.rate`, shape.rate, { min: 8000, max: 192_000, integer: true });
}

/** @throws RealtimeError `REALTIME_BAD_OPTION` */
function checkReply(id: string, ms: number, options: ReplyOptions): void {
  if (typeof id !== 'string' || id === '') throw badOption('reply: id', id, 'a non-empty string');
  number('scripted: reply: ms', ms, TIME);
  checkNames('scripted: reply: ', options ?? null, REPLY_OPTIONS);
  const { parts, byte = 0, chunkMs = 400, everyMs = 0, text, done } = options;
  if (parts !== undefined && !(Array.isArray(parts) && parts.length > 0 && parts.every(isName)))
    throw badOption('reply: parts', parts, 'an array of at least one name');
  number('scripted: reply: byte', byte, { min: 0, max: 255, integer: true });
  // A piece of no length would be sent for ever.
  number('scripted: reply: chunkMs', chunkMs, { min: 1, max: 60_000 });
  number('scripted: reply: everyMs', everyMs, TIME);
  if (text !== undefined && typeof text !== 'string') throw badOption('reply: text', text, 'a string');
  if (done !== undefined && typeof done !== 'boolean') throw badOption('reply: done', done, 'a boolean');
}

const isName = (value: unknown) => typeof value === 'string' && value !== '';

function badOption(field: string, value: unknown, expected: string): RealtimeError {
  return new RealtimeError(
    'REALTIME_BAD_OPTION',
    `scripted: ${field} is ${describeValue(value)}; expected ${expected}.`,
  );
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
        this.#call('onText', () => options.onText?.(this, text, reply));
      },
      ask: (words) => {
        record({ type: 'ask', words, atMs: clock.now() });
        this.#call('onAsk', () => options.onAsk?.(this, words));
      },
      toolResult: (id, result, reply) => {
        record({ type: 'toolResult', id, result, reply, atMs: clock.now() });
        this.#call('onToolResult', () => options.onToolResult?.(this, id, result, reply));
      },
      close: () => this.#close(),
    };
  }

  get audio(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#chunks));
  }

  reply(id: string, ms: number, options: ReplyOptions = {}): void {
    checkReply(id, ms, options);
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
    number('scripted: drop: code', code, { min: 1000, max: 4999, integer: true });
    if (typeof reason !== 'string') throw badOption('drop: reason', reason, 'a string');
    this.#stop();
    this.host.closed(code, reason);
  }

  /** Calls a function of the test. @throws RealtimeError `SERVICE_LOST` with its error */
  #call(name: string, run: () => unknown): void {
    const textOf = (error: unknown) => `scripted: ${name} failed: ${messageOf(error)}`;
    let returned: unknown;
    try {
      returned = run();
    } catch (error) {
      throw new RealtimeError('SERVICE_LOST', textOf(error), { cause: error });
    }
    // TypeScript accepts an async function here.
    if (returned !== undefined) {
      void contain(returned, (error) =>
        this.host.problem({ code: 'SERVICE_LOST', message: textOf(error), fatal: true }),
      );
    }
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
