import { HoldTracker, isBargeIn } from './hold-tracker.js';
import type { Skimmed } from './skim-message.js';

/** Measures from the messages of a call how long each playback was played. The client plays nothing during a hold. */
export class PlayedTime {
  readonly #holds = new HoldTracker();
  #startedAt: number | undefined;
  /** Since when the call has been on hold, if it is, and for how long the current playback was before. */
  #heldSince: number | undefined;
  #heldMs = 0;
  /** Whether a hold in the current playback has ended before this was noticed. */
  #hasPlayedUnnoticed = false;
  /** Bot audio that no earlier playback has played, and no barge-in has dropped. */
  #receivedMs = 0;
  #isFlushed = false;

  /** Adds audio of the bot. */
  botAudio(ms: number): void {
    this.#receivedMs += ms;
  }

  /** Handles a message. Returns for how long the playback was played that it ends, if it ends one. */
  message(t: number, sent: Skimmed): number | undefined {
    if (!('message' in sent)) return undefined;
    if (sent.lane === 'bot') {
      this.#holds.onBotMessage(sent.message);
      if (isBargeIn(sent.message)) this.#flush();
      return undefined;
    }
    const change = this.#holds.onCallerMessage(sent.message);
    if (change) {
      if (this.#heldSince !== undefined) this.#heldMs += t - this.#heldSince;
      this.#heldSince = change.type === 'hold' ? t : undefined;
      if (!change.isExact) this.#hasPlayedUnnoticed = true;
    }
    switch (sent.message.type) {
      case 'playback_started':
        this.#startedAt = t;
        this.#heldMs = 0;
        if (this.#heldSince !== undefined) this.#heldSince = t;
        this.#hasPlayedUnnoticed = false;
        return undefined;
      case 'playback_completed': {
        const playedMs = this.#playedUntil(t);
        this.#startedAt = undefined;
        if (!this.#isFlushed) this.#receivedMs = 0;
        this.#isFlushed = false;
        return playedMs;
      }
      default:
        return undefined;
    }
  }

  #flush(): void {
    // With nothing to drop, no playback ends because of it.
    this.#isFlushed ||= this.#startedAt !== undefined || this.#receivedMs > 0;
    this.#hasPlayedUnnoticed = false;
    this.#receivedMs = 0;
  }

  #playedUntil(t: number): number | undefined {
    if (this.#startedAt === undefined) return undefined;
    const lastedMs = t - this.#startedAt;
    const certainMs = lastedMs - this.#heldMs - (this.#heldSince === undefined ? 0 : t - this.#heldSince);
    // A playback that was not dropped has played all that had arrived.
    return this.#hasPlayedUnnoticed ? Math.max(certainMs, Math.min(lastedMs, this.#receivedMs)) : certainMs;
  }
}
