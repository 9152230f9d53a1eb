import { parseArgs } from 'node:util';
import { report, writeTraits } from './report.js';

const folder = { type: 'string', multiple: true } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { music: folder, speech: folder },
});
const folders = { music: values.music ?? [], speech: values.speech ?? [] };
const [what = 'held-out', file = 'traits'] = positionals;
if (what === 'traits') await writeTraits(file, folders);
else if (what === 'tuning' || what === 'held-out') process.stdout.write(`${await report(what, folders)}\n`);
else throw new Error(`The bench can do "held-out", "tuning" and "traits FILE", not "${what}".`);
