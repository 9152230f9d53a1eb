// How `createWebRtcVad` does on music, sounds of a line and speech, all made here:
//   npm run build && node packages/audio/bench/run.mjs [held-out|tuning] [--music FOLDER]… [--speech FOLDER]…
//   node packages/audio/bench/run.mjs traits FILE [--music FOLDER]… [--speech FOLDER]…   (what fit.py reads)
// `tuning` and `traits` also play music on a sound font: Debian's fluidsynth and fluid-soundfont-gm.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

await runnerImport(fileURLToPath(new URL('main.ts', import.meta.url)));
