import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { phraseUrl } from '@hookline/bots';
import { type CallHandler, createBot, type Listening } from '@hookline/server';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-stdin-'));
const listening: Listening[] = [];
afterEach(async () => {
  for (const one of listening.splice(0)) await one.close();
});
afterAll(() => rmSync(cwd, { recursive: true }));

async function serve(handler: CallHandler): Promise<string> {
  const one = await createBot({ auth: 'none' }, handler).listen(0, { host: '127.0.0.1' });
  listening.push(one);
  return one.url;
}

/** Runs `call --stdin` with these lines. Stdin stays open unless `end` is set. */
async function call(url: string, lines: readonly (object | string)[], flags: readonly string[], end = false) {
  const run = start(['call', url, '--stdin', ...flags], { cwd, openStdin: true });
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  run.child.stdin.on('error', () => {});
  run.child.stdin.write(text);
  if (end) run.child.stdin.end();
  return run.finished;
}

/** Completes after three keys, with the events so far. */
const threeKeyBot: CallHandler = async (bot) => {
  const seen: string[] = [];
  bot.on('paused', () => void seen.push('paused'));
  bot.on('resumed', () => void seen.push('resumed'));
  bot.on('update', ({ language }) => void seen.push(`language ${language}`));
  const { digits } = await bot.collectDigits({ max: 3, timeoutMs: 20_000 });
  return { digits, seen: seen.join(', ') };
};

describe('hookline call --stdin', () => {
  test('runs the commands in order and answers each line once', { timeout: 60_000 }, async () => {
    const url = await serve(threeKeyBot);
    const run = await call(
      url,
      [
        { type: 'language', language: 'fr-CA' },
        { type: 'hold' },
        { type: 'wait', ms: 300 },
        { type: 'resume' },
        { type: 'say', wav: fileURLToPath(phraseUrl('hello')) },
        { type: 'tone', ms: 100 },
        '',
        { type: 'silence', ms: 100 },
        { type: 'dtmf', digits: '123', gapMs: 50 },
      ],
      ['--json'],
    );
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(run.json.at(-1)).toMatchObject({
      type: 'result',
      path: 'success',
      outputs: { digits: '123', seen: 'language fr-ca, paused, resumed' },
    });
    const answers = run.json.filter(({ type }) => type === 'command');
    expect(answers.map(({ line }) => line).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 8, 9]);
    expect(answers.slice(0, 4)).toEqual([
      { type: 'command', line: 1, command: 'language', ok: true },
      { type: 'command', line: 2, command: 'hold', ok: true },
      { type: 'command', line: 3, command: 'wait', ok: true },
      { type: 'command', line: 4, command: 'resume', ok: true },
    ]);
  });

  test('answers an invalid command with an event and continues', { timeout: 60_000 }, async () => {
    const url = await serve(threeKeyBot);
    const run = await call(
      url,
      [
        'hello',
        { type: 'dtmff' },
        { type: 'say', wav: 'missing.wav' },
        { type: 'language', language: 'no language' },
        { type: 'dtmf', digits: '42#', gapMs: 50 },
      ],
      ['--json'],
    );
    expect(run.code).toBe(0);
    expect(run.json.filter(({ ok }) => ok === false)).toEqual([
      { type: 'command', line: 1, ok: false, error: expect.stringContaining('not valid JSON') },
      { type: 'command', line: 2, ok: false, error: expect.stringContaining('did you mean "dtmf"') },
      { type: 'command', line: 3, command: 'say', ok: false, error: expect.stringContaining('missing.wav') },
      { type: 'command', line: 4, command: 'language', ok: false, error: expect.stringContaining('en-US') },
    ]);
  });

  test('prints refused lines on stderr without --json', { timeout: 60_000 }, async () => {
    const url = await serve(threeKeyBot);
    const run = await call(url, ['{"type":"dtmf","digits":"x"}', { type: 'hangup' }], []);
    expect(run.code).toBe(0);
    expect(run.stderr).toBe(
      'hookline: stdin line 1: digits: got "x"; expected keys 0 to 9, *, # and A to D.\n',
    );
  });

  test('hangs up on command, with stdin still open', { timeout: 60_000 }, async () => {
    const url = await serve(threeKeyBot);
    const run = await call(url, [{ type: 'wait', ms: 200 }, { type: 'hangup' }], ['--json']);
    expect(run.code).toBe(0);
    expect(run.json.at(-1)).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
  });

  test('hangs up after the end of stdin when the bot is silent', { timeout: 60_000 }, async () => {
    const url = await serve(threeKeyBot);
    const run = await call(url, [{ type: 'tone', ms: 300 }], ['--json', '--idle-hangup', '400ms'], true);
    expect(run.code).toBe(0);
    const result = run.json.at(-1);
    expect(result).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    expect(Number(result?.['durationMs'])).toBeGreaterThan(600);
  });

  test('answers commands that did not complete before the end of the call', { timeout: 60_000 }, async () => {
    const url = await serve(async () => ({ bye: 'yes' }));
    const run = await call(url, [{ type: 'tone', ms: 20_000 }], ['--json']);
    expect(run.code).toBe(0);
    for (const answer of run.json.filter(({ type }) => type === 'command')) {
      expect(answer).toMatchObject({
        line: 1,
        ok: false,
        error: 'The call ended before the command completed.',
      });
    }
    expect(run.json.at(-1)).toMatchObject({ path: 'success' });
  });
});
