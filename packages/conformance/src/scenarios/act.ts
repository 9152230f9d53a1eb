import { readFile } from 'node:fs/promises';
import { toMulaw8k } from '@hookline/audio/resample';
import type { RawCall } from '../caller/raw-call.js';
import { speechSound } from '../caller/speech.js';
import type { Trigger } from '../check/profile.js';

/** Between two keys, in milliseconds. */
const KEY_GAP_MS = 200;

/** How long the sound is that stands for speech, in milliseconds. */
export const SPEECH_MS = 1200;

/** Speech of a trigger, or the sound that stands for it. µ-law, 8 kHz. */
export async function speechOf(trigger: Trigger | undefined, ms = SPEECH_MS): Promise<Uint8Array> {
  if (trigger?.say === undefined) return speechSound(ms);
  return toMulaw8k(await readFile(trigger.say));
}

/** Presses keys, one after the other. */
export async function press(call: RawCall, keys: string): Promise<void> {
  for (const digit of keys) {
    if (!call.isOpen) return;
    call.send('dtmf', { digit });
    await call.wait(KEY_GAP_MS);
  }
}

/** Does what a trigger says during a call; without one, what `otherwise` does. */
export async function applyTrigger(
  call: RawCall,
  trigger: Trigger | undefined,
  fallback: (call: RawCall) => Promise<void>,
): Promise<void> {
  if (trigger?.dtmf !== undefined) await press(call, trigger.dtmf);
  else if (trigger?.say !== undefined) call.audio.enqueueSpeech(await speechOf(trigger));
  else if (trigger?.inputs === undefined && trigger?.connectorId === undefined) await fallback(call);
}
