import { decodeMulawSample } from '../g711.js';
import { FULL_SCALE } from '../level.js';
import type { AudioFinding, WindowCheck } from './finding.js';

/** 1.6 % of full scale, −36 dBFS: voice and tones have almost none over half a second. */
const OFFSET = 512;

/** Finds a signal that is not centred on zero, if two consecutive windows have an offset of the same sign. */
export function dcOffsetCheck(): WindowCheck {
  let previous = 0;
  return (window, atMs): AudioFinding | undefined => {
    let sum = 0;
    for (let i = 0; i < window.length; i++) sum += decodeMulawSample(window[i] ?? 0);
    const mean = sum / window.length;
    const both = Math.sign(previous) * Math.min(Math.abs(previous), Math.abs(mean));
    const lasting = Math.abs(both) > OFFSET && Math.sign(mean) === Math.sign(previous);
    previous = mean;
    if (!lasting) return undefined;
    const percent = ((100 * mean) / FULL_SCALE).toFixed(1);
    return {
      code: 'dc-offset',
      message:
        `The samples are off centre by ${percent} % of full scale (DC offset), which clicks at every start and stop. ` +
        'Take the mean away before the conversion to µ-law, and check that unsigned or A-law bytes are not sent as µ-law.',
      atMs,
    };
  };
}
