import type { CallHandler } from '@hookline/server';

/** How long to wait for speech at first, and after something was said back, in milliseconds. */
const FIRST_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 2000;

/**
 * Says back each utterance of the caller, as the very bytes that came. Completes when nobody speaks any more.
 * Outputs: `utterances`, how many it said back; `heardMs`, what the caller heard of them.
 */
export function parrot(): CallHandler {
  return async (call) => {
    let utterances = 0;
    let heardMs = 0;
    let said = await call.utterance({ timeoutMs: FIRST_TIMEOUT_MS });
    for (; said; said = await call.utterance({ timeoutMs: TIMEOUT_MS })) {
      utterances += 1;
      heardMs += (await call.play(said.audio)).heardMs;
    }
    return { utterances: String(utterances), heardMs: String(Math.round(heardMs)) };
  };
}
