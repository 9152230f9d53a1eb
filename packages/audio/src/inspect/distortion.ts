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
        `The samples are offset from zero by ${percent} % of full scale (DC offset), which clicks at every start and stop. ` +
        'Subtract the mean before converting to µ-law, and check that unsigned or A-law bytes are not sent as µ-law.',
      atMs,
    };
  };
}

/** The share of samples at the rail that is audible as distortion. */
const RAIL_SHARE = 0.02;
/** Clipped samples pile up at the rail; a clean sine at full scale is there 4 times as often as one code below. */
const PILE_UP = 6;
/** Clipping reaches both rails; 0x00 alone indicates bytes that are not µ-law. */
const OTHER_RAIL = 0.1;

/** Finds audio that was too loud before it was encoded. */
export function checkClipping(window: Uint8Array, atMs: number): AudioFinding | undefined {
  let negative = 0;
  let positive = 0;
  let below = 0;
  for (let i = 0; i < window.length; i++) {
    const byte = window[i] ?? 0;
    if (byte === 0x00) negative++;
    else if (byte === 0x80) positive++;
    else if (byte === 0x01 || byte === 0x81) below++;
  }
  const rail = negative + positive;
  const onBothSides = Math.min(negative, positive) >= OTHER_RAIL * Math.max(negative, positive);
  if (!onBothSides || rail < window.length * RAIL_SHARE || rail < below * PILE_UP) return undefined;
  const percent = Math.round((100 * rail) / window.length);
  return {
    code: 'clipping',
    message:
      `${percent} % of the samples within half a second are at full scale: the audio was too loud before it was ` +
      'encoded and sounds distorted. Lower the level at the source by 6 dB or more before converting it.',
    atMs,
  };
}
