// Embeds the WebAssembly modules of npm packages in TypeScript files, so that bundlers include them and their loaders do
// not run: `node scripts/embed-wasm.mjs`. With `--check` it only reports whether they match the packages.
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);

/** The embedded modules: the file without its extension, its licence line, and the functions that are called. */
const EMBEDDED = [
  {
    source: 'node_modules/@echogarden/fvad-wasm/fvad',
    target: 'packages/vad/src/fvad-wasm.ts',
    about:
      "libfvad, WebRTC's voice activity detector: Copyright (c) 2011, The WebRTC project authors, BSD licence (THIRD_PARTY_NOTICES).",
    functions: [
      'malloc',
      'fvad_new',
      'fvad_free',
      'fvad_set_mode',
      'fvad_set_sample_rate',
      'fvad_process',
      ...['__assert_fail', 'emscripten_resize_heap'],
    ],
  },
  {
    source: 'node_modules/@echogarden/speex-resampler-wasm/wasm/speex-resampler-simd',
    target: 'packages/audio/src/resample/speex-wasm.ts',
    about:
      'The Speex resampler: Copyright 2002-2008 Xiph.org Foundation, Jean-Marc Valin and others, BSD licence (THIRD_PARTY_NOTICES).',
    functions: [
      'malloc',
      'speex_resampler_init',
      'speex_resampler_process_int',
      'speex_resampler_skip_zeros',
      'speex_resampler_get_input_latency',
      'speex_resampler_destroy',
      ...['_emscripten_memcpy_js', 'emscripten_resize_heap'],
    ],
  },
];

/** The text of a file that embeds a module. The package's own loader maps the minified export names to functions. */
function embed({ source, about, functions }) {
  const loader = readFileSync(new URL(`${source}.js`, root), 'utf8');
  const names = { memory: nameOf(loader, /wasmMemory=wasmExports\["(\w+)"\]/, 'memory', source) };
  for (const name of functions) {
    const pattern = new RegExp(
      `\\b_${name}=[^;]*?wasmExports\\["(\\w+)"\\]|[{,](\\w+):_+${name.replace(/^_+/, '')}\\b`,
    );
    names[name] = nameOf(loader, pattern, name, source);
  }
  const lines = readFileSync(new URL(`${source}.wasm`, root))
    .toString('base64')
    .match(/.{1,100}/g);
  return `// Written by scripts/embed-wasm.mjs from ${source.replace(/^node_modules\//, '')}.wasm; not to be edited.
// ${about}

/** What the module calls its memory, its functions and the functions that it is given. */
export const NAMES = {
${Object.entries(names)
  .map(([name, short]) => `  ${name}: '${short}',`)
  .join('\n')}
} as const;

/** The module, in base64. */
export const BYTES =
${lines.map((line) => `  '${line}'`).join(' +\n')};
`;
}

function nameOf(loader, pattern, name, source) {
  const match = pattern.exec(loader);
  if (!match) throw new Error(`${source}.js does not tell what ${name} is called.`);
  return match[1] ?? match[2];
}

const check = process.argv.includes('--check');
for (const one of EMBEDDED) {
  const target = new URL(one.target, root);
  if (!check) writeFileSync(target, embed(one));
  // Up to the line breaks, which the formatter sets.
  else if (plain(readFileSync(target, 'utf8')) !== plain(embed(one))) {
    console.error(`${one.target} is not what ${one.source}.wasm holds: run node scripts/embed-wasm.mjs`);
    process.exitCode = 1;
  }
}

function plain(code) {
  return code.replace(/\s+/g, ' ');
}
