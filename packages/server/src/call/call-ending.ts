import type { Player } from '../playback/player.js';
import type { CallEnded } from '../session/call-ended.js';
import type { Ending } from '../session/machine.js';
import type { Outbox } from '../session/outbox.js';
import { quietly } from '../user-code/deferred.js';

/** What the end of a call waits for, and how it is sent. */
export interface CallEndingOptions {
  readonly player: Player;
  readonly outbox: Outbox;
  /** Sends `disconnect`. */
  readonly end: (ending: Ending) => void;
  /** How the call has ended, if it has. */
  readonly ended: () => CallEnded | undefined;
}

/** The bot's end of a call: decided once, sent after everything queued has been heard. (AC-DISC-2, AC-PLAY-4) */
export class CallEnding {
  readonly #options: CallEndingOptions;
  #deciding: Promise<void> | undefined;

  constructor(options: CallEndingOptions) {
    this.#options = options;
  }

  /** Whether the bot has decided to end the call; it sends nothing new after that. */
  get decided(): boolean {
    return this.#deciding !== undefined;
  }

  /** The first call decides; later calls return the same promise. */
  decide(ending: Ending, immediate: boolean): Promise<void> {
    this.#deciding ??= quietly(this.#announce(ending, immediate));
    return this.#deciding;
  }

  async #announce(ending: Ending, immediate: boolean): Promise<void> {
    const { player, outbox, end, ended } = this.#options;
    if (!immediate) {
      await player.idle();
      await outbox.drained();
    }
    const earlier = ended();
    if (earlier) throw earlier;
    end(ending);
  }
}
