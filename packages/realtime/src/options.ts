import type { Clock } from '@hookline/runtime';
import type { AudioSource, Call, Outputs, Turn } from '@hookline/server';
import type { MetricsSink } from './metrics.js';
import type { RealtimeSession } from './session.js';
import type { Tool } from './tools/tool.js';

/** A greeting that is there before the service is. */
export interface AudioGreeting {
  readonly audio: AudioSource;
  /** Its words: the model is told that it has said them. */
  readonly text: string;
  /** Whether the caller may interrupt it; default true. */
  readonly interruptible?: boolean;
}

/** When the caller interrupts a reply. */
export interface InterruptionOptions {
  /**
   * Whose word it is that the caller speaks: `service` (default), `local` (the detector of the call), `first`
   * (whichever is faster) or `off` (speech interrupts nothing).
   */
  readonly by?: 'service' | 'local' | 'first' | 'off';
  /** Speech in the first so many milliseconds of a reply does not interrupt it before they are over; default 0. */
  readonly guardMs?: number;
  /** How long speech has to last, in milliseconds; default 0. */
  readonly minSpeechMs?: number;
  /** `text`: interrupts only when the service has made words of the speech. Default: at once. */
  readonly confirm?: 'text';
}

/** How long and how much, in milliseconds. */
export interface RealtimeLimits {
  /** Until the service is ready; default 5,000. */
  readonly connectMs: number;
  /** For one run of a tool; then its `signal` aborts. Default 15,000. */
  readonly toolMs: number;
  /** From the end of the caller's turn to the first audio of the reply; default 8,000. */
  readonly replyMs: number;
  /** In which nobody says anything; then `onSilence`. Default 60,000. */
  readonly silenceMs: number;
  /** For the whole call; it then ends with the output `ended_by`: `length`. Default 1,800,000. */
  readonly callMs: number;
  /** Audio of one reply that waits to be played; the rest is cut off. Default 300,000. */
  readonly maxQueuedMs: number;
  /** Caller audio held while no service is ready; the oldest is dropped and counted. Default 5,000. */
  readonly maxInputMs: number;
}

/** A bot turn, before it is told to the client. */
export interface SpokenTurn extends Turn {
  /** Whether the caller heard all of it. */
  readonly complete: boolean;
}

/** Options of `realtime`. */
export interface RealtimeOptions<Inputs = Outputs> {
  /** What the model is told to be. Default: the service's own default. */
  readonly instructions?: string | ((call: Call<Inputs>) => string | Promise<string>);
  /** What the model can do, by the name that it is told. Default none. */
  readonly tools?: Readonly<Record<string, Tool>>;
  /**
   * Who speaks first: the `model` (default), the `caller`, or the model by audio that is there already, which begins
   * at once.
   */
  readonly greeting?: 'model' | 'caller' | AudioSource | AudioGreeting;
  readonly interruption?: InterruptionOptions;
  /** What keys do: told to the model as a text (default), nothing, or what a function does. A key interrupts. */
  readonly dtmf?: 'text' | 'off' | ((key: string, session: RealtimeSession) => void);
  /** Keys so close to each other are told as one text; default 1,200 ms. */
  readonly dtmfGroupMs?: number;
  /**
   * `bot_turn_response`: with what the caller heard of the turn (`heard`, default), with all its text, or not at all. A
   * function changes a turn, or leaves it out by `undefined`.
   */
  readonly turns?: 'heard' | 'spoken' | 'off' | ((turn: SpokenTurn) => Turn | undefined);
  /** Audio against dead air while a tool or a reconnect lasts longer than `afterMs`, 1,200 by default. Default none. */
  readonly filler?: AudioSource | { readonly afterMs?: number; readonly audio: AudioSource };
  /** How a lost session is made again: default 2 attempts within 6,000 ms. */
  readonly reconnect?: false | { readonly attempts?: number; readonly withinMs?: number };
  readonly limits?: Partial<RealtimeLimits>;
  /**
   * What `limits.silenceMs` of silence leads to, the `nth` time in a row. Default: the model asks twice whether the caller
   * is there, then the call ends with the output `ended_by`: `silence`.
   */
  readonly onSilence?: 'end' | ((session: RealtimeSession, nth: number) => void);
  /** Where numbers go; default nowhere. */
  readonly metrics?: MetricsSink;
  /** The source of time; default the machine's. */
  readonly clock?: Clock;
}
