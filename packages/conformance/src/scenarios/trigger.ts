import type { RawCall } from '../caller/raw-call.js';
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
