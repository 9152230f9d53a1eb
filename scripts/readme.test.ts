import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { phraseUrl } from '@hookline/bots';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { freePort } from './free-port.js';

const root = fileURLToPath(new URL('..', import.meta.url));
mkdirSync(join(root, '.test-results'), { recursive: true });
// Inside the checkout, so that the packages resolve as in an installation.
const folder = mkdtempSync(join(root, '.test-results', 'readme-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The TypeScript blocks of a Markdown file in order. */
function blocksOf(path: string): string[] {
  return [...readFileSync(join(root, path), 'utf8').matchAll(/```ts\n([\s\S]*?)```/g)].map(
    (match) => match[1] ?? '',
  );
}

const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`),
  ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}/README.md`),
];
const blocks = documents.flatMap((document) =>
  blocksOf(document).map((code, index) => ({ name: `block ${index + 1} of ${document}`, code })),
);
const [botBlock = '', callBlock = ''] = blocksOf('README.md');

/** The compiler errors of each program. One compilation checks all, because starting the compiler takes most of the time. */
function typeErrors(programs: readonly string[]): string[][] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  const files = programs.map((code, index) => {
    const file = join(folder, `block-${index}.mts`);
    writeFileSync(file, code);
    return file;
  });
  const program = ts.createProgram(files, { ...options, noUnusedLocals: false });
  return files.map((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')),
  );
}

/** Starts a block as a separate process that uses the built packages. */
function start(code: string, name: string, port: number) {
  const file = join(folder, `${name}.mjs`);
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  writeFileSync(file, outputText.replaceAll('8080', String(port)));
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { ...process.env, HOOKLINE_CLIENT_SECRET: 'cmVhZG1lLWNsaWVudC1zZWNyZXQ=' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes) => {
      output += bytes;
    });
  }
  return { child, output: () => output };
}

async function isListening(port: number): Promise<void> {
  const { connect } = await import('node:net');
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const up = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(
        () => false,
        () => false,
      ),
    ]).catch(() => false);
    socket.destroy();
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing listens on port ${port}`);
}

describe('the README', () => {
  test('contains a bot and a call', () => {
    expect(botBlock.trim().split('\n').length).toBeLessThanOrEqual(8);
    expect(callBlock.trim().split('\n').length).toBeLessThanOrEqual(12);
  });

  test('and the READMEs of the packages contain only blocks that compile', { timeout: 120_000 }, () => {
    const wrong = "import { createBot } from '@hookline/server';\ncreateBot(1);\n";
    const errors = typeErrors([...blocks.map(({ code }) => code), wrong]);
    expect(errors.pop()).not.toEqual([]);
    const found = blocks.map(({ name }, index) => ({ name, errors: errors[index] ?? [] }));
    expect(found.filter((block) => block.errors.length > 0)).toEqual([]);
  });

  test('contains a call that succeeds with its bot', { timeout: 60_000 }, async () => {
    for (const name of ['welcome.wav', 'hello.wav']) copyFileSync(phraseUrl('hello'), join(folder, name));
    const port = await freePort();
    const bot = start(botBlock, 'bot', port);
    try {
      await isListening(port);
      const call = start(callBlock, 'call', port);
      await once(call.child, 'exit');
      expect(call.output()).toContain("verified: 'true'");
      expect(call.child.exitCode).toBe(0);
    } finally {
      bot.child.kill();
    }
    expect(bot.output()).toBe('');
  });
});
