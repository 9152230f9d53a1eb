import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

/** Bundles a package from source as for a browser, where any Node built-in that is reachable is an error. */
async function bundle(entry: string): Promise<string> {
  const root = new URL('../packages/', import.meta.url).pathname;
  const alias = (name: string) => [`@hookline/${name}`, `${root}${name}/src/index.ts`];
  const built = await build({
    entryPoints: [`${root}${entry}`],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'bundle',
    logLevel: 'silent',
    alias: Object.fromEntries(['runtime', 'protocol', 'audio'].map(alias)),
  });
  return built.outputFiles[0]?.text ?? '';
}

describe('in a browser', () => {
  it.each(['runtime/src/index.ts', 'protocol/src/index.ts', 'audio/src/index.ts'])(
    'reaches no Node built-in from packages/%s',
    async (entry) => {
      const code = await bundle(entry);
      expect(code.length).toBeGreaterThan(1000);
      expect(code).not.toMatch(/\b(?:require|import)\s*\(?\s*["']node:/);
    },
  );

  it.each([
    ['generated code', true],
    ['no code from strings, as a content security policy demands', false],
  ])('decodes and encodes with nothing but the language, and %s', async (_, strings) => {
    const bare = createContext({}, { codeGeneration: { strings, wasm: false } });
    const outcome = runInContext(
      `${await bundle('protocol/src/index.ts')}
      const text = bundle.encodeServerMessage('pong', { id: bundle.NULL_UUID, seq: 2, clientseq: 3 }, {});
      const bad = bundle.decodeServerMessage(text.replace('"2"', '"3"'));
      JSON.stringify([typeof process, bundle.decodeServerMessage(text).kind, bad.fault.clause]);`,
      bare,
    );
    expect(JSON.parse(outcome)).toEqual(['undefined', 'message', 'AC-MSG-2']);
  });

  it('refuses what does reach one', async () => {
    await expect(bundle('protocol/src/signature/index.ts')).rejects.toThrow(/node:crypto/);
  });
});
