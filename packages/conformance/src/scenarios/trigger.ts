import type { RawCall } from '../caller/raw-call.js';
import { speechSound } from '../caller/speech.js';
import type { PreparedTrigger } from '../check/profile.js';

/** The pause after each key, in milliseconds. */
const KEY_GAP_MS = 200;

/** The default length of the caller's speech, in milliseconds. */
export const SPEECH_MS = 1200;

/** Presses keys, one at a time. */
export async function pressKeys(call: RawCall, keys: string): Promise<void> {
  for (const digit of keys) {
    if (!call.isOpen) return;
    call.send('dtmf', { digit });
    await call.wait(KEY_GAP_MS);
  }
}

/** Returns what the caller says for a trigger; undefined if it presses keys, or if the call itself is the trigger. */
export function speechOf(trigger: PreparedTrigger | undefined, ms: number): Uint8Array | undefined {
  if (trigger?.dtmf !== undefined) return undefined;
  if (trigger?.speech !== undefined) return trigger.speech;
  return trigger?.inputs === undefined && trigger?.connectorId === undefined ? speechSound(ms) : undefined;
}

/** Performs the action of a trigger. Calls `fallback` if there is no trigger. */
export async function applyTrigger(
  call: RawCall,
  trigger: PreparedTrigger | undefined,
  fallback: (call: RawCall) => Promise<void>,
): Promise<void> {
  if (trigger?.dtmf !== undefined) await pressKeys(call, trigger.dtmf);
  else if (trigger?.speech !== undefined) call.audio.enqueueSpeech(trigger.speech);
  else if (trigger?.inputs === undefined && trigger?.connectorId === undefined) await fallback(call);
}
