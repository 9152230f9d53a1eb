import type { ServerMessage } from '@hookline/protocol';
import { AudioWatch } from './audio-watch.js';
import { DriftWatch } from './drift-watch.js';
import type { NewWarning } from './ledger.js';
import { ReplyClock } from './reply-clock.js';

/** Looks on without deciding anything: fields of a newer protocol, audio that sounds wrong, time to answer. */
export class Watch {
  readonly reply = new ReplyClock();
  readonly #drift = new DriftWatch();
  readonly #audio: AudioWatch | undefined;
  readonly #warn: (warning: Omit<NewWarning, 't'>) => void;

  /** @param inspectAudio - whether the bot's audio is listened to */
  constructor(inspectAudio: boolean, warn: (warning: Omit<NewWarning, 't'>) => void) {
    this.#audio = inspectAudio ? new AudioWatch() : undefined;
    this.#warn = warn;
  }

  /** A message that is in order. */
  message(message: ServerMessage): void {
    const text = this.#drift.note(message);
    if (text !== undefined) this.#warn({ text });
  }

  /** Audio of the bot, as µ-law. */
  botAudio(bytes: Uint8Array): void {
    for (const remark of this.#audio?.heard(bytes) ?? []) this.#warn(remark);
  }
}
