import { type PhraseName, phraseUrl } from '@hookline/bots';
import { type Auth, type Bot, CallFailure, type CallHandler, createBot, wav } from '@hookline/server';

/** Codes by customer. Replace by a lookup in your own system. */
const CODES: ReadonlyMap<string, string> = new Map([
  ['42', '1234'],
  ['43', '8765'],
]);
const TRIES = 3;

/** A synthesized prompt. Replace by your own recordings: `wav('prompts/enter-code.wav')`. */
const prompt = (name: PhraseName) => wav(phraseUrl(name));

/** Asks up to three times for the code of the customer in the input `customerId`. */
export const handler: CallHandler = async (call) => {
  const code = CODES.get(call.inputs['customerId'] ?? '');
  if (code === undefined) throw new CallFailure('There is no such customer.');
  call.playback(prompt('enter-code'));
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const { digits } = await call.collectDigits({ end: '#', timeoutMs: 8000 });
    if (digits === code) {
      await call.play(prompt('transfer'));
      return { verified: 'true', next: 'transfer' };
    }
    if (tries < TRIES) call.playback(prompt('wrong-code'));
  }
  await call.play(prompt('goodbye'));
  return { verified: 'false', next: 'goodbye' };
};

export function createMyBot(auth: Auth): Bot {
  return createBot({ auth, path: '/{{name}}' }, handler);
}
