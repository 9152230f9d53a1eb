import { encodeMulaw, MULAW_SILENCE, SAMPLES_PER_MS, sine } from '@hookline/audio';
import type { CallerChoice } from '../messages.js';
import type { AudioSource } from './caller-mixer.js';

const TONE_HZ = 440;

/** Creates the source that a page has chosen; undefined stands for its microphone. @param wav - returns the µ-law of an uploaded file by its id */
export function createSource(choice: CallerChoice, wav: (id: string) => Uint8Array): AudioSource | undefined {
  switch (choice.kind) {
    case 'mic':
      return undefined;
    case 'wav':
      return oneShotSource(wav(choice.id));
    case 'tone':
      return toneSource(choice.hz);
    case 'silence':
      return silenceSource();
  }
}

/** An endless tone. @param hz - a whole number, so that the seconds join without a click */
function toneSource(hz = TONE_HZ): AudioSource {
  return loop(encodeMulaw(sine({ hz, ms: 1000 })));
}

/** Endless silence. */
function silenceSource(): AudioSource {
  return loop(new Uint8Array(1000 * SAMPLES_PER_MS).fill(MULAW_SILENCE));
}

/** Plays audio once, then silence. */
function oneShotSource(mulaw: Uint8Array): AudioSource {
  let at = 0;
  return (bytes) => {
    const chunk = new Uint8Array(bytes).fill(MULAW_SILENCE);
    chunk.set(mulaw.subarray(at, at + bytes));
    at = Math.min(mulaw.length, at + bytes);
    return chunk;
  };
}

function loop(second: Uint8Array): AudioSource {
  let at = 0;
  return (bytes) => {
    const chunk = new Uint8Array(bytes);
    for (let index = 0; index < bytes; index++) chunk[index] = second[(at + index) % second.length] ?? 0;
    at = (at + bytes) % second.length;
    return chunk;
  };
}
