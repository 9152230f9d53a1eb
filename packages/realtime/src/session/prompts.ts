import type { RealtimeService } from '../service/service.js';
import type { LiveSession } from './live-session.js';

/** What the model is told as text, and the requests for its replies. */
export class Prompts {
  readonly #session: LiveSession;
  readonly #service: RealtimeService;
  /** What the reply that was requested last is to say. */
  #askedWords: string | undefined;
  /** Texts that the service takes together with the request for its reply, until that is made. */
  #withRequest: string[] = [];

  constructor(session: LiveSession, service: RealtimeService) {
    this.#session = session;
    this.#service = service;
  }

  /** Has the model say this to the caller. */
  say(words: string): void {
    const session = this.#session;
    if (session.link?.ask && !session.replying) {
      session.dispatch({ type: 'replyAsked' });
      this.ask(words);
    } else {
      this.tell(`Say to the caller: ${words}`, true);
    }
  }

  /** @param reply - whether the model should reply to it */
  tell(text: string, reply: boolean): void {
    const session = this.#session;
    const { link } = session;
    if (session.state === 'closed' || session.ending) return;
    if (link && !link.text) {
      session.reportProblem('NO_TEXT', `${this.#service.name} does not support text: a text was not sent`);
      return;
    }
    session.history.add('caller', text);
    if (!link?.text) {
      session.history.addUnsent(text);
      if (reply) session.dispatch({ type: 'want' });
      return;
    }
    const asks = reply && link.ask !== undefined;
    if (asks && this.#service.can.textAsks) this.#withRequest.push(text);
    else link.text(text, reply && !asks);
    if (asks) session.dispatch({ type: 'want' });
  }

  /** Requests a reply. The dialogue decides when. */
  ask(words?: string): void {
    this.#askedWords = words;
    const { link } = this.#session;
    const texts = words === undefined ? this.#withRequest.splice(0) : [];
    if (texts.length > 0) link?.text?.(texts.join('\n'), true);
    else link?.ask?.(words);
  }

  /**
   * The dialogue has changed. If it no longer wants a reply to the texts, because the caller has interrupted, a tool will
   * start a reply, or the call ends, they are sent as context.
   */
  onDialogue(replyWanted: boolean): void {
    if (replyWanted) return;
    for (const text of this.#withRequest.splice(0)) this.#session.link?.text?.(text, false);
  }

  /** The connection was lost. */
  onConnectionLost(): void {
    for (const text of this.#withRequest.splice(0)) this.#session.history.addUnsent(text);
  }

  /** The service refused the last request, because it is generating another reply. */
  onAskRefused(): void {
    const session = this.#session;
    if (!session.asks) return;
    session.dispatch({ type: 'askRefused' });
    if (this.#askedWords !== undefined) this.say(this.#askedWords);
  }
}
