import { type Call, type CallHandler, wav } from '@hookline/server';
import { type PhraseName, phrase } from './speech.js';

/** The code if the action has no input `code`. */
const DEFAULT_CODE = '1234';
const TRIES = 3;

/**
 * Asks up to three times for a code by keys; after the right code it offers an agent. Keys may be pressed at any time.
 * Input: `code`, default 1234. Outputs: `verified`; `tries`; `next`, what the flow should do: `transfer` or `goodbye`.
 */
export function ivr(): CallHandler {
  return async (call) => {
    // An empty variable of the flow is sent as an empty text: no code, and not one that silence would match.
    const code = call.inputs['code'] || DEFAULT_CODE;
    const tries = await enterCode(call, code);
    const verified = tries !== undefined;
    const next = verified && (await wantsAgent(call)) ? 'transfer' : 'goodbye';
    say(call, next);
    return { verified: String(verified), tries: String(tries ?? TRIES), next };
  };
}

/** Returns the number of tries, or undefined if none was right. */
async function enterCode(call: Call, code: string): Promise<number | undefined> {
  say(call, 'enter-code');
  for (let tries = 1; tries <= TRIES; tries++) {
    const { digits } = await call.collectDigits({ end: '#', max: 16, timeoutMs: 8000 });
    if (digits === code) return tries;
    call.turn({ disposition: digits === '' ? 'no_input' : 'no_match' });
    if (tries < TRIES) say(call, digits === '' ? 'no-code' : 'wrong-code');
  }
  return undefined;
}

async function wantsAgent(call: Call): Promise<boolean> {
  say(call, 'choose');
  const { digits } = await call.collectDigits({ max: 1, timeoutMs: 8000 });
  return digits === '1';
}

/** Queues a prompt. Collecting digits stops it at the first key; the end of the call waits until it has been heard. */
function say(call: Call, name: PhraseName): void {
  const { text, bytes } = phrase(name);
  call.turn({ disposition: 'match', text });
  call.playback(wav(bytes));
}
