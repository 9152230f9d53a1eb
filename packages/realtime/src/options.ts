import type { Clock } from '@hookline/runtime';
import type { AudioSource, Call, Outputs, Turn } from '@hookline/server';
import type { MetricsSink } from './metrics.js';
import type { RealtimeSession } from './session.js';
import type { Tool } from './tools/tool.js';

/** A greeting that plays before the service is connected. */
export interface AudioGreeting {
  readonly audio: AudioSource;
  /** The words of the audio: they are added to the model's history as its own. */
  readonly text: string;
  /** Whether the caller may interrupt it; default true. */
  readonly interruptible?: boolean;
}

/**
 * When the caller interrupts a reply. Gemini and ElevenLabs do not report speech: with `service` they interrupt at once,
 * and the other fields need `local` or `first`.
 */
export interface InterruptionOptions {
  /**
   * Whose speech detection interrupts: `service` (default), `local` (the detector of the call), `first` (whichever is
   * faster) or `off` (speech never interrupts).
   */
  readonly by?: 'service' | 'local' | 'first' | 'off';
  /** Milliseconds from the start of a reply in which speech does not interrupt it; default 0. */
  readonly guardMs?: number;
  /** How long speech has to last, in milliseconds; default 0. */
  readonly minSpeechMs?: number;
  /**
   * `text`: interrupts only once the service has transcribed speech. Default: at once. OpenAI, Azure and Voice Live name
   * what they transcribe: there, late transcripts of what the caller said before do not count.
   */
  readonly confirm?: 'text';
}

/** Time limits and buffer sizes, in milliseconds. */
export interface RealtimeLimits {
  /** Time until the service is ready; default 5,000. */
  readonly connectMs: number;
  /** Time for one run of a tool, after which its `signal` aborts; default 15,000. */
  readonly toolMs: number;
  /**
   * Time from the end of the caller's turn to the first audio of the reply; default 8,000. If the service reports no speech,
   * it begins with the last words that the service has transcribed.
   */
  readonly replyMs: number;
  /** Silence of both sides, after which `onSilence` applies; default 60,000. */
  readonly silenceMs: number;
  /**
   * Length of the whole call, after which it ends with the output `ended_by`: `length`; default 1,800,000. A reply that
   * is being generated may go on for `replyMs`; what arrived of it until then is played.
   */
  readonly callMs: number;
  /** Queued audio of one reply; the rest is cut off. Default 300,000. */
  readonly maxQueuedMs: number;
  /** Caller audio buffered while no service takes it; the oldest is dropped and counted. Default 5,000. */
  readonly maxInputMs: number;
}

/** A bot turn, before it is sent to the client. */
export interface SpokenTurn extends Turn {
  /** Whether the caller heard all of it. */
  readonly complete: boolean;
}

/** Options of `realtime`. */
export interface RealtimeOptions<Inputs = Outputs> {
  /** The model's instructions. Default: the service's own default. */
  readonly instructions?: string | ((call: Call<Inputs>) => string | Promise<string>);
  /** The tools that the model can use, by name. Default none. */
  readonly tools?: Readonly<Record<string, Tool>>;
  /**
   * Who speaks first: the `model` (default), the `caller`, or the bot with recorded audio, which starts at once.
   */
  readonly greeting?: 'model' | 'caller' | AudioSource | AudioGreeting;
  readonly interruption?: InterruptionOptions;
  /** What DTMF keys do: sent to the model as text (default), nothing, or a function call. A key interrupts. */
  readonly dtmf?: 'text' | 'off' | ((key: string, session: RealtimeSession) => void);
  /** Keys at most this far apart are sent as one text; default 1,200 ms. */
  readonly dtmfGroupMs?: number;
  /**
   * What `bot_turn_response` contains: the text that the caller heard (`heard`, default), all text (`spoken`), or nothing
   * is sent (`off`). A function can change a turn, or omit it by returning `undefined`.
   */
  readonly turns?: 'heard' | 'spoken' | 'off' | ((turn: SpokenTurn) => Turn | undefined);
  /**
   * Audio to play while a tool or a reconnect takes longer than `afterMs` (default 1,200), until the reply begins. It
   * does not start while the bot itself plays or collects digits, and ends as soon as it does; if what it fills goes on
   * afterwards, it starts again after `afterMs`. Default none.
   */
  readonly filler?: AudioSource | { readonly afterMs?: number; readonly audio: AudioSource };
  /** How to reconnect a lost session: by default 2 attempts within 6,000 ms. */
  readonly reconnect?: false | { readonly attempts?: number; readonly withinMs?: number };
  readonly limits?: Partial<RealtimeLimits>;
  /**
   * What happens when both sides were silent for `limits.silenceMs`, and when the service replied neither to a request
   * nor to its repetition. A function receives the number of consecutive silences of that side, from 1.
   *
   * - Both sides silent. Default: the model asks twice whether the caller is there, then the call ends with the output
   *   `ended_by`: `silence`. `'end'`: the call ends at the first silence.
   * - No reply. Default: the reply is requested and repeated once more, then the call fails with `SERVICE_SILENT`.
   *   `'end'`: the call fails at once. A request is repeated after `limits.replyMs`, or immediately if the reply failed
   *   or was empty.
   */
  readonly onSilence?: 'end' | ((session: RealtimeSession, nth: number) => void);
  /** Receives the metrics of the session; default none. */
  readonly metrics?: MetricsSink;
  /** The source of time; default the system clock. */
  readonly clock?: Clock;
}
