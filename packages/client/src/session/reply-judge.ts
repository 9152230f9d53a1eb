import { BYTES_PER_MS, ReplyClock } from '@hookline/audio';
import type { BegunSound } from '../playback/bot-sound.js';
import { goesOn } from '../playback/goes-on.js';

/** Speech continues after dips in its level that are shorter, in milliseconds. */
const SPEECH_DIP_MS = 50;
/** The bytes that `ReplyClock` classifies together. */
const STRETCH_BYTES = 160;

/** A reply. Times are in milliseconds since dialling. */
export interface Reply {
  readonly t: number;
  readonly replyMs: number;
}

/**
 * Decides which sounds of the bot are replies, by the rule in `goes-on.ts`. Whether the caller still spoke when the bot
 * began is known only with the frame of the caller that contains that moment: if it matters, the sound waits for it.
 */
export class ReplyJudge {
  readonly #clock = new ReplyClock();
  readonly #replied: (reply: Reply) => void;
  /** Sounds that wait for the caller's audio of their time. */
  #undecided: BegunSound[] = [];
  /** The caller's audio is known up to here. */
  #knownToMs = 0;
  /** When the caller pressed a key that the bot has not answered. */
  #keyMs: number | undefined;
  /** Whether the next sound continues nothing, because the bot dropped its audio or reported a turn. */
  #isNewTurn = false;

  constructor(replied: (reply: Reply) => void) {
    this.#replied = replied;
  }

  /** How long each answer to speech took. */
  get replyMs(): readonly number[] {
    return this.#clock.replyMs;
  }

  /** When the caller's last input ended that the bot has not answered; undefined if there is none. */
  get inputEndMs(): number | undefined {
    return this.#clock.inputEndMs;
  }

  /** A frame of the caller's µ-law whose last sample was spoken at `endMs`. */
  said(frame: Uint8Array, endMs: number): void {
    if (this.#undecided.length === 0) {
      this.#hear(frame, endMs);
      return;
    }
    const startMs = endMs - frame.length / BYTES_PER_MS;
    let from = 0;
    for (const { atMs } of [...this.#undecided]) {
      const bytes = (atMs + SPEECH_DIP_MS - startMs) * BYTES_PER_MS;
      const to = Math.ceil(bytes / STRETCH_BYTES) * STRETCH_BYTES;
      if (to <= from || to >= frame.length) continue;
      // What the caller says later must not count against this sound.
      this.#hear(frame.subarray(from, to), startMs + to / BYTES_PER_MS);
      from = to;
    }
    this.#hear(frame.subarray(from), endMs);
  }

  /** The caller's audio is known up to a time, although none may have been sent. */
  callerKnown(toMs: number): void {
    this.#knownToMs = Math.max(this.#knownToMs, toMs);
    while (this.#undecided[0] && this.#isKnown(this.#undecided[0])) {
      const [sound] = this.#undecided.splice(0, 1);
      if (sound) this.#decide(sound);
    }
  }

  /** The caller pressed a key. */
  keyed(atMs: number): void {
    this.#clock.keyed(atMs);
    this.#keyMs = atMs;
  }

  /** The bot dropped what it said, or reported a turn. */
  newTurn(): void {
    this.#isNewTurn = true;
  }

  /** The bot began to make sound. */
  began(sound: BegunSound): void {
    // A key has no duration: whatever begins after it answers it.
    const isNew = this.#isNewTurn || (this.#keyMs !== undefined && this.#keyMs <= sound.atMs);
    this.#isNewTurn = false;
    const { inputEndMs } = this;
    if (isNew || inputEndMs === undefined) {
      this.#answer(sound);
      return;
    }
    const whileSpeaking = goesOn(sound.pauseMs, undefined);
    const afterwards = goesOn(sound.pauseMs, sound.atMs - inputEndMs);
    if (whileSpeaking !== afterwards && !this.#isKnown(sound)) this.#undecided.push(sound);
    else this.#decide(sound);
  }

  #hear(audio: Uint8Array, endMs: number): void {
    this.#clock.said(audio, endMs);
    this.callerKnown(endMs);
  }

  #isKnown({ atMs }: BegunSound): boolean {
    return this.#knownToMs >= atMs + SPEECH_DIP_MS;
  }

  #decide(sound: BegunSound): void {
    const { inputEndMs } = this;
    const endedMs = inputEndMs === undefined ? undefined : sound.atMs - inputEndMs;
    const isSpeaking = endedMs !== undefined && endedMs < 0;
    if (!goesOn(sound.pauseMs, isSpeaking ? undefined : endedMs)) this.#answer(sound);
  }

  #answer({ atMs }: BegunSound): void {
    const replyMs = this.#clock.botBegan(atMs);
    if (this.#keyMs !== undefined && this.#keyMs <= atMs) this.#keyMs = undefined;
    if (replyMs !== undefined) this.#replied({ t: atMs, replyMs });
  }
}
