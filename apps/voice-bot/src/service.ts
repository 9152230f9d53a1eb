import { ByteQueue, createEnergyVad, SAMPLES_PER_MS, type UtteranceDetector } from '@hookline/audio';
import { PCMU_8K, type RealtimeService, type ServiceHost, type ServiceLink } from '@hookline/realtime';
import { holdClock, messageOf } from '@hookline/runtime';
import {
  type BookingState,
  type BotTurn,
  type CallerInput,
  grammarOf,
  greeting,
  INITIAL_STATE,
  nextTurn,
} from './booking.js';
import type { Recogniser } from './recogniser.js';
import type { Voice } from './voice.js';

/** Audio kept from before speech was detected, in milliseconds: its onset is soft. */
const PRE_ROLL_MS = 300;

/** Silence that ends an utterance, in milliseconds. */
const RELEASE_MS = 500;

/** Maximum length of an utterance, in milliseconds; the rest is ignored. */
const MAX_UTTERANCE_MS = 10_000;

/** Options of the reservation service. */
export interface ReservationsOptions {
  readonly voice: Voice;
  /** If undefined, the caller answers by keys, and any speech counts as agreement. */
  readonly recogniser: Recogniser | undefined;
}

/** Creates a rule-based service that books tables, with the interface of a speech-to-speech service. */
export function createReservationService(options: ReservationsOptions): RealtimeService {
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
  readonly #audio = new ByteQueue();
  /** Aborts the current recognition and reply. */
  #turn = new AbortController();
  #state: BookingState | undefined;
  #pending: CallerInput | undefined;
  #replies = 0;
  #lastPart = '';
  #detailsHeard = true;

  constructor(host: ServiceHost, options: ReservationsOptions) {
    this.#host = host;
    this.#options = options;
  }

  audio(bytes: Uint8Array): void {
    const available = MAX_UTTERANCE_MS * SAMPLES_PER_MS - this.#audio.length;
    if (available > 0) this.#audio.push(Uint8Array.from(bytes.subarray(0, available)));
    for (const { type } of this.#detector.push(bytes)) {
      if (type === 'start') {
        this.#startTurn();
        this.#host.speech('start');
      } else {
        this.#host.speech('end');
        void this.#recognise(this.#audio.take(this.#audio.length));
      }
    }
    if (!this.#detector.speaking) this.#audio.drop(this.#audio.length - PRE_ROLL_MS * SAMPLES_PER_MS);
  }

  /** Takes the text of a pressed key; any other text is the session's notice of silence. */
  text(text: string): void {
    this.#pending = /^[\d*#]$/.test(text) ? { kind: 'key', key: text } : { kind: 'nothing' };
  }

  ask(): void {
    const { recogniser } = this.#options;
    const input = this.#pending;
    this.#pending = undefined;
    this.#startTurn();
    if (!this.#state) void this.#speak(greeting({ wordsUnderstood: recogniser !== undefined }));
    else this.#reply(input ?? { kind: 'nothing' });
  }

  /** If an earlier part than the last sentence, the question, was cut, the caller missed details. */
  truncate(part: string): void {
    if (part !== this.#lastPart) this.#detailsHeard = false;
  }

  cancel(): void {
    this.#startTurn();
  }

  toolResult(): void {}

  close(): void {
    this.#startTurn();
  }

  /** Aborts the previous recognition and reply. */
  #startTurn(): AbortSignal {
    this.#turn.abort();
    this.#turn = new AbortController();
    return this.#turn.signal;
  }

  async #recognise(mulaw: Uint8Array): Promise<void> {
    const { recogniser } = this.#options;
    if (!recogniser) return this.#reply({ kind: 'speech' });
    const signal = this.#startTurn();
    const grammar = grammarOf((this.#state ?? INITIAL_STATE).question);
    try {
      const words = await holdClock(this.#host.clock, recogniser.recognise(mulaw, grammar, signal));
      if (signal.aborted) return;
      if (words !== '') this.#host.text('caller', words, { final: true });
      this.#reply(words === '' ? { kind: 'speech' } : { kind: 'words', words });
    } catch (error) {
      this.#reportFailure(signal, `the recogniser failed: ${messageOf(error)}`);
    }
  }

  #reply(said: CallerInput): void {
    const wordsUnderstood = this.#options.recogniser !== undefined;
    const context = { wordsUnderstood, detailsHeard: this.#detailsHeard };
    void this.#speak(nextTurn(this.#state ?? INITIAL_STATE, said, context));
  }

  /** Speaks a turn. Each sentence is a part of the reply, so that the session can report which were cut. */
  async #speak({ state, sentences, end }: BotTurn): Promise<void> {
    const signal = this.#startTurn();
    const { voice } = this.#options;
    const host = this.#host;
    const id = `reply-${++this.#replies}`;
    this.#state = state;
    this.#lastPart = `${id}-${sentences.length - 1}`;
    this.#detailsHeard = true;
    host.replyStarted(id);
    try {
      for (const [index, text] of sentences.entries()) {
        const part = `${id}-${index}`;
        const mulaw = await holdClock(host.clock, voice.speak(text));
        if (signal.aborted) return;
        host.text('bot', text, { final: true, replyId: id, part });
        host.audio(id, part, mulaw);
      }
    } catch (error) {
      this.#reportFailure(signal, `the voice failed: ${messageOf(error)}`);
      return;
    } finally {
      if (signal.aborted) host.replyDone(id, 'cancelled');
    }
    if (end && 'transfer' in end) host.toolCall(id, 'transfer', JSON.stringify({ target: end.transfer }));
    else if (end) host.toolCall(id, 'end_call', JSON.stringify(end));
    host.replyDone(id, 'done');
  }

  #reportFailure(signal: AbortSignal, message: string): void {
    if (signal.aborted) return;
    this.#host.problem({ code: 'SERVICE_LOST', message, fatal: true });
  }
}
