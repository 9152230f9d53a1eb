import { type CallHandler, wav } from '@hookline/server';
import { phrase } from './speech.js';

/** How long to wait for speech after the greeting, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Greets as soon as the call is open, stops when the caller speaks, says back one utterance and completes.
 * Outputs: `interrupted`, whether the caller spoke over the greeting; `heardMs`, what was heard of the greeting;
 * `utterances`, 0 or 1.
 */
export function greeter(): CallHandler {
  return async (call) => {
    const greeting = phrase('greeting');
    call.turn({ disposition: 'match', text: greeting.text, confidence: 1 });
    const { ended, heardMs } = await call.play(wav(greeting.bytes), { bargeIn: true });
    const said = await call.utterance({ timeoutMs: TIMEOUT_MS });
    call.turn({ disposition: said ? 'match' : 'no_input' });
    if (said) await call.play(said.audio);
    return {
      interrupted: String(ended === 'interrupted'),
      heardMs: String(Math.round(heardMs)),
      utterances: said ? '1' : '0',
    };
  };
}
