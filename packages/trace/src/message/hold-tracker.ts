import type { SkimmedClientMessage, SkimmedServerMessage } from './skim-message.js';

/** The start or end of a hold. */
export interface HoldChange {
  readonly type: 'hold' | 'unhold';
  /** Whether it happened just now: the end of a hold has no message if the bot holds a pause then, and is noticed later. */
  readonly isExact: boolean;
}

/**
 * Detects when the caller of a recorded call was put on hold. `paused` and `resumed` mean a hold only if they do not answer
 * `pause` and `resume` of the bot. (AC-PAUSE-7)
 *
 * A hold that ends while the bot holds a pause is not reported, because caller audio stays paused. It
 * has ended at the latest when the client plays again, or answers `resume` with `resumed`.
 */
export class HoldTracker {
  /** Messages of the bot that have no answer yet, oldest first. */
  readonly #unanswered: ('pause' | 'resume')[] = [];
  #isBotPaused = false;
  #held = false;
  /** Whether the bot has held a pause during the hold. */
  #mayHaveEnded = false;
  /** Whether the next end of a playback may be due to a barge-in, which ends one on hold too. */
  #isFlushed = false;

  /** Handles a message of the bot. */
  onBotMessage(message: SkimmedServerMessage): void {
    if (message.type === 'pause') this.#pause();
    else if (message.type === 'opened' && message.parameters.startPaused) this.#pause();
    else if (message.type === 'resume') {
      this.#unanswered.push('resume');
      this.#isBotPaused = false;
    } else if (isBargeIn(message)) this.#isFlushed = true;
  }

  /** Handles a message of the caller. Returns the start or end of a hold, or undefined. */
  onCallerMessage({ type }: SkimmedClientMessage): HoldChange | undefined {
    switch (type) {
      case 'paused': {
        // As the answer to `pause` it is not a hold; as the answer to `resume` it is.
        const answered = this.#unanswered.shift();
        return answered === 'pause' || this.#held ? undefined : this.#setHeld(true, true);
      }
      case 'resumed': {
        const answered = this.#unanswered.shift();
        return this.#held ? this.#setHeld(false, answered !== 'resume') : undefined;
      }
      case 'playback_started':
      case 'playback_completed': {
        const isFlushed = this.#isFlushed && type === 'playback_completed';
        this.#isFlushed = false;
        return this.#mayHaveEnded && !isFlushed ? this.#setHeld(false, false) : undefined;
      }
      default:
        return undefined;
    }
  }

  #pause(): void {
    this.#unanswered.push('pause');
    this.#isBotPaused = true;
    this.#mayHaveEnded = this.#held;
  }

  #setHeld(held: boolean, isExact: boolean): HoldChange {
    this.#held = held;
    this.#mayHaveEnded = held && this.#isBotPaused;
    return { type: held ? 'hold' : 'unhold', isExact };
  }
}

/** Whether the bot drops what it has sent. */
export function isBargeIn(message: SkimmedServerMessage): boolean {
  return message.type === 'event' && message.parameters.entities.some(({ type }) => type === 'barge_in');
}
