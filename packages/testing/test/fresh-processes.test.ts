import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeWav } from '@hookline/audio';
import { afterAll, expect, test } from 'vitest';

const run = promisify(execFile);
const packageRoot = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'hookline-fresh-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isBuilt = existsSync(join(packageRoot, 'dist', 'index.js'));
if (!isBuilt && process.env['CI']) throw new Error('The packages are not built: run `npm run build` first.');

const file = (rate: number) => {
  const path = join(folder, `welcome-${rate}.wav`);
  const data = Int16Array.from({ length: 2 * rate }, (_, at) => 8000 * Math.sin((at * 2765) / rate));
  writeFileSync(path, writeWav({ codec: 'pcm16', rate, channels: 1, data }));
  return JSON.stringify(path);
};

/** The bodies of handlers, as text. */
const BOTS: readonly (readonly [string, string])[] = [
  ['a file of 8 kHz', `await call.play(wav(${file(8000)}))`],
  ['a file of 22.05 kHz', `await call.play(wav(${file(22_050)}))`],
  [
    'a file of 44.1 kHz that a caller interrupts',
    `call.onSpeech({}, { bargeIn: true }); await call.play(wav(${file(44_100)}), { bargeIn: true }); await call.play(wav(${file(8000)}))`,
  ],
  [
    'a detector of its own',
    `call.onSpeech({}, { bargeIn: true, vad: () => createVad() }); await call.play(wav(${file(48_000)}))`,
  ],
  [
    'caller audio of another rate',
    'let n = 0; for await (const piece of call.pcm16({ rate: 24000 })) { n += piece.length; if (n > 40000) return; }',
  ],
];

/** Enough in CI to notice a rare difference. */
const PROCESSES = process.env['CI'] ? 10 : 4;

/** Runs a call in a new process; returns all its virtual timings. */
async function freshCall(body: string): Promise<string> {
  const program = `
    import { phrase } from '@hookline/bots';
    import { wavCaller } from '@hookline/client';
    import { wav } from '@hookline/server';
    import { linkedCall } from '@hookline/testing';
    import { createVad } from '@hookline/vad';
    const caller = wavCaller(phrase('hello').bytes);
    const { call, clock } = linkedCall(() => async (call) => { ${body} }, { call: { caller } });
    const { path, durationMs, timings, heardMs } = await clock.run(call.result);
    console.log(JSON.stringify([path, durationMs, timings.firstAudioMs ?? null, heardMs]));
  `;
  const node = ['--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, node, { cwd: packageRoot });
  return stdout.trim();
}

test.runIf(isBuilt).each(BOTS)(
  'a call with %s takes the same virtual time in each fresh process',
  { timeout: 60_000 },
  async (_, body) => {
    const runs: string[] = [];
    // Two at a time, which compete as on a busy machine.
    while (runs.length < PROCESSES) runs.push(...(await Promise.all([freshCall(body), freshCall(body)])));
    expect(runs[0]).toMatch(/^\["success",/);
    expect(new Set(runs).size, runs.join('\n')).toBe(1);
  },
);
