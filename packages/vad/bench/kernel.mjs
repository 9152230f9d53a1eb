// Writes src/silero/kernel.ts from kernel.wat:
//   node packages/vad/bench/kernel.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const folder = new URL('../src/silero/', import.meta.url);
const text = (await wabt()).parseWat('kernel.wat', readFileSync(new URL('kernel.wat', folder), 'utf8'), {
  simd: true,
});
const lines = Buffer.from(text.toBinary({}).buffer)
  .toString('base64')
  .match(/.{1,100}/g)
  .map((line) => `  '${line}'`);
writeFileSync(
  new URL('kernel.ts', folder),
  `// Written by bench/kernel.mjs; not to be edited.

/** \`kernel.wat\` as WebAssembly, in base64. */
export const KERNEL =
${lines.join(' +\n')};
`,
);
