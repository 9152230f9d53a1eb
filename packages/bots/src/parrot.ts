import type { CallHandler } from '@hookline/server';

/** How long to wait for speech at first, and after each repetition, in milliseconds. */
const FIRST_TIMEOUT_MS = 10_000;
const TIMEOUT_MS = 2000;

/**
 * Repeats each utterance of the caller byte for byte. Completes when the caller stops speaking.
 * Outputs: `utterances`, the number of repetitions; `heardMs`, how much of them the caller heard.
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
