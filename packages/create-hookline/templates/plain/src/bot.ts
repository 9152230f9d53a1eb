import { type Auth, type Bot, type CallHandler, createBot, pcm16 } from '@hookline/server';

/** Half a second of 440 Hz. */
const BEEP = Int16Array.from({ length: 4000 }, (_, n) => 8000 * Math.sin((2 * Math.PI * 440 * n) / 8000));

/** Beeps, repeats what the caller says, and ends when # is pressed or after 15 s without speech. */
export const handler: CallHandler = async (call) => {
  let utterances = 0;
  const pressed = call.collectDigits({ end: '#', timeoutMs: 600_000 });
  await call.play(pcm16(BEEP, { rate: 8000 }));
  for (;;) {
    const said = await Promise.race([call.utterance({ timeoutMs: 15_000 }), pressed]);
    if (said === undefined || !('audio' in said)) break;
    utterances += 1;
    await call.play(said.audio);
  }
  return { utterances: String(utterances) };
};

export function createMyBot(auth: Auth): Bot {
  return createBot({ auth, path: '/{{name}}' }, handler);
}
