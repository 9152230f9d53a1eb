import { ByteQueue, createEnergyVad, SAMPLES_PER_MS, type UtteranceDetector } from '@hookline/audio';
import { PCMU_8K, type RealtimeService, type ServiceHost, type ServiceLink } from '@hookline/realtime';
import { holdClock, messageOf } from '@hookline/runtime';
import { type Answer, answer, type Desk, grammarOf, greeting, NEW_DESK, type Said } from './booking.js';
import type { Recogniser } from './recogniser.js';
import type { Voice } from './voice.js';

/** Audio from before speech was found: its onset is soft. */
const PRE_ROLL_MS = 300;

/** Silence that ends what the caller says. */
const RELEASE_MS = 500;

/** Longer answers than the rules know: the rest is not looked at. */
const MAX_UTTERANCE_MS = 10_000;

/** What the service is made of. */
export interface ReservationsOptions {
  readonly voice: Voice;
  /** Undefined: keys answer, and any speech agrees. */
  readonly recogniser: Recogniser | undefined;
}

/** Rules that book a table, behind the contract that speech-to-speech services have. */
export function reservations(options: ReservationsOptions): RealtimeService {
  return {
    name: 'reservations',
    input: PCMU_8K,
    output: PCMU_8K,
    can: { truncate: true, vad: true, text: true, cancel: true, resume: false, endsTurnAfterTool: true },
    connect: async (host) => new Conversation(host, options),
  };
}

/** One conversation. */
class Conversation implements ServiceLink {
  readonly bufferedBytes = 0;
  readonly #host: ServiceHost;
  readonly #options: ReservationsOptions;
  readonly #detector: UtteranceDetector = createEnergyVad({ releaseMs: RELEASE_MS });
  readonly #heard = new ByteQueue();
  /** Aborts what is being made of the caller's last words, or said in reply. */
  #turn = new AbortController();
  #desk: Desk | undefined;
  #pending: Said | undefined;
  #replies = 0;
  #lastPart = '';
  #detailsHeard = true;

  constructor(host: ServiceHost, options: ReservationsOptions) {
    this.#host = host;
    this.#options = options;
  }

  audio(bytes: Uint8Array): void {
    const room = MAX_UTTERANCE_MS * SAMPLES_PER_MS - this.#heard.length;
    if (room > 0) this.#heard.push(Uint8Array.from(bytes.subarray(0, room)));
    for (const { type } of this.#detector.push(bytes)) {
      if (type === 'start') {
        this.#begin();
        this.#host.speech('start');
      } else {
        this.#host.speech('end');
        void this.#understand(this.#heard.take(this.#heard.length));
      }
    }
    if (!this.#detector.speaking) this.#heard.drop(this.#heard.length - PRE_ROLL_MS * SAMPLES_PER_MS);
  }

  /** Text of a key pressed; any other is the session's word that nobody says anything. */
  text(text: string): void {
    this.#pending = /^[\d*#]$/.test(text) ? { by: 'key', key: text } : { by: 'nothing' };
  }

  ask(): void {
    const { recogniser } = this.#options;
    const said = this.#pending;
    this.#pending = undefined;
    this.#begin();
    if (!this.#desk) void this.#say(greeting({ words: recogniser !== undefined }));
    else this.#reply(said ?? { by: 'nothing' });
  }

  /** The last sentence of a reply asks; what is to be known to answer it stands before. */
  truncate(part: string): void {
    if (part !== this.#lastPart) this.#detailsHeard = false;
  }

  cancel(): void {
    this.#begin();
  }

  toolResult(): void {}

  close(): void {
    this.#begin();
  }

  /** What was being understood or said before is void. */
  #begin(): AbortSignal {
    this.#turn.abort();
    this.#turn = new AbortController();
    return this.#turn.signal;
  }

  async #understand(mulaw: Uint8Array): Promise<void> {
    const { recogniser } = this.#options;
    if (!recogniser) return this.#reply({ by: 'speech' });
    const signal = this.#begin();
    const grammar = grammarOf((this.#desk ?? NEW_DESK).asks);
    try {
      const words = await holdClock(this.#host.clock, recogniser.words(mulaw, grammar, signal));
      if (signal.aborted) return;
      if (words !== '') this.#host.text('caller', words, { final: true });
      this.#reply(words === '' ? { by: 'speech' } : { by: 'words', words });
    } catch (error) {
      this.#fails(signal, `the recogniser failed: ${messageOf(error)}`);
    }
  }

  #reply(said: Said): void {
    const words = this.#options.recogniser !== undefined;
    const circumstances = { words, detailsHeard: this.#detailsHeard };
    void this.#say(answer(this.#desk ?? NEW_DESK, said, circumstances));
  }

  /** Each sentence is a part of the reply: the session tells which of them were cut. */
  async #say({ desk, says, ends }: Answer): Promise<void> {
    const signal = this.#begin();
    const { voice } = this.#options;
    const host = this.#host;
    const id = `reply-${++this.#replies}`;
    this.#desk = desk;
    this.#lastPart = `${id}-${says.length - 1}`;
    this.#detailsHeard = true;
    host.replyStarted(id);
    try {
      for (const [index, text] of says.entries()) {
        const part = `${id}-${index}`;
        const mulaw = await holdClock(host.clock, voice.speak(text));
        if (signal.aborted) return;
        host.text('bot', text, { final: true, replyId: id, part });
        host.audio(id, part, mulaw);
      }
    } catch (error) {
      this.#fails(signal, `the voice failed: ${messageOf(error)}`);
      return;
    } finally {
      if (signal.aborted) host.replyDone(id, 'cancelled');
    }
    if (ends && 'transfer' in ends) host.toolCall(id, 'transfer', JSON.stringify({ target: ends.transfer }));
    else if (ends) host.toolCall(id, 'end_call', JSON.stringify(ends));
    host.replyDone(id, 'done');
  }

  #fails(signal: AbortSignal, message: string): void {
    if (signal.aborted) return;
    this.#host.problem({ code: 'SERVICE_LOST', message, fatal: true });
  }
}
