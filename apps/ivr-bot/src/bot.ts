import { type PhraseName, phraseUrl } from '@hookline/bots';
import { type Auth, type Bot, CallFailure, createBot, wav } from '@hookline/server';

const CODES: ReadonlyMap<string, string> = new Map([
  ['42', '1234'],
  ['43', '8765'],
]);

const prompt = (name: PhraseName) => wav(phraseUrl(name));

/** Asks up to three times for the code of the customer named by the flow; after the right code it offers an agent. */
export function createIvrBot(auth: Auth): Bot {
  return createBot({ auth }, async (call) => {
    const code = CODES.get(call.inputs['customerId'] ?? '');
    if (code === undefined) throw new CallFailure('There is no such customer.');

    call.playback(prompt('enter-code'));
    for (let tries = 1; tries <= 3; tries++) {
      const { digits } = await call.collectDigits({ end: '#', timeoutMs: 8000 });
      if (digits === code) {
        call.playback(prompt('choose'));
        const choice = await call.collectDigits({ max: 1, timeoutMs: 8000 });
        const next = choice.digits === '1' ? 'transfer' : 'goodbye';
        await call.play(prompt(next));
        return { verified: 'true', next };
      }
      if (tries < 3) call.playback(prompt('wrong-code'));
    }
    await call.play(prompt('goodbye'));
    return { verified: 'false', next: 'goodbye' };
  });
}
