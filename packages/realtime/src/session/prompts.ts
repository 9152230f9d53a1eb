import type { LiveSession } from './live-session.js';

/** What the model is told as text, and the requests for its replies. */
export class Prompts {
  readonly #session: LiveSession;
  readonly #serviceName: string;
  /** What the reply that was requested last is to say. */
  #askedWords: string | undefined;

  constructor(session: LiveSession, serviceName: string) {
    this.#session = session;
    this.#serviceName = serviceName;
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
      session.reportProblem('NO_TEXT', `${this.#serviceName} does not support text: a text was not sent`);
      return;
    }
    session.history.add('caller', text);
    if (!link?.text) {
      session.history.addUnsent(text);
      if (reply) session.dispatch({ type: 'want' });
      return;
    }
    const asks = reply && link.ask !== undefined;
    link.text(text, reply && !asks);
    if (asks) session.dispatch({ type: 'want' });
  }

  /** Requests a reply. The dialogue decides when. */
  ask(words?: string): void {
    this.#askedWords = words;
    this.#session.link?.ask?.(words);
  }

  /** The service refused the last request, because it is generating another reply. */
  onAskRefused(): void {
    const session = this.#session;
    if (!session.asks) return;
    session.dispatch({ type: 'askRefused' });
    if (this.#askedWords !== undefined) this.say(this.#askedWords);
  }
}
