import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which package may import which: ARCHITECTURE.md draws the same arrows. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  protocol: ['runtime'],
  audio: ['runtime'],
  vad: ['audio', 'runtime'],
  trace: ['protocol', 'audio', 'runtime'],
  client: ['protocol', 'audio', 'runtime'],
  server: ['protocol', 'vad', 'audio', 'runtime'],
  bots: ['server', 'protocol', 'audio', 'runtime'],
  testing: ['client', 'server', 'trace', 'protocol', 'audio', 'runtime'],
  conformance: ['protocol', 'audio', 'trace', 'runtime'],
  simulation: ['testing', 'client', 'server', 'protocol', 'vad', 'audio', 'runtime'],
  cli: ['conformance', 'bots', 'client', 'server', 'trace', 'protocol', 'audio', 'runtime'],
};

interface Source {
  readonly path: string;
  readonly text: string;
}

function sources(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => path.split(sep).join('/'))
    .filter((path) => /(^|\/)src\/.*\.tsx?$/.test(path) && !path.includes('node_modules/'))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(root, folder, path), 'utf8') }));
}

const isTest = (path: string) => /\.(test|spec)\.ts$/.test(path);
const all = [...sources('packages'), ...sources('apps'), ...sources('simulation')];
const shipped = all.filter((source) => !isTest(source.path));
/** All but the apps, which may import any public name. */
const libraries = shipped.filter((source) => !source.path.startsWith('apps/'));

function imports(text: string): string[] {
  return [...text.matchAll(/(?:from|import\(|import)\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
}

/** The folder of the package that a source belongs to. */
const packageFolder = (path: string) => path.slice(0, path.indexOf('/src/'));
const packageName = (path: string) => packageFolder(path).replace('packages/', '');

describe('the packages', () => {
  test('exist, so that a wrong folder does not make every rule below hold', () => {
    expect(libraries.length).toBeGreaterThan(50);
  });

  test.each(Object.keys(ARROWS))('%s imports only what its arrows allow', (name) => {
    const allowed = new Set(ARROWS[name]);
    const wrong = libraries
      .filter((source) => packageName(source.path) === name)
      .flatMap((source) =>
        imports(source.text)
          .filter((id) => id.startsWith('@hookline/'))
          .filter((id) => !allowed.has(id.split('/')[1] ?? ''))
          .map((id) => `${source.path} imports ${id}`),
      );
    expect(wrong).toEqual([]);
  });

  test('load the speech detector in the server only when somebody listens for speech', () => {
    const server = libraries.filter((source) => packageName(source.path) === 'server');
    const wanting = server.filter((source) => source.text.includes("'@hookline/vad'"));
    expect(wanting.map((source) => source.path)).toEqual(['packages/server/src/speech/speech-watch.ts']);
    for (const { text } of wanting) {
      expect(text).toContain("await import('@hookline/vad')");
      expect(text).not.toMatch(/from '@hookline\/vad'/);
    }
  });

  test('are all drawn with their arrows', () => {
    expect(readdirSync(join(root, 'packages')).filter((name) => !(name in ARROWS))).toEqual([]);
  });

  test('declare every Hookline package they import', () => {
    const wrong = libraries.flatMap((source) => {
      const manifest = JSON.parse(
        readFileSync(join(root, packageFolder(source.path), 'package.json'), 'utf8'),
      );
      return imports(source.text)
        .filter((id) => id.startsWith('@hookline/'))
        .map((id) => id.split('/').slice(0, 2).join('/'))
        .filter((id) => !(id in (manifest.dependencies ?? {})))
        .map((id) => `${source.path} imports ${id}`);
    });
    expect(wrong).toEqual([]);
  });

  test('reach each other by public names, never by path', () => {
    const wrong = shipped.flatMap((source) =>
      imports(source.text)
        .filter((id) => /(^|\/)(packages|apps)\//.test(id) || /\.\.\/[a-z-]+\/src\//.test(id))
        .map((id) => `${source.path} imports ${id}`),
    );
    expect(wrong).toEqual([]);
  });

  test('open WebSockets in one place each', () => {
    const files = libraries
      .filter((source) => imports(source.text).includes('ws'))
      .map((source) => source.path);
    const folders = new Set(files.map((path) => path.split('/').slice(0, 4).join('/')));
    expect([...folders].sort()).toEqual([
      'packages/client/src/transport',
      'packages/conformance/src/wire',
      'packages/server/src/ws',
    ]);
  });

  test('take time from a clock that is given to them', () => {
    const wrong = libraries
      .filter((source) => !/^packages\/(runtime\/src\/(system|virtual)-clock\.ts|cli\/)/.test(source.path))
      .filter((source) => /\b(setTimeout|setInterval|Date\.now|performance\.now)\(/.test(source.text))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });

  test('print nothing', () => {
    const wrong = libraries
      .filter((source) => !source.path.startsWith('packages/cli/'))
      .filter((source) => /\bconsole\.\w+\(/.test(source.text.replace(/^\s*(\*|\/\/).*$/gm, '')))
      .map((source) => source.path);
    expect(wrong).toEqual([]);
  });
});

describe('the files', () => {
  test('are small', () => {
    const lines = shipped.map((source) => source.text.split('\n').length).sort((a, b) => a - b);
    expect(lines[Math.floor(lines.length / 2)]).toBeLessThanOrEqual(120);
    expect(lines[Math.floor(lines.length * 0.9)]).toBeLessThanOrEqual(300);
    expect(lines.at(-1)).toBeLessThanOrEqual(500);
  });

  test('are named by what they hold', () => {
    const wrong = all
      .map((source) => source.path)
      .filter((path) => /(^|\/)(utils?|common|shared|helpers?|misc)(\/|\.ts$)/.test(path));
    expect(wrong).toEqual([]);
  });
});
