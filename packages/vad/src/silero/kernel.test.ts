import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import wabt from 'wabt';
import { KERNEL } from './kernel.js';

it('equals kernel.wat', async () => {
  const text = readFileSync(new URL('kernel.wat', import.meta.url), 'utf8');
  const { buffer } = (await wabt()).parseWat('kernel.wat', text, { simd: true }).toBinary({});
  expect(KERNEL).toBe(Buffer.from(buffer).toString('base64'));
});
