import type { ClientMessage, ServerMessage } from '@hookline/protocol';

/**
 * Tells when a recorded caller was put on hold. `paused` and `resumed` say it only where they do not answer the bot's
 * own `pause` and `resume`. (AC-PAUSE-7)
 */
export class HoldReader {
  /** What of the bot is still to be answered, the oldest first. */
  readonly #asked: ('pause' | 'resume')[] = [];
  #held = false;

  /** Takes note of a message of the bot. */
  bot(message: ServerMessage): void {
    if (message.type === 'pause' || message.type === 'resume') this.#asked.push(message.type);
    else if (message.type === 'opened' && message.parameters.startPaused) this.#asked.push('pause');
  }

  /** What a message of the caller says of a hold; undefined where it begins or ends none. */
  caller({ type }: ClientMessage): { readonly do: 'hold' | 'unhold' } | undefined {
    if (type !== 'paused' && type !== 'resumed') return undefined;
    const answered = this.#asked.shift();
    // A pause that is answered says nothing of a hold; a resume that is answered with paused does.
    if (type === 'paused') return answered === 'pause' || this.#held ? undefined : this.#holds(true);
    return this.#held ? this.#holds(false) : undefined;
  }

  #holds(held: boolean): { readonly do: 'hold' | 'unhold' } {
    this.#held = held;
    return { do: held ? 'hold' : 'unhold' };
  }
}
