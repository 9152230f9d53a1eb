import { type Call, watchBotSilence } from '@hookline/client';
import { type Clock, sleep } from '@hookline/runtime';
import type { Voice } from './voice.js';

/** How long the bot is silent before the caller answers. */
const TURN_GAP_MS = 300;

/** When the caller talks over the bot: after the details of the booking, before all ways to answer. */
const INTERRUPTS_AFTER_MS = 3300;

const LINES = ['a table for four please', 'on friday', 'at seven', 'yes please'] as const;
const KEYS = ['4', '5', '7'];

/** What the caller will say, made before the call so that it waits for nothing. */
export function prepareCaller(voice: Voice): Promise<readonly Uint8Array[]> {
  return Promise.all(LINES.map((text) => voice.speak(text)));
}

/**
 * Books a table for four on friday at seven: answers the bot's questions, and agrees while the bot still speaks. Begin
 * before the bot speaks.
 *
 * @param clock - the one that the call was given
 * @param lines - of `prepareCaller`
 * @param words - whether the bot understands words; otherwise the caller presses keys
 */
export async function bookTable(
  call: Call,
  clock: Clock,
  lines: readonly Uint8Array[],
  words: boolean,
): Promise<void> {
  const silence = watchBotSilence(call, clock);
  for (const [index, key] of KEYS.entries()) {
    if (!(await silence.repliedAndQuietFor(TURN_GAP_MS))) return;
    if (words) await call.say(lines.slice(index, index + 1));
    else await call.sendDtmf(key);
  }
  await new Promise<void>((resolve) => call.on('playbackStarted', () => resolve()));
  await sleep(clock, INTERRUPTS_AFTER_MS);
  await call.say(lines.slice(KEYS.length));
}
