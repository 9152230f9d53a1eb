import type { SkimmedClientMessage, SkimmedServerMessage } from './skim-message.js';

/**
 * Detects when the caller of a recorded call was put on hold. `paused` and `resumed` mean a hold only if they do not answer
 * `pause` and `resume` of the bot. (AC-PAUSE-7)
 */
export class HoldTracker {
  /** Messages of the bot that have no answer yet, oldest first. */
  readonly #unanswered: ('pause' | 'resume')[] = [];
  #held = false;

  /** Handles a message of the bot. */
  onBotMessage(message: SkimmedServerMessage): void {
    if (message.type === 'pause' || message.type === 'resume') this.#unanswered.push(message.type);
    else if (message.type === 'opened' && message.parameters.startPaused) this.#unanswered.push('pause');
  }

  /** Handles a message of the caller. Returns the start or end of a hold, or undefined. */
  onCallerMessage({ type }: SkimmedClientMessage): { readonly type: 'hold' | 'unhold' } | undefined {
    if (type !== 'paused' && type !== 'resumed') return undefined;
    const answered = this.#unanswered.shift();
    // `paused` as the answer to `pause` is not a hold; as the answer to `resume` it is.
    if (type === 'paused') return answered === 'pause' || this.#held ? undefined : this.#setHeld(true);
    return this.#held ? this.#setHeld(false) : undefined;
  }

  #setHeld(held: boolean): { readonly type: 'hold' | 'unhold' } {
    this.#held = held;
    return { type: held ? 'hold' : 'unhold' };
  }
}
