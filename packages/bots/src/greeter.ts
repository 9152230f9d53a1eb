import { type CallHandler, wav } from '@hookline/server';
import { type BotSettings, clockOf } from './settings.js';
import { phrase } from './speech.js';
import { UtteranceListener } from './utterance-listener.js';

/** How long to wait for speech after the greeting, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Greets as soon as the call is open, stops when the caller speaks, says back one utterance and completes.
 * Outputs: `interrupted`, whether the caller spoke over the greeting; `heardMs`, what was heard of the greeting;
 * `utterances`, 0 or 1.
 */
export function greeter(settings: BotSettings = {}): CallHandler {
  const clock = clockOf('greeter', settings);
  return async (call) => {
    const listener = new UtteranceListener(call, clock);
    const greeting = phrase('greeting');
    call.turn({ disposition: 'match', text: greeting.text, confidence: 1 });
    const { ended, heardMs } = await call.play(wav(greeting.bytes), { bargeIn: true });
    const said = await listener.next(TIMEOUT_MS);
    call.turn({ disposition: said ? 'match' : 'no_input' });
    if (said) await call.play(said);
    return {
      interrupted: String(ended === 'interrupted'),
      heardMs: String(Math.round(heardMs)),
      utterances: said ? '1' : '0',
    };
  };
}
