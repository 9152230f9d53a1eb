import { alaw } from 'alawmulaw';
import { expect, it } from 'vitest';
import { decodeAlawSample } from './alaw.js';

it('decodes all 256 A-law bytes as an independent decoder does', () => {
  for (let byte = 0; byte < 256; byte++) expect(decodeAlawSample(byte)).toBe(alaw.decodeSample(byte));
});
