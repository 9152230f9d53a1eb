import { fromMulaw, MULAW_SILENCE } from '@hookline/audio';
import { type MediaParameter, PCMU_EXTERNAL } from '@hookline/protocol';

/** Media formats that production does not offer. */
export const PCMU_BOTH: MediaParameter = { ...PCMU_EXTERNAL, channels: ['external', 'internal'] };
export const PCMU_INTERNAL: MediaParameter = { ...PCMU_EXTERNAL, channels: ['internal'] };
export const L16_EXTERNAL: MediaParameter = { ...PCMU_EXTERNAL, format: 'L16' };

/** Encodes the caller's µ-law in the chosen format. A second channel is silent. */
export function encodeFor({ format, channels }: MediaParameter, mulaw: Uint8Array): Uint8Array {
  if (channels.length === 2) {
    const external = channels.indexOf('external');
    const both = new Uint8Array(2 * mulaw.length).fill(MULAW_SILENCE);
    for (let i = 0; i < mulaw.length; i++) both[2 * i + Math.max(0, external)] = mulaw[i] ?? MULAW_SILENCE;
    return fromMulaw(both, { format });
  }
  return fromMulaw(mulaw, { format });
}
