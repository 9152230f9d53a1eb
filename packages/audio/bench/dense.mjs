// Writes src/vad/silero/dense.ts from dense.wat:
//   node packages/audio/bench/dense.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const folder = new URL('../src/vad/silero/', import.meta.url);
const text = (await wabt()).parseWat('dense.wat', readFileSync(new URL('dense.wat', folder), 'utf8'), {
  simd: true,
});
const lines = Buffer.from(text.toBinary({}).buffer)
  .toString('base64')
  .match(/.{1,100}/g)
  .map((line) => `  '${line}'`);
writeFileSync(
  new URL('dense.ts', folder),
  `// Written by bench/dense.mjs; not to be edited.

/** \`dense.wat\` as WebAssembly, in base64. */
export const DENSE =
${lines.join(' +\n')};
`,
);
