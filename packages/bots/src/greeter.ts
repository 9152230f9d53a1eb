import { type CallHandler, wav } from '@hookline/server';
import { phrase } from './speech.js';

/** How long to wait for speech after the greeting, in milliseconds. */
const TIMEOUT_MS = 10_000;

/**
 * Greets as soon as the call is open, stops when the caller speaks, repeats one utterance and completes.
 * Outputs: `interrupted`, whether the caller spoke over the greeting; `heardMs`, what was heard of the greeting;
 * `utterances`, 0 or 1.
 */
export function greeter(): CallHandler {
  return async (call) => {
    const greeting = phrase('greeting');
    call.turn({ disposition: 'match', text: greeting.text, confidence: 1 });
    const { ended, heardMs } = await call.play(wav(greeting.bytes), { bargeIn: true });
    const utterance = await call.utterance({ timeoutMs: TIMEOUT_MS });
    call.turn({ disposition: utterance ? 'match' : 'no_input' });
    if (utterance) await call.play(utterance.audio);
    return {
      interrupted: String(ended === 'interrupted'),
      heardMs: String(Math.round(heardMs)),
      utterances: utterance ? '1' : '0',
    };
  };
}
