// How well and how fast `createVad` as built judges:
//   npm run build && node packages/vad/bench/run.mjs pace
//   node packages/vad/bench/run.mjs accuracy --music FOLDER… --speech FOLDER…   (folders of recordings.sh)
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)));
