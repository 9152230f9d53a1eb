import { type Call, watchBotSilence } from '@hookline/client';
import { type Clock, sleep } from '@hookline/runtime';
import type { Voice } from './voice.js';

/** Silence of the bot before the caller answers, in milliseconds. */
const TURN_GAP_MS = 300;

/** When the caller interrupts, in milliseconds of playback: after the details of the booking, before the end of the prompt. */
const INTERRUPTS_AFTER_MS = 3300;

const LINES = ['a table for four please', 'on friday', 'at seven', 'yes please'] as const;
const KEYS = ['4', '5', '7'];

/** Synthesises the caller's lines before the call, so that the call does not wait for them. */
export function prepareCaller(voice: Voice): Promise<readonly Uint8Array[]> {
  return Promise.all(LINES.map((text) => voice.speak(text)));
}

/**
 * Books a table for four on friday at seven: answers the bot's questions, and agrees while the bot is still speaking.
 * Call it before the bot starts to speak.
 *
 * @param clock - the clock of the call
 * @param lines - of `prepareCaller`
 * @param wordsUnderstood - whether the bot recognises words; otherwise the caller presses keys
 */
export async function bookTable(
  call: Call,
  clock: Clock,
  lines: readonly Uint8Array[],
  wordsUnderstood: boolean,
): Promise<void> {
  const silence = watchBotSilence(call, clock);
  for (const [index, key] of KEYS.entries()) {
    if (!(await silence.repliedAndQuietFor(TURN_GAP_MS))) return;
    if (wordsUnderstood) await call.say(lines.slice(index, index + 1));
    else await call.sendDtmf(key);
  }
  await new Promise<void>((resolve) => call.on('playbackStarted', () => resolve()));
  await sleep(clock, INTERRUPTS_AFTER_MS);
  await call.say(lines.slice(KEYS.length));
}
