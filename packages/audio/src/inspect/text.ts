import type { AudioFinding } from './finding.js';

/** Base64 and JSON use dozens of characters; off-centre µ-law that happens to be printable only a few. */
const MIN_DISTINCT = 20;
/** The minimum share of letters and digits. */
const ALPHANUMERIC_SHARE = 0.6;

/** Finds text, such as base64, that was sent instead of the bytes it encodes. */
export function checkText(window: Uint8Array, atMs: number): AudioFinding | undefined {
  let alphanumeric = 0;
  for (let i = 0; i < window.length; i++) {
    const byte = window[i] ?? 0;
    if (byte >= 0x7f || (byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)) return undefined;
    const letter = byte | 0x20;
    if ((letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39)) alphanumeric++;
  }
  if (alphanumeric < window.length * ALPHANUMERIC_SHARE || new Set(window).size < MIN_DISTINCT)
    return undefined;
  const sample = JSON.stringify(String.fromCharCode(...window.subarray(0, 24)));
  return {
    code: 'text',
    message:
      `The bytes are text (${sample}), which sounds like a loud buzz. If it is base64, decode it before sending: ` +
      'audio messages carry the bytes themselves.',
    atMs,
  };
}
