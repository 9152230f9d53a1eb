const DECODED = /* @__PURE__ */ Int16Array.from({ length: 256 }, (_, byte) => {
  // ITU-T G.711 inverts every other bit on the line.
  const code = byte ^ 0x55;
  const segment = (code >> 4) & 7;
  const step = ((code & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return code & 0x80 ? magnitude : -magnitude;
});

/** One A-law byte to its PCM16 sample (ITU-T G.711). Decoding only: A-law is met in files, not on the wire. */
export function decodeAlawSample(byte: number): number {
  return DECODED[byte & 0xff] ?? 0;
}
