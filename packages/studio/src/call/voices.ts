import { encodeMulaw, MULAW_SILENCE, SAMPLES_PER_MS, sine } from '@hookline/audio';
import type { CallerChoice } from '../messages.js';
import type { CallerVoice } from './caller-mixer.js';

const TONE_HZ = 440;

/** The voice that a page has chosen; undefined is its microphone. @param wav - the µ-law of an uploaded file by its id */
export function voiceOf(choice: CallerChoice, wav: (id: string) => Uint8Array): CallerVoice | undefined {
  switch (choice.kind) {
    case 'mic':
      return undefined;
    case 'wav':
      return onceVoice(wav(choice.id));
    case 'tone':
      return toneVoice(choice.hz);
    case 'silence':
      return silenceVoice();
  }
}

/** A tone without an end. @param hz - in whole Hz, so that each second joins the next without a click */
function toneVoice(hz = TONE_HZ): CallerVoice {
  return repeated(encodeMulaw(sine({ hz, ms: 1000 })));
}

/** Nothing. */
function silenceVoice(): CallerVoice {
  return repeated(new Uint8Array(1000 * SAMPLES_PER_MS).fill(MULAW_SILENCE));
}

/** Audio that is said once, and silence after it. */
function onceVoice(mulaw: Uint8Array): CallerVoice {
  let at = 0;
  return (bytes) => {
    const said = new Uint8Array(bytes).fill(MULAW_SILENCE);
    said.set(mulaw.subarray(at, at + bytes));
    at = Math.min(mulaw.length, at + bytes);
    return said;
  };
}

function repeated(second: Uint8Array): CallerVoice {
  let at = 0;
  return (bytes) => {
    const said = new Uint8Array(bytes);
    for (let index = 0; index < bytes; index++) said[index] = second[(at + index) % second.length] ?? 0;
    at = (at + bytes) % second.length;
    return said;
  };
}
