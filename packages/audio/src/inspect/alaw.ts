import { decodeAlawSample, decodeMulaw } from '../g711.js';
import { roughness } from '../level.js';
import type { AudioFinding, WindowCheck } from './finding.js';

/** Speech in A-law is at least 1.7 times as rough when it is read as µ-law; in µ-law it is 0.7 times as rough at most. */
const ROUGHER = 1.5;
/** Above this there is no low sound, and the two readings of noise and of high tones are alike. */
const SMOOTH = 1;

/** Finds A-law that is sent as µ-law, if two consecutive windows are smoother when they are read as A-law. */
export function alawCheck(): WindowCheck {
  let wasAlaw = false;
  return (window, atMs): AudioFinding | undefined => {
    const asAlaw = roughness(decodeAlaw(window));
    const asMulaw = roughness(decodeMulaw(window));
    const isAlaw = asAlaw > 0 && asAlaw < SMOOTH && asMulaw > ROUGHER * asAlaw;
    const isSure = isAlaw && wasAlaw;
    wasAlaw = isAlaw;
    if (!isSure) return undefined;
    return {
      code: 'alaw-as-mulaw',
      message:
        'The bytes are A-law, not µ-law: played as µ-law they sound harsh and distorted. Convert them to G.711 µ-law ' +
        '(PCMU), or choose µ-law at the source of the audio.',
      atMs,
    };
  };
}

function decodeAlaw(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) samples[index] = decodeAlawSample(bytes[index] ?? 0);
  return samples;
}
