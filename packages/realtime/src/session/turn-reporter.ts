import { contain } from '@hookline/runtime';
import type { Call, Turn } from '@hookline/server';
import type { RealtimeOptions } from '../options.js';
import type { PlayedReply } from './speaker.js';

/** Maximum number of characters of a turn that are sent to the client, since a model may write without end. */
const MAX_TURN_CHARS = 4000;

type TurnCall = Pick<Call, 'turn' | 'signal' | 'log'>;

/** Sends bot turns to the client: as heard, as generated, or as the bot's own code returns them. */
export class TurnReporter {
  readonly #call: TurnCall;
  readonly #turns: NonNullable<RealtimeOptions['turns']>;

  constructor(call: TurnCall, turns: RealtimeOptions['turns'] = 'heard') {
    this.#call = call;
    this.#turns = turns;
  }

  /** @param heard - the part of the reply's text that the caller heard */
  onReplyEnd({ reply, whole }: PlayedReply, heard: string): void {
    const text = this.#turns === 'spoken' ? reply.text.whole : heard;
    if (text === '' && typeof this.#turns === 'string') return;
    this.#report({ disposition: 'match', text: text.slice(0, MAX_TURN_CHARS) }, whole);
  }

  onSilence(): void {
    this.#report({ disposition: 'no_input' }, true);
  }

  #report(turn: Turn, complete: boolean): void {
    if (this.#turns === 'off' || this.#call.signal.aborted) return;
    try {
      const reported = typeof this.#turns === 'function' ? this.#turns({ ...turn, complete }) : turn;
      // An `async` function returns no turn, and its promise may reject, which nobody else would handle.
      if (reported && 'then' in reported) void contain(reported);
      if (reported) this.#call.turn(reported);
    } catch (error) {
      this.#call.log.error({ err: error }, 'a bot turn could not be reported');
    }
  }
}
