import type { AudioFinding } from './finding.js';

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
      'encoded and sounds distorted. Lower the level where it is made, by 6 dB or more, and only then convert it.',
    atMs,
  };
}
