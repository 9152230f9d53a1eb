import type { CallHandler } from '@hookline/server';
import { type BotSettings, clockOf } from './settings.js';
import { UtteranceListener } from './utterance-listener.js';

/** How long to wait for speech at first, and after something was said back, in milliseconds. */
const FIRST_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 2000;

/**
 * Says back each utterance of the caller, as the very bytes that came. Completes when nobody speaks any more.
 * Outputs: `utterances`, how many it said back; `heardMs`, what the caller heard of them.
 */
export function parrot(settings: BotSettings = {}): CallHandler {
  const clock = clockOf('parrot', settings);
  return async (call) => {
    const listener = new UtteranceListener(call, clock);
    let utterances = 0;
    let heardMs = 0;
    let said = await listener.next(FIRST_TIMEOUT_MS);
    while (said) {
      utterances += 1;
      const playback = await call.play(said);
      heardMs += playback.heardMs;
      said = await listener.next(TIMEOUT_MS);
    }
    return { utterances: String(utterances), heardMs: String(Math.round(heardMs)) };
  };
}
