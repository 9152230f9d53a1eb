import { readFile } from 'node:fs/promises';
import { toMulaw8k } from '@hookline/audio/resample';
import type { RawCall } from '../caller/raw-call.js';
import { speechSound } from '../caller/speech.js';
import type { Trigger } from '../check/profile.js';

/** The pause after each key, in milliseconds. */
const KEY_GAP_MS = 200;

/** The default length of the caller's speech, in milliseconds. */
export const SPEECH_MS = 1200;

/** Returns the speech of a trigger, or a sound similar to speech. µ-law, 8 kHz. */
export async function loadSpeech(trigger: Trigger | undefined, ms = SPEECH_MS): Promise<Uint8Array> {
  if (trigger?.say === undefined) return speechSound(ms);
  return toMulaw8k(await readFile(trigger.say));
}

/** Presses keys, one at a time. */
export async function pressKeys(call: RawCall, keys: string): Promise<void> {
  for (const digit of keys) {
    if (!call.isOpen) return;
    call.send('dtmf', { digit });
    await call.wait(KEY_GAP_MS);
  }
}

/** Performs the action of a trigger. Calls `fallback` if there is no trigger. */
export async function applyTrigger(
  call: RawCall,
  trigger: Trigger | undefined,
  fallback: (call: RawCall) => Promise<void>,
): Promise<void> {
  if (trigger?.dtmf !== undefined) await pressKeys(call, trigger.dtmf);
  else if (trigger?.say !== undefined) call.audio.enqueueSpeech(await loadSpeech(trigger));
  else if (trigger?.inputs === undefined && trigger?.connectorId === undefined) await fallback(call);
}
