import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { botLimits, botTimers } from '../src/bot-limits.js';
import { createBot } from '../src/index.js';
import { END_REASONS } from '../src/session/call-ended.js';
import { parsePrometheus } from './prometheus-text.js';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');
const sources = readdirSync(new URL('src', root), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => read(`src/${path}`));

/** The cells of the table row that begins with `first`, in a table of so many columns. */
function row(first: string, columns = 2): string[] {
  for (const line of readme.split('\n')) {
    const cells = line.split('|').slice(1, -1);
    if (cells.length === columns && cells[0]?.includes(first)) return cells.map((cell) => cell.trim());
  }
  throw new Error(`The README has no row of ${columns} columns for ${first}.`);
}

const matches = (text: string, pattern: RegExp) => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

/** The properties of an exported interface. */
function properties(path: string, name: string): string[] {
  const body = new RegExp(`export interface ${name} [\\s\\S]*?\\n}\\n`).exec(read(path))?.[0] ?? '';
  return matches(body, /^ {2}readonly (\w+)\??:/gm);
}

describe('the README', () => {
  it('starts with a signed bot of 10 lines, and one with barge-in, keys and outputs of 25', () => {
    const [smallest = '', larger = ''] = matches(readme, /```ts\n([\s\S]*?)\n```/g);
    for (const code of [smallest, larger]) expect(code).toMatch(/auth: \{ '[^']+': process\.env\./);
    expect(smallest).toContain('listen(');
    expect(smallest.split('\n').length).toBeLessThanOrEqual(10);
    for (const part of ['bargeIn: true', 'collectDigits(', 'return {', 'listen('])
      expect(larger).toContain(part);
    expect(larger.split('\n').length).toBeLessThanOrEqual(25);
  });

  it('has every option of createBot', () => {
    const groups = new Set(['timers', 'limits']);
    const names = [
      ...properties('src/bot-options.ts', 'BotOptions'),
      ...properties('src/auth/auth-options.ts', 'AuthOptions'),
    ].filter((name) => !groups.has(name));
    expect(names.length).toBeGreaterThan(8);
    for (const name of [...names, 'inputs', 'outputs']) expect(row(`\`${name}\``, 3)[2], name).toMatch(/\S/);
  });

  it.each([
    ['timers', botTimers(undefined)],
    ['limits', botLimits(undefined)],
  ])('contains each of the %s with its default', (group, defaults) => {
    expect(Object.keys(defaults).length).toBeGreaterThan(4);
    for (const [name, value] of Object.entries(defaults)) {
      const [, shown = '', meaning] = row(`\`${group}.${name}\``, 3);
      expect(shown, name).toMatch(new RegExp(`^${value.toLocaleString('en-US')}(?![\\w,])`));
      if (name.endsWith('Ms')) expect(shown, name).toMatch(/ ms$/);
      if (name.endsWith('Bytes')) expect(shown, name).toMatch(/ bytes$/);
      expect(meaning, name).toMatch(/\S/);
    }
  });

  it('has every option of listen, and of the Fastify plugin', () => {
    const names = properties('src/bot.ts', 'ListenOptions');
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(row(`\`${name}\``, 3)[1], name).toMatch(/\S/);
    for (const name of properties('src/fastify/plugin.ts', 'FastifyBotOptions'))
      expect(readme).toContain(name);
  });

  it('has every refusal by status and error, with its fix', () => {
    const table = read('src/admission/refusal.ts').matchAll(/(\d{3}): \{ error: '([\w-]+)'/g);
    const refusals = [...table].map(([, status = '', error = '']) => [status, error]);
    expect(refusals.length).toBeGreaterThan(5);
    for (const [status = '', error = ''] of refusals) {
      const [, shown, cure] = row(status, 3);
      expect(shown).toBe(`\`${error}\``);
      expect(cure).toContain('→');
    }
  });

  it('has every error code, with its fix', () => {
    const codes = matches(read('src/error.ts'), /^ {2}\| '(\w+)'/gm);
    expect(codes.length).toBeGreaterThan(6);
    for (const code of [...codes, 'CALL_ENDED', 'CALL_FAILURE'])
      expect(row(`\`${code}\``)[1], code).toMatch(/\S/);
    const own = matches(sources.join('\n'), /(?:serverError\(|HooklineError<')\s*'?([A-Z_]{3,})/g);
    for (const code of own) expect(row(`\`${code}\``), code).toBeDefined();
  });

  it('has every reason for disconnecting an open call', () => {
    const infos = matches(
      sources.join('\n'),
      /(?:\binfo:|\bend:|timeOut\(call,) ?(?:`|')((?:no |the server|the bot did|nothing|too many)[^'`:$]*)/g,
    );
    expect(infos.length).toBeGreaterThan(4);
    for (const info of infos) expect(readme, info).toContain(info.trim().split(' ').slice(0, 3).join(' '));
  });

  it('has every metric, outcome and diagnostics channel', () => {
    const families = parsePrometheus(createBot({ auth: { k: null } }, () => {}).metrics());
    expect(families.size).toBeGreaterThan(10);
    for (const name of families.keys())
      expect(row(`\`${name.replace('hookline_server_', '')}`)[1]).toMatch(/\S/);
    expect(row('event_loop_delay_seconds')).toBeDefined();
    for (const reason of END_REASONS) expect(readme).toContain(`\`${reason}\``);
    const channels = matches(read('src/metrics/diagnostics.ts'), /'(hookline:[\w:-]+)'/g);
    expect(channels).toHaveLength(10);
    for (const name of channels) expect(readme).toContain(`\`${name}\``);
  });
});
