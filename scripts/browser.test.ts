import { existsSync, readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const packages = new URL('../packages/', import.meta.url).pathname;
const NAMES = ['runtime', 'protocol', 'audio', 'vad'];
const SOURCES = {
  ...Object.fromEntries(NAMES.map((name) => [`@hookline/${name}`, `${packages}${name}/src/index.ts`])),
  '@hookline/protocol/light': `${packages}protocol/src/light.ts`,
};

/** Bundles a file below packages/ for a browser; a reachable Node built-in is an error. */
async function bundle(entry: string, minify = false): Promise<string> {
  const built = await build({
    entryPoints: [packages + entry],
    bundle: true,
    minify,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'bundle',
    logLevel: 'silent',
    // The build imports the build, as after an installation.
    alias: entry.includes('/src/') ? SOURCES : {},
  });
  return built.outputFiles[0]?.text ?? '';
}

/** `npm test` builds first; with vitest alone, tests of the build are skipped if there is none. */
const isBuilt = [...NAMES, 'trace'].every((name) => existsSync(`${packages}${name}/dist/index.cjs`));

describe.each([
  ['in the source', 'src/index.ts', true],
  ['as built, for import', 'dist/index.js', isBuilt],
  ['as built, for require', 'dist/index.cjs', isBuilt],
])('in a browser, %s', (_, index, availability) => {
  it.skipIf(!availability).each(NAMES)('reaches no Node built-in from packages/%s', async (name) => {
    const code = await bundle(`${name}/${index}`);
    expect(code.length).toBeGreaterThan(1000);
    expect(code).not.toMatch(/\b(?:require|import)\s*\(?\s*["']node:/);
  });

  it.skipIf(!availability).each([
    ['with generated code', true],
    ['without code from strings, as a content security policy requires', false],
  ])('decodes and encodes without any host API, %s', async (_, strings) => {
    const sandbox = createContext({}, { codeGeneration: { strings, wasm: false } });
    const outcome = runInContext(
      `${await bundle(`protocol/${index}`)}
      const text = bundle.encodeServerMessage('pong', { id: bundle.NULL_UUID, seq: 2, clientseq: 3 }, {});
      const bad = bundle.decodeServerMessage(text.replace('"2"', '"3"'));
      JSON.stringify([typeof process, bundle.decodeServerMessage(text).kind, bad.fault.clause]);`,
      sandbox,
    );
    expect(JSON.parse(outcome)).toEqual(['undefined', 'message', 'AC-MSG-2']);
  });

  it.skipIf(!availability)(
    'renders a ladder with redaction without any schema, in less than 60 kB if imported',
    async () => {
      const ladder = index.replace('src/index', 'src/ladder/index').replace('dist/index', 'dist/ladder');
      const code = await bundle(`trace/${ladder}`, true);
      // Pages import it. A bundler cannot remove unused code of a required module.
      if (!index.endsWith('.cjs')) expect(code.length).toBeLessThan(60_000);
      expect(code.match(/\b(?:require|import)\s*\(?\s*["']node:|TypeBox/)).toBeNull();
      const page = createContext({ TextEncoder, btoa }, { codeGeneration: { strings: false, wasm: false } });
      const rows = runInContext(
        `${code}
      const ladder = bundle.createLadder({ vantage: 'client', width: 80 });
      const head = 'GET /book HTTP/1.1\\r\\nX-API-KEY: demo-key-7Q2\\r\\nUpgrade: websocket\\r\\n\\r\\n';
      const text = '{"version":"2","type":"pong","seq":2,"clientseq":4,"id":"x","parameters":{}}';
      [...ladder.push({ kind: 'request', t: 0, dir: 'out', head }),
       ...ladder.push({ kind: 'message', t: 5, dir: 'in', type: 'pong', text })].join('\\n');`,
        page,
      );
      expect(rows).toMatch(/GET \/book {2}Upgrade {2}key=de\*\*\* .*\n.* pong {6}seq 2\/4 /);
    },
  );

  if (index === 'src/index.ts') {
    it.each([
      ['protocol', 'src/light.ts', /`\.\/light` [^;]*, (\d+) kB minified/],
      ['protocol', 'src/index.ts', / kB minified instead of (\d+) kB/],
      ['trace', 'src/ladder/index.ts', /only ladder and redaction, about (\d+) kB minified/],
    ])('is as large as the README says, within a tenth: %s/%s', async (name, entry, said) => {
      const [, kB] = said.exec(readFileSync(`${packages}${name}/README.md`, 'utf8')) ?? [];
      const { length } = await bundle(`${name}/${entry}`, true);
      expect(Math.abs(length / 1000 / Number(kB) - 1)).toBeLessThan(0.1);
    });
  }

  it.skipIf(!availability)('fails if a Node built-in is reachable', async () => {
    const signature = index
      .replace('src/index', 'src/signature/index')
      .replace('dist/index', 'dist/signature');
    await expect(bundle(`protocol/${signature}`)).rejects.toThrow(/"(?:node:)?crypto"/);
  });
});
