import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { clauses } from '../src/index.js';
import messages from '../vectors/messages.json' with { type: 'json' };
import sessions from '../vectors/sessions.json' with { type: 'json' };

const root = fileURLToPath(new URL('../', import.meta.url));
const runners = [
  ['python3', 'run.py'],
  [process.execPath, 'run.mjs'],
] as const;

function run(command: string, script: string, folder = root) {
  const { status, stdout, error } = spawnSync(command, [join(folder, 'vectors', script)], {
    encoding: 'utf8',
  });
  if (error) throw error;
  return { status, lines: stdout.trim().split('\n') };
}

/** Python may be missing on a machine that only develops this package. */
const isThere = (command: string) => spawnSync(command, ['--version']).error === undefined;

describe.each(runners)('the vectors, run by %s', (command, script) => {
  it.skipIf(!isThere(command))('match the published schema, in a runner of at most 60 lines', () => {
    const { status, lines } = run(command, script);
    expect([status, lines]).toEqual([0, [expect.stringMatching(/^\d{3} vectors, 0 failed$/)]]);
    const source = readFileSync(join(root, 'vectors', script), 'utf8');
    expect(source.trimEnd().split('\n').length).toBeLessThanOrEqual(60);
  });

  it.skipIf(!isThere(command))('fail if one has a wrong expectation', () => {
    const copy = mkdtempSync(join(tmpdir(), 'vectors-'));
    try {
      for (const folder of ['vectors', 'schema'])
        cpSync(join(root, folder), join(copy, folder), { recursive: true });
      const [first, ...accept] = messages.accept;
      const wrong = { ...messages, accept, reject: [first, ...messages.reject] };
      writeFileSync(join(copy, 'vectors/messages.json'), JSON.stringify(wrong));
      const { status, lines } = run(command, script, copy);
      expect(status).toBe(1);
      expect(lines).toEqual([
        expect.stringContaining('open with what is required'),
        expect.stringMatching(/ 1 failed$/),
      ]);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});

describe('the README of the vectors', () => {
  const readme = readFileSync(join(root, 'vectors/README.md'), 'utf8');

  it('lists every vector file', () => {
    const files = readdirSync(join(root, 'vectors')).filter((name) => name.endsWith('.json'));
    for (const name of files) expect(readme).toContain(`| \`${name}\` |`);
  });

  it.skipIf(!isThere('python3'))('contains the basis of the rule of every refused session', () => {
    const program = /```python\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
    const { stdout } = spawnSync('python3', ['-c', program], {
      cwd: join(root, 'vectors'),
      encoding: 'utf8',
    });
    const weights = { platform: 'fail', sample: 'warn', 'third-party': 'warn', assumed: 'note' };
    expect(stdout.trim().split('\n')).toEqual(
      sessions.reject.map((row) => {
        const { id, basis } = clauses.find(({ id }) => id === row.clause)!;
        return `${weights[basis]} ${id} ${row.name}`;
      }),
    );
  });
});
