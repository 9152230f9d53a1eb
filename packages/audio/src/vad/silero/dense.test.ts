import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import wabt from 'wabt';
import { DENSE } from './dense.js';

it('is dense.wat', async () => {
  const text = readFileSync(new URL('dense.wat', import.meta.url), 'utf8');
  const { buffer } = (await wabt()).parseWat('dense.wat', text, { simd: true }).toBinary({});
  expect(DENSE).toBe(Buffer.from(buffer).toString('base64'));
});
