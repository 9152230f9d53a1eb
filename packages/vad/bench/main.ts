import { parseArgs } from 'node:util';
import { accuracy } from './accuracy.ts';
import { pace } from './pace.ts';

const folder = { type: 'string', multiple: true } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { music: folder, speech: folder },
});
const [what] = positionals;
if (what === 'accuracy') {
  const folders = { music: values.music ?? [], speech: values.speech ?? [] };
  process.stdout.write(`${await accuracy(folders)}\n`);
} else if (what === 'pace') {
  for (const model of ['silero', 'webrtc', 'energy'] as const) {
    process.stdout.write(`${model.padEnd(8)} ${Math.floor(await pace(model))} calls a core\n`);
  }
} else {
  throw new Error(`The bench can do "accuracy" and "pace", not ${JSON.stringify(what)}.`);
}
