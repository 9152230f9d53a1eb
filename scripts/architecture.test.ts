import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Which package may import which, as in the diagram of ARCHITECTURE.md. */
const PACKAGE_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  runtime: [],
  protocol: ['runtime'],
  audio: ['runtime'],
  vad: ['audio', 'runtime'],
  trace: ['protocol', 'audio', 'runtime'],
  client: ['protocol', 'audio', 'runtime'],
  server: ['protocol', 'vad', 'audio', 'runtime'],
  bots: ['server', 'protocol', 'audio', 'runtime'],
  realtime: ['server', 'audio', 'runtime'],
  scenario: ['client', 'trace', 'protocol', 'audio', 'runtime'],
  testing: ['scenario', 'client', 'server', 'trace', 'protocol', 'audio', 'runtime'],
  conformance: ['protocol', 'audio', 'trace', 'runtime'],
  'artillery-engine-hookline': ['load', 'bots', 'protocol', 'runtime'],
  load: ['scenario', 'client', 'protocol', 'audio', 'runtime'],
  simulation: ['testing', 'client', 'server', 'protocol', 'vad', 'audio', 'runtime'],
  'create-hookline': [],
  studio: ['conformance', 'bots', 'client', 'server', 'trace', 'protocol', 'audio', 'runtime'],
  cli: [
    'studio',
    'load',
    'scenario',
    'conformance',
    'bots',
    'client',
    'server',
    'trace',
    'protocol',
    'audio',
    'runtime',
  ],
};

/**
 * What each folder of `src`, and each file directly in `src`, may import. Packages that are not listed have no such
 * rule. `index` may import everything.
 */
const FOLDER_IMPORTS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  server: {
    error: [],
    deadline: [],
    'user-code': ['error'],
    'bot-limits': ['error'],
    auth: ['user-code', 'error'],
    session: ['bot-limits', 'deadline', 'error'],
    source: ['user-code', 'error'],
    'bot-log': ['session', 'user-code'],
    metrics: ['session', 'error'],
    speech: ['user-code', 'deadline', 'error'],
    dtmf: ['session', 'user-code', 'deadline', 'error'],
    audio: ['source', 'session', 'user-code', 'error'],
    playback: ['source', 'metrics', 'session', 'user-code', 'error'],
    call: [
      'playback',
      'audio',
      'dtmf',
      'speech',
      'metrics',
      'source',
      'session',
      'bot-log',
      'bot-limits',
      'deadline',
      'user-code',
      'error',
    ],
    routing: ['call', 'error'],
    lifecycle: ['call', 'bot-limits', 'deadline', 'error'],
    bot: ['metrics'],
    'bot-options': ['auth', 'call', 'session', 'user-code', 'bot-limits', 'error'],
    admission: [
      'bot',
      'bot-options',
      'routing',
      'lifecycle',
      'call',
      'metrics',
      'auth',
      'bot-log',
      'bot-limits',
      'deadline',
      'error',
    ],
    'bot-core': [
      'admission',
      'lifecycle',
      'routing',
      'metrics',
      'audio',
      'bot-options',
      'bot-log',
      'bot-limits',
    ],
    ws: ['bot-core', 'admission', 'bot', 'metrics', 'auth', 'error'],
    'create-bot': [
      'user-code',
      'ws',
      'bot-core',
      'admission',
      'lifecycle',
      'routing',
      'bot',
      'bot-options',
      'call',
      'metrics',
      'error',
    ],
    fastify: ['bot', 'lifecycle', 'user-code', 'error'],
    otel: ['call', 'metrics', 'session', 'user-code', 'error'],
    redis: ['auth', 'deadline', 'user-code', 'error'],
    testing: ['bot'],
  },
};

interface Source {
  readonly path: string;
  readonly text: string;
}

function sources(folder: string): Source[] {
  return (
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => path.split(sep).join('/'))
      // The templates of create-hookline are projects of their own.
      .filter((path) => /(^|\/)src\/.*\.tsx?$/.test(path) && !/node_modules\/|\/templates\//.test(path))
      .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(root, folder, path), 'utf8') }))
  );
}

const isTest = (path: string) => /\.(test|spec)\.ts$/.test(path);
const all = [...sources('packages'), ...sources('apps'), ...sources('simulation')];
const shipped = all.filter((source) => !isTest(source.path));
/** Without the apps, which may import any public name. */
const libraries = shipped.filter((source) => !source.path.startsWith('apps/'));

function imports(text: string): string[] {
  return [...text.matchAll(/(?:from|import\(|import)\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
}

interface Import {
  readonly id: string;
  /** Whether an import has no effect at run time. */
  readonly typesOnly: boolean;
}

/** The imports and re-exports of a source, and whether each is of types only. */
function importsOf(text: string): Import[] {
  const pattern = /\b(?:import|export)\s+(type\s)?([^;'"]*?)\bfrom\s*'([^']+)'|\bimport\(?\s*'([^']+)'/g;
  return [...text.matchAll(pattern)].map(([, type, names = '', from, bare = '']) => {
    const specifiers = /^\s*\{([\s\S]*)\}\s*$/.exec(names)?.[1];
    const listed = specifiers
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const typesOnly = type !== undefined || (listed?.every((name) => name.startsWith('type ')) ?? false);
    return { id: from ?? bare, typesOnly };
  });
}

/** The path of a file that a source imports by a relative id, or undefined for a package. */
function fileOf(source: Source, id: string): string | undefined {
  return id.startsWith('.') ? posix.join(posix.dirname(source.path), id.replace(/\.js$/, '.ts')) : undefined;
}

/** The folder of `src` that contains a file of a package. */
function folderOf(path: string): string {
  const [folder = ''] = path.slice(path.indexOf('/src/') + '/src/'.length).split('/');
  return folder.replace(/\.tsx?$/, '');
}

/** The nodes of a cycle in a graph, or undefined if there is none. */
function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The folder of the package that contains a source. */
const packageFolder = (path: string) => path.slice(0, path.indexOf('/src/'));
const packageName = (path: string) => packageFolder(path).replace('packages/', '');

describe('the packages', () => {
  test('exist; otherwise a wrong folder would satisfy every rule below', () => {
    expect(libraries.length).toBeGreaterThan(50);
  });

  test.each(Object.keys(PACKAGE_IMPORTS))('%s imports only packages that it may import', (name) => {
    const allowed = new Set(PACKAGE_IMPORTS[name]);
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

  test('load the speech detector of the server only when speech detection is used', () => {
    const server = libraries.filter((source) => packageName(source.path) === 'server');
    const importers = server.filter((source) => source.text.includes("'@hookline/vad'"));
    expect(importers.map((source) => source.path)).toEqual(['packages/server/src/speech/speech-watch.ts']);
    for (const { text } of importers) {
      expect(text).toContain("await import('@hookline/vad')");
      expect(text).not.toMatch(/from '@hookline\/vad'/);
    }
  });

  test('all have an entry with their imports', () => {
    expect(readdirSync(join(root, 'packages')).filter((name) => !(name in PACKAGE_IMPORTS))).toEqual([]);
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

  test('import each other by public name, not by path', () => {
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
      'packages/realtime/src/wire',
      'packages/server/src/ws',
      'packages/studio/src/wire',
    ]);
  });

  test('take the time from an injected clock', () => {
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

describe('the folders of a package', () => {
  const inPackage = (name: string) => libraries.filter((source) => packageName(source.path) === name);

  test.each(Object.keys(FOLDER_IMPORTS))('%s import only folders that they may import', (name) => {
    const folders = FOLDER_IMPORTS[name] ?? {};
    const wrong = inPackage(name)
      .filter((source) => folderOf(source.path) !== 'index')
      .flatMap((source) => {
        const folder = folderOf(source.path);
        return importsOf(source.text)
          .flatMap(({ id }) => fileOf(source, id) ?? [])
          .filter((path) => folderOf(path) !== folder && !folders[folder]?.includes(folderOf(path)))
          .map((path) => `${source.path} imports ${path}`);
      });
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(FOLDER_IMPORTS))(
    '%s all have an entry, which lists only imports that exist',
    (name) => {
      const documented = Object.entries(FOLDER_IMPORTS[name] ?? {}).map(([folder, arrows]) => [
        folder,
        [...arrows].sort(),
      ]);
      const folders = new Map<string, Set<string>>();
      for (const source of inPackage(name).filter(({ path }) => folderOf(path) !== 'index')) {
        const folder = folderOf(source.path);
        const arrows = folders.get(folder) ?? new Set();
        for (const { id } of importsOf(source.text)) {
          const path = fileOf(source, id);
          if (path !== undefined && folderOf(path) !== folder) arrows.add(folderOf(path));
        }
        folders.set(folder, arrows);
      }
      const found = [...folders].map(([folder, arrows]) => [folder, [...arrows].sort()]);
      expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(found));
    },
  );

  test.each(Object.keys(FOLDER_IMPORTS))('%s have no cyclic imports', (name) => {
    expect(findCycle(new Map(Object.entries(FOLDER_IMPORTS[name] ?? {})))).toBeUndefined();
  });

  test('have no cyclic value imports between files, in any package', () => {
    const graph = new Map(
      shipped.map((source) => [
        source.path,
        importsOf(source.text)
          .filter(({ typesOnly }) => !typesOnly)
          .flatMap(({ id }) => fileOf(source, id) ?? []),
      ]),
    );
    expect(findCycle(graph)).toBeUndefined();
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['a']],
        ]),
      ),
    ).toEqual(['a', 'b', 'a']);
  });
});

describe('the files', () => {
  test('have a readable size: a median of 50 to 120 lines, and at most a fifth below 30', () => {
    const lines = shipped.map((source) => source.text.split('\n').length - 1).sort((a, b) => a - b);
    const median = lines[Math.floor(lines.length / 2)] ?? 0;
    expect(median).toBeGreaterThanOrEqual(50);
    expect(median).toBeLessThanOrEqual(120);
    expect(lines[Math.floor(lines.length * 0.9)]).toBeLessThanOrEqual(300);
    expect(lines.at(-1)).toBeLessThanOrEqual(500);
    expect(lines.filter((count) => count < 30).length / lines.length).toBeLessThanOrEqual(0.2);
  });
  test('are named after their content', () => {
    const wrong = all
      .map((source) => source.path)
      .filter((path) => /(^|\/)(utils?|common|shared|helpers?|misc)(\/|\.ts$)/.test(path));
    expect(wrong).toEqual([]);
  });
});
