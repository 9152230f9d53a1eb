import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sine, writeWav } from '@hookline/audio';
import { callAudioConnector, defineIntegration, wavCaller } from '@hookline/client';
import { build, type Format } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';

const root = new URL('../', import.meta.url).pathname;

/** A bot that detects speech and answers with a WAV file that must be resampled. */
const BOT = `
import { createBot, wav } from '@hookline/server';
const bot = createBot({ auth: { bundled: Buffer.from(SECRET) } }, async (call) => {
  await new Promise((resolve) => call.onSpeech({ start: resolve }));
  const { ended } = await call.play(wav(Buffer.from(ANSWER, 'base64')));
  return { ended };
});
bot.listen(0, { host: '127.0.0.1' }).then(({ port }) => process.stdout.write(port + '\\n'));
`;

const ANSWER = writeWav({
  codec: 'pcm16',
  rate: 24000,
  channels: 1,
  data: sine({ hz: 440, ms: 100, rate: 24000 }),
});
const SECRET = 'for calls that never leave the machine';
const SPEECH = readFileSync(new URL('../packages/audio/test/speech-kal.ulaw', import.meta.url));

/** `npm test` builds first; with vitest alone, tests of the build are skipped if there is none. */
const isBuilt = ['runtime', 'protocol', 'audio', 'vad', 'server'].every((name) =>
  existsSync(`${root}packages/${name}/dist/index.js`),
);

/** Bundles the bot into one file, alone in a folder. */
async function bundled(format: Format, tsconfig: object): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const built = await build({
    stdin: { contents: BOT, resolveDir: join(root, 'packages/testing'), loader: 'js' },
    bundle: true,
    write: false,
    platform: 'node',
    format,
    logLevel: 'silent',
    define: {
      ANSWER: JSON.stringify(Buffer.from(ANSWER).toString('base64')),
      SECRET: JSON.stringify(SECRET),
    },
    // In an ES module, `ws` needs `require` for Node built-ins.
    banner:
      format === 'esm'
        ? {
            js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
          }
        : {},
    ...tsconfig,
  });
  expect(built.outputFiles).toHaveLength(1);
  const file = join(folder, format === 'esm' ? 'bot.mjs' : 'bot.cjs');
  writeFileSync(file, built.outputFiles[0]?.text ?? '');
  return file;
}

/** Runs the file with Node alone; returns the port of the bot and its output on stderr. */
async function running(file: string) {
  const bot = spawn(process.execPath, [file], { cwd: join(file, '..'), env: {} });
  onTestFinished(() => void bot.kill());
  let stderrOutput = '';
  bot.stderr.on('data', (text) => {
    stderrOutput += text;
  });
  const port = await new Promise<string>((resolve, reject) => {
    bot.stdout.once('data', (text) => resolve(String(text).trim()));
    bot.once('exit', () => reject(new Error(stderrOutput)));
  });
  return { port, stderrOutput: () => stderrOutput };
}

describe.each<[string, boolean, { tsconfig: string } | { tsconfigRaw: string }]>([
  ['the sources', true, { tsconfig: `${root}tsconfig.json` }],
  ['the build', isBuilt, { tsconfigRaw: '{}' }],
])('a bot in one file, bundled from %s', (_, isThere, tsconfig) => {
  it.skipIf(!isThere).each<Format>(['esm', 'cjs'])(
    'detects speech and resamples a WAV file, without other files or output on stderr (%s)',
    async (format) => {
      const { port, stderrOutput } = await running(await bundled(format, tsconfig));
      const call = callAudioConnector({
        integration: defineIntegration({
          baseConnectionUri: `ws://127.0.0.1:${port}`,
          apiKey: 'bundled',
          clientSecret: new TextEncoder().encode(SECRET),
        }),
        caller: wavCaller(writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: SPEECH })),
        outputs: ['ended'],
      });
      const result = await call.result;
      expect(result).toMatchObject({ path: 'success', outputs: { ended: 'completed' } });
      expect(stderrOutput()).toBe('');
    },
    60_000,
  );
});
