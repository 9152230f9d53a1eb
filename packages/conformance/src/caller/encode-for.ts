import { decodeMulaw, encodeL16, MULAW_SILENCE } from '@hookline/audio';
import type { MediaParameter } from '@hookline/protocol';

/** µ-law of the caller in the format that was chosen; a second channel is silent. */
export function encodeFor({ format, channels }: MediaParameter, mulaw: Uint8Array): Uint8Array {
  if (channels.length === 2) {
    const external = channels.indexOf('external');
    const both = new Uint8Array(2 * mulaw.length).fill(MULAW_SILENCE);
    for (let i = 0; i < mulaw.length; i++) both[2 * i + Math.max(0, external)] = mulaw[i] ?? MULAW_SILENCE;
    return format === 'PCMU' ? both : encodeL16(decodeMulaw(both));
  }
  return format === 'PCMU' ? mulaw : encodeL16(decodeMulaw(mulaw));
}
