import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('stale-chunks.mjs', import.meta.url));

test('the chunks that no entry of a build uses are deleted, and no other file', () => {
  const dist = mkdtempSync(join(tmpdir(), 'hookline-dist-'));
  try {
    const kept = {
      'index.js': `import { a } from './chunk-6GCZWAIA.js'; const lazy = () => import('./detector-UFNE7NKD.js');`,
      'index.cjs': `require('./chunk-QJ2YB7LM.cjs')`,
      'index.d.ts': `import { A } from './call-DMWI3mZx.js';`,
      'index.d.cts': `import { A } from './call-DMWI3mZx.cjs';`,
      'call-DMWI3mZx.d.ts': `import { B } from './dial-CmNrEy8h.js';`,
      'call-DMWI3mZx.d.cts': `import { B } from './dial-CmNrEy8h.cjs';`,
      'dial-CmNrEy8h.d.ts': '',
      'dial-CmNrEy8h.d.cts': '',
      'chunk-6GCZWAIA.js': `import './chunk-AAAAAAA1.js';`,
      'chunk-AAAAAAA1.js': '',
      'chunk-QJ2YB7LM.cjs': '',
      'detector-UFNE7NKD.js': '',
      'some-detector.js': 'an entry of its own',
      'page/index.html': '<script src="/assets/index-C0TV5_sn.js">',
      'page/assets/index-C0TV5_sn.js': '',
    };
    const stale = {
      'chunk-OLDOLD01.js': `import './chunk-OLDOLD02.js'; import './chunk-6GCZWAIA.js';`,
      'chunk-OLDOLD02.js': '',
      'chunk-OLDOLD03.cjs': '',
      'call-AbCdEf12.d.ts': '',
      'page/assets/index-Old_0000.js': '',
    };
    for (const [path, text] of Object.entries({ ...kept, ...stale })) {
      mkdirSync(dirname(join(dist, path)), { recursive: true });
      writeFileSync(join(dist, path), text);
    }
    const printed = execFileSync(process.execPath, [script, dist], { encoding: 'utf8' });
    expect(printed.match(/[\w.-]+(?=, which no entry uses)/g)?.sort()).toEqual(
      Object.keys(stale)
        .map((path) => path.replace('page/assets/', ''))
        .sort(),
    );
    const left = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(left.map(({ name }) => name).sort()).toEqual(
      Object.keys(kept)
        .map((path) => path.split('/').at(-1))
        .sort(),
    );
  } finally {
    rmSync(dist, { recursive: true, force: true });
  }
});
