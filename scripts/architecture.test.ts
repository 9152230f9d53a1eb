import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
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
  realtime: ['server', 'audio', 'runtime'],
  scenario: ['client', 'trace', 'protocol', 'audio', 'runtime'],
  testing: ['scenario', 'client', 'server', 'trace', 'protocol', 'audio', 'runtime'],
  conformance: ['protocol', 'audio', 'trace', 'runtime'],
  'artillery-engine-hookline': ['load', 'bots', 'runtime'],
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
 * The rooms of a package: each folder of `src`, and each file that lies in `src` itself. A room imports only what is
 * listed for it; packages that are not listed here have no such rule. `index` may import all.
 */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  server: {
    error: [],
    'user-code': ['error'],
    'bot-limits': ['error'],
    auth: ['error'],
    session: ['bot-limits', 'error'],
    source: ['user-code', 'error'],
    'bot-log': ['session', 'user-code'],
    metrics: ['session', 'error'],
    speech: ['user-code', 'error'],
    dtmf: ['session', 'user-code', 'error'],
    audio: ['session', 'user-code', 'error'],
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
      'user-code',
      'error',
    ],
    routing: ['call', 'error'],
    lifecycle: ['call', 'bot-limits', 'error'],
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
      'error',
    ],
    'bot-core': ['admission', 'lifecycle', 'routing', 'metrics', 'bot-options', 'bot-log', 'bot-limits'],
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
    fastify: ['bot', 'lifecycle', 'error'],
    otel: ['call', 'metrics', 'session', 'user-code', 'error'],
    redis: ['auth', 'bot-limits', 'user-code', 'error'],
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
/** All but the apps, which may import any public name. */
const libraries = shipped.filter((source) => !source.path.startsWith('apps/'));

function imports(text: string): string[] {
  return [...text.matchAll(/(?:from|import\(|import)\s*['"]([^'"]+)['"]/g)].map((match) => match[1] ?? '');
}

interface Import {
  readonly id: string;
  /** Whether nothing of it is left at run time. */
  readonly typesOnly: boolean;
}

/** The imports and re-exports of a source, with those that are of types only marked. */
function importsOf(text: string): Import[] {
  const pattern = /\b(?:import|export)\s+(type\s)?([^;'"]*?)\bfrom\s*'([^']+)'|\bimport\(?\s*'([^']+)'/g;
  return [...text.matchAll(pattern)].map(([, type, names = '', from, bare = '']) => {
    const inBraces = /^\s*\{([\s\S]*)\}\s*$/.exec(names)?.[1];
    const listed = inBraces
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

/** The room that a file of a package lies in. */
function roomOf(path: string): string {
  const [room = ''] = path.slice(path.indexOf('/src/') + '/src/'.length).split('/');
  return room.replace(/\.tsx?$/, '');
}

/** A circle in a graph, as the nodes along it, or undefined when there is none. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(node)) return [...trail.slice(trail.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const next of graph.get(node) ?? []) {
      const circle = visit(next, [...trail, node]);
      if (circle) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of graph.keys()) {
    const circle = visit(node, []);
    if (circle) return circle;
  }
  return undefined;
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
      'packages/realtime/src/wire',
      'packages/server/src/ws',
      'packages/studio/src/wire',
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

describe('the rooms of a package', () => {
  const inPackage = (name: string) => libraries.filter((source) => packageName(source.path) === name);

  test.each(Object.keys(ROOMS))('%s import only what their arrows allow', (name) => {
    const rooms = ROOMS[name] ?? {};
    const wrong = inPackage(name)
      .filter((source) => roomOf(source.path) !== 'index')
      .flatMap((source) => {
        const room = roomOf(source.path);
        return importsOf(source.text)
          .flatMap(({ id }) => fileOf(source, id) ?? [])
          .filter((path) => roomOf(path) !== room && !rooms[room]?.includes(roomOf(path)))
          .map((path) => `${source.path} imports ${path}`);
      });
    expect(wrong).toEqual([]);
  });

  test.each(Object.keys(ROOMS))('%s are all drawn, and each of their arrows is needed', (name) => {
    const drawn = Object.entries(ROOMS[name] ?? {}).map(([room, arrows]) => [room, [...arrows].sort()]);
    const rooms = new Map<string, Set<string>>();
    for (const source of inPackage(name).filter(({ path }) => roomOf(path) !== 'index')) {
      const room = roomOf(source.path);
      const arrows = rooms.get(room) ?? new Set();
      for (const { id } of importsOf(source.text)) {
        const path = fileOf(source, id);
        if (path !== undefined && roomOf(path) !== room) arrows.add(roomOf(path));
      }
      rooms.set(room, arrows);
    }
    const found = [...rooms].map(([room, arrows]) => [room, [...arrows].sort()]);
    expect(Object.fromEntries(drawn)).toEqual(Object.fromEntries(found));
  });

  test.each(Object.keys(ROOMS))('%s point one way', (name) => {
    expect(circleIn(new Map(Object.entries(ROOMS[name] ?? {})))).toBeUndefined();
  });

  test('have no circle of value imports, in any package', () => {
    const graph = new Map(
      shipped.map((source) => [
        source.path,
        importsOf(source.text)
          .filter(({ typesOnly }) => !typesOnly)
          .flatMap(({ id }) => fileOf(source, id) ?? []),
      ]),
    );
    expect(circleIn(graph)).toBeUndefined();
    expect(
      circleIn(
        new Map([
          ['a', ['b']],
          ['b', ['a']],
        ]),
      ),
    ).toEqual(['a', 'b', 'a']);
  });
});

describe('the files', () => {
  test('are of a size that one reads at a time: a median of 50 to 120 lines, and at most a fifth below 30', () => {
    const lines = shipped.map((source) => source.text.split('\n').length - 1).sort((a, b) => a - b);
    const median = lines[Math.floor(lines.length / 2)] ?? 0;
    expect(median).toBeGreaterThanOrEqual(50);
    expect(median).toBeLessThanOrEqual(120);
    expect(lines[Math.floor(lines.length * 0.9)]).toBeLessThanOrEqual(300);
    expect(lines.at(-1)).toBeLessThanOrEqual(500);
    expect(lines.filter((count) => count < 30).length / lines.length).toBeLessThanOrEqual(0.2);
  });
  test('are named by what they hold', () => {
    const wrong = all
      .map((source) => source.path)
      .filter((path) => /(^|\/)(utils?|common|shared|helpers?|misc)(\/|\.ts$)/.test(path));
    expect(wrong).toEqual([]);
  });
});
