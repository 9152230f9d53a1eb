import type { Call, Turn } from '@hookline/server';
import type { RealtimeOptions } from '../options.js';
import type { SpokenReply } from './speaker.js';

/** Characters of a turn that are told to the client: its text comes from a model. */
const MAX_TURN_CHARS = 4000;

type TurnCall = Pick<Call, 'turn' | 'signal' | 'log'>;

/** Tells the client how the bot's turns came out: as they were heard, as they were meant, or as the bot's own code says. */
export class TurnTeller {
  readonly #call: TurnCall;
  readonly #turns: NonNullable<RealtimeOptions['turns']>;

  constructor(call: TurnCall, turns: RealtimeOptions['turns'] = 'heard') {
    this.#call = call;
    this.#turns = turns;
  }

  /** @param heard - as much of the reply's text as the caller heard */
  spoken({ reply, whole }: SpokenReply, heard: string): void {
    const text = this.#turns === 'spoken' ? reply.text.whole : heard;
    if (text === '' && typeof this.#turns === 'string') return;
    this.#tell({ disposition: 'match', text: text.slice(0, MAX_TURN_CHARS) }, whole);
  }

  silence(): void {
    this.#tell({ disposition: 'no_input' }, true);
  }

  #tell(turn: Turn, complete: boolean): void {
    if (this.#turns === 'off' || this.#call.signal.aborted) return;
    try {
      const told = typeof this.#turns === 'function' ? this.#turns({ ...turn, complete }) : turn;
      if (told) this.#call.turn(told);
    } catch (error) {
      this.#call.log.error({ err: error }, 'a bot turn could not be told');
    }
  }
}
