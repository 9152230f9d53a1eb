import { saturate } from './saturate.js';

/**
 * Two signals at once, added sample by sample; what would exceed full scale stays at full scale. The shorter one
 * counts as followed by silence.
 */
export function mix(a: Int16Array, b: Int16Array): Int16Array {
  const out = new Int16Array(Math.max(a.length, b.length));
  for (let i = 0; i < out.length; i++) out[i] = saturate((a[i] ?? 0) + (b[i] ?? 0));
  return out;
}
