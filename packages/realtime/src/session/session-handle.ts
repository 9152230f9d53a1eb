import { checkArgument, contain } from '@hookline/runtime';
import type { Outputs } from '@hookline/server';
import { boolean, checkNames, oneOf } from '../checked-options.js';
import type { RealtimeErrorCode } from '../error.js';
import type { RealtimeStats } from '../metrics.js';
import type { RealtimeEvents, RealtimeSession, RealtimeState } from '../session.js';
import type { Heard } from './heard.js';
import type { LiveSession } from './live-session.js';

const EVENTS: Readonly<Record<keyof RealtimeEvents, true>> = {
  text: true,
  interrupted: true,
  tool: true,
  state: true,
  problem: true,
  usage: true,
};

/** @throws HooklineError `REALTIME_BAD_OPTION` */
function check(name: string, value: unknown, kind: 'text' | 'object' | 'function'): void {
  // A promise that was not awaited may reject later, which nobody else would handle.
  if (value instanceof Promise) void contain(value);
  checkArgument('REALTIME_BAD_OPTION' satisfies RealtimeErrorCode, name, value, kind);
}

/** The session as the bot's own code sees it. Checks what that passes. */
export class SessionHandle implements RealtimeSession {
  readonly #session: LiveSession;

  constructor(session: LiveSession) {
    this.#session = session;
  }

  get result(): Promise<Outputs | undefined> {
    return this.#session.result;
  }

  get state(): RealtimeState {
    return this.#session.state;
  }

  get stats(): RealtimeStats {
    return this.#session.metrics.stats;
  }

  say(text: string): void {
    check('session.say: text', text, 'text');
    this.#session.prompts.say(text);
  }

  tell(text: string, options: { readonly reply?: boolean } = {}): void {
    check('session.tell: text', text, 'text');
    checkNames('session.tell: ', options, { reply: true });
    boolean('session.tell: reply', options.reply);
    if (options.reply) this.#session.prompts.tellForReply(text);
    else this.#session.prompts.tell(text, false);
  }

  interrupt(): readonly Heard[] {
    return this.#session.interrupt('bot');
  }

  end(outputs: Outputs = {}, options: { readonly after?: 'reply' | 'now' } = {}): void {
    check('session.end: outputs', outputs, 'object');
    checkNames('session.end: ', options, { after: true });
    oneOf('session.end: after', options.after, ['reply', 'now']);
    this.#session.end(outputs, options.after);
  }

  on<E extends keyof RealtimeEvents>(event: E, listener: (event: RealtimeEvents[E]) => void): () => void {
    oneOf('session.on: event', event ?? null, Object.keys(EVENTS));
    check('session.on: listener', listener, 'function');
    return this.#session.emitter.on(event, listener);
  }
}
