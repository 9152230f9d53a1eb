import type { RealtimeService } from '../service/service.js';
import type { DialogueEvent } from './dialogue.js';
import type { LiveSession } from './live-session.js';

/** What the model is told as text, and the requests for its replies. */
export class Prompts {
  readonly #session: LiveSession;
  readonly #service: RealtimeService;
  /** What the reply that was requested last is to say, until it has, or was withdrawn. */
  #askedWords: string | undefined;
  /** Texts that the service takes together with the request for its reply, until that is made. */
  #withRequest: string[] = [];
  #owes = false;
  #reportedNoText = false;

  constructor(session: LiveSession, service: RealtimeService) {
    this.#session = session;
    this.#service = service;
  }

  /** Whether the reply that is wanted is one that the bot's own code has asked for. */
  get owes(): boolean {
    return this.#owes;
  }

  /** Has the model say this to the caller. */
  say(words: string): void {
    const session = this.#session;
    if (session.state === 'closed' || session.ending) return;
    if (session.link?.ask && !session.replying) {
      const earlier = this.#askedWords;
      session.dispatch({ type: 'replyAsked' });
      this.ask(earlier === undefined ? words : `${earlier} ${words}`);
    } else {
      this.tellForReply(toSay(words));
    }
  }

  /** The bot's own code has the model reply to this. Unlike other replies, it is still requested once the session ends. */
  tellForReply(text: string): void {
    this.#owes = true;
    this.tell(text, true);
  }

  /** @param reply - whether the model should reply to it */
  tell(text: string, reply: boolean): void {
    const session = this.#session;
    if (session.state !== 'closed' && !session.ending) this.#send(text, reply);
  }

  #send(text: string, reply: boolean): void {
    const session = this.#session;
    const { link } = session;
    if (link && !link.text) {
      if (reply) this.#owes = false;
      this.#reportNoText();
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

  /** Once: a listener that answers a problem with a text would otherwise cause the next one, without end. */
  #reportNoText(): void {
    if (this.#reportedNoText) return;
    this.#reportedNoText = true;
    const { name } = this.#service;
    this.#session.reportProblem('NO_TEXT', `${name} does not support text: a text was not sent`);
  }

  /** Requests a reply. The dialogue decides when. Without words, it repeats those of a request that was to no avail. */
  ask(words?: string): void {
    const { link, history } = this.#session;
    const unsaid = words === undefined ? this.#askedWords : undefined;
    if (unsaid !== undefined && link?.text) {
      // As a text, they are part of the conversation, so that later requests and sessions include them.
      history.add('caller', toSay(unsaid));
      if (this.#service.can.textAsks) this.#withRequest.push(toSay(unsaid));
      else link.text(toSay(unsaid), false);
    }
    this.#request(link?.text ? words : (words ?? unsaid));
  }

  #request(words: string | undefined): void {
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
    this.#owes = false;
    for (const text of this.#withRequest.splice(0)) this.#session.link?.text?.(text, false);
  }

  /** Words that were said, or whose reply is withdrawn, are not repeated. */
  onEvent(event: DialogueEvent): void {
    const isOver = event.type === 'replyOver' && (event.how === 'done' || event.how === 'cancelled');
    if (isOver || event.type === 'interrupted' || event.type === 'speechStart') this.#askedWords = undefined;
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
    const words = this.#askedWords;
    this.#askedWords = undefined;
    if (words === undefined) return;
    this.#owes = true;
    // Not with `say`, which does nothing once the session ends: these words were requested before.
    this.#send(toSay(words), true);
  }
}

/** Words to say, as a text to the model. */
function toSay(words: string): string {
  return `Say to the caller: ${words}`;
}
