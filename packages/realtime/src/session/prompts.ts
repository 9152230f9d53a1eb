import type { RealtimeService } from '../service/service.js';
import type { DialogueEvent } from './dialogue.js';
import type { LiveSession } from './live-session.js';

/** What the model is told as text, and the requests for its replies. */
export class Prompts {
  readonly #session: LiveSession;
  readonly #service: RealtimeService;
  /** What the reply that was requested last is to say, until it has, or was withdrawn. */
  #askedWords: string | undefined;
  /**
   * Texts that wait for the request for their reply: because the service takes both together, or because the words that
   * were requested last come first, which may have to be requested again.
   */
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
    // What the bot has said before, and which waits for the end of the caller's speech, comes first.
    if (session.link?.ask && !session.replying && !this.#owes) {
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

  /** @param isFirst - whether it comes before the texts that wait for a request */
  #send(text: string, reply: boolean, isFirst = false): void {
    const session = this.#session;
    const { link } = session;
    if (link && !link.text) {
      if (reply) this.#owes = false;
      this.#reportNoText();
      return;
    }
    if (!link?.text) {
      if (reply) this.#keepUnsaid();
      this.#keep(text);
      if (reply) session.dispatch({ type: 'want' });
      return;
    }
    const asks = reply && link.ask !== undefined;
    const waits =
      this.#service.can.textAsks || this.#askedWords !== undefined || this.#withRequest.length > 0;
    if (asks && waits) {
      if (isFirst) this.#withRequest.unshift(text);
      else this.#withRequest.push(text);
    } else {
      session.history.add('caller', text);
      link.text(text, reply && !asks);
    }
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
    const hasText = this.#session.link?.text !== undefined;
    const unsaid = words === undefined ? this.#askedWords : undefined;
    // As a text, they are part of the conversation, so that later requests and sessions include them.
    if (unsaid !== undefined && hasText) this.#withRequest.unshift(toSay(unsaid));
    this.#request(hasText ? words : (words ?? unsaid));
  }

  #request(words: string | undefined): void {
    this.#askedWords = words;
    const { link } = this.#session;
    const texts = words === undefined ? this.#takeWaiting() : [];
    if (texts.length > 0 && this.#service.can.textAsks) {
      link?.text?.(texts.join('\n'), true);
      return;
    }
    for (const text of texts) link?.text?.(text, false);
    link?.ask?.(words);
  }

  /** The texts that waited for a request, which are told now. */
  #takeWaiting(): readonly string[] {
    const texts = this.#withRequest.splice(0);
    for (const text of texts) this.#session.history.add('caller', text);
    return texts;
  }

  /** No session is connected: the words that were requested last come before what is told now. */
  #keepUnsaid(): void {
    const words = this.#askedWords;
    this.#askedWords = undefined;
    if (words !== undefined) this.#keep(toSay(words));
  }

  #keep(text: string): void {
    const { history } = this.#session;
    history.add('caller', text);
    history.addUnsent(text);
  }

  /**
   * The dialogue has changed. If it no longer wants a reply to the texts, because the caller has interrupted, a tool will
   * start a reply, or the call ends, they are sent as context.
   */
  onDialogue(replyWanted: boolean): void {
    if (replyWanted) return;
    this.#owes = false;
    for (const text of this.#takeWaiting()) this.#session.link?.text?.(text, false);
  }

  /** Words that were said, or whose reply is withdrawn, are not repeated. */
  onEvent(event: DialogueEvent): void {
    const isOver = event.type === 'replyOver' && (event.how === 'done' || event.how === 'cancelled');
    if (isOver || event.type === 'interrupted' || event.type === 'speechStart') this.#askedWords = undefined;
  }

  /** The connection was lost. */
  onConnectionLost(): void {
    if (this.#withRequest.length > 0) this.#keepUnsaid();
    for (const text of this.#withRequest.splice(0)) this.#keep(text);
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
    this.#send(toSay(words), true, true);
  }
}

/** Words to say, as a text to the model. */
function toSay(words: string): string {
  return `Say to the caller: ${words}`;
}
