import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { phraseUrl } from '@hookline/bots';
import { createBot, type Listening } from '@hookline/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CallEvent, callEventSchema } from '../scripts/events.js';
import { verbSchemas } from '../scripts/verb-lines.js';
import { hookline, start } from './hookline.js';
import { lineFault } from './line-fault.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-events-'));
const hello = fileURLToPath(phraseUrl('hello'));
let bot: Listening;
beforeAll(async () => {
  bot = await createBot({ auth: 'none', path: '/b' }, async (call) => {
    await call.play(new Uint8Array(4000).fill(0x30));
    call.turn({ disposition: 'match', text: 'hello', confidence: 0.5 });
    const { digits } = await call.collectDigits({ max: 1, timeoutMs: 5000 });
    if (digits === '9') throw new Error('out of order');
    return { digits };
  }).listen(0, { host: '127.0.0.1' });
});
afterAll(async () => {
  await bot.close();
  rmSync(cwd, { recursive: true });
});

describe('every line of --json', () => {
  test.each<[string, number, () => string[]]>([
    [
      'a call that succeeds',
      0,
      () => [
        'call',
        bot.url,
        '--wav',
        hello,
        '--dtmf',
        '1@1s',
        '--trace',
        'stored',
        '--record',
        'a.wav',
        '--expect-path',
        'success',
      ],
    ],
    ['a call on the failure path', 5, () => ['call', bot.url, '--dtmf', '9@1s']],
    ['a hang-up', 0, () => ['call', bot.url, '--hangup-after', '300ms']],
    ['a call that cannot connect', 4, () => ['call', 'ws://127.0.0.1:1/none']],
    ['a call that is refused', 4, () => ['call', bot.url.replace('/b', '/other')]],
  ])('of %s matches the schema', { timeout: 60_000 }, async (_, code, args) => {
    const run = await hookline([...args(), '--json'], { cwd });
    expect(run.code).toBe(code);
    expect(run.json.map((line) => lineFault(CallEvent.anyOf, line)).filter(Boolean)).toEqual([]);
    expect(run.json.at(-1)).toMatchObject({ type: 'result' });
  });

  test('of --stdin matches the schema', { timeout: 60_000 }, async () => {
    const run = start(['call', bot.url, '--stdin', '--json'], { cwd, openStdin: true });
    run.child.stdin.write('nonsense\n{"type":"wait","ms":800}\n{"type":"dtmf","digits":"1"}\n');
    const { json } = await run.finished;
    expect(json.filter(({ type }) => type === 'command')).toHaveLength(3);
    expect(json.map((line) => lineFault(CallEvent.anyOf, line)).filter(Boolean)).toEqual([]);
  });
});

test('the published schemas are the generated ones', () => {
  const published = (file: string) => readFileSync(new URL(`../schema/${file}`, import.meta.url), 'utf8');
  expect(published('call-events.schema.json')).toBe(callEventSchema());
  for (const [file, text] of Object.entries(verbSchemas()))
    expect([file, published(file)]).toEqual([file, text]);
});
