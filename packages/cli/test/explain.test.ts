import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clauses } from '@hookline/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hookline, type Running, start } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-explain-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const unwrapped = (text: string) => text.replace(/\s+/g, ' ');

describe('hookline explain', () => {
  test.each(['AC-MSG-3', 'ac-msg-3', 'MSG-3'])('prints the complete rule %s in 80 columns', async (word) => {
    const run = await hookline(['explain', word], { cwd });
    const rule = clauses.find(({ id }) => id === 'AC-MSG-3')!;
    const { sentence, source, effect, fix, note = '' } = rule;
    expect([run.code, run.stderr]).toEqual([0, '']);
    for (const text of ['AC-MSG-3 MUST', sentence, source, effect, fix, note, `basis ${rule.basis}`]) {
      expect(unwrapped(run.stdout)).toContain(text);
    }
    expect(Math.max(...run.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('prints a rule unchanged as JSON', async () => {
    const run = await hookline(['explain', 'AC-RATE-2', '--json'], { cwd });
    expect(run.json).toEqual([{ type: 'rule', ...clauses.find(({ id }) => id === 'AC-RATE-2') }]);
  });

  test.each([
    ['AC-RATE', 'AC-RATE-6'],
    ['429', 'rate limit exceeded'],
    ['open-timeout', 'exit code 6'],
  ])('explains %s', async (word, words) => {
    const run = await hookline(['explain', word], { cwd });
    expect([run.code, unwrapped(run.stdout)]).toEqual([0, expect.stringContaining(words)]);
  });

  test.each([
    [['AC', 'MSG', '99'].join('-'), 'the area has AC-MSG-1 to AC-MSG-'],
    [['AC', 'MSQ', '3'].join('-'), 'did you mean "AC-MSG-3"?'],
    ['open-timout', 'did you mean "open-timeout"?'],
    ['430', 'an error code such as 429'],
  ])('makes a suggestion for %s', async (word, words) => {
    const run = await hookline(['explain', word], { cwd });
    expect([run.code, run.stdout, run.stderr]).toEqual([2, '', expect.stringContaining(words)]);
    expect(run.stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('is in the list of verbs, and its help ends with three examples', async () => {
    expect((await hookline(['--help'], { cwd })).stdout).toMatch(/^ {2}explain /m);
    const { stdout } = await hookline(['help', 'explain'], { cwd });
    expect(stdout.split('Examples:')[1]?.match(/hookline explain/g)).toHaveLength(3);
  });
});

describe('hookline serve', () => {
  let parrot: Running;
  let baseUrl: string;
  let url: string;
  beforeAll(async () => {
    parrot = start(['serve', 'parrot', '--port', '0', '--no-auth', '--json'], { cwd });
    ({ url, baseUrl } = JSON.parse(await parrot.firstLine));
  });

  test('answers a probe at the base path, and logs refused requests without warnings of Node', async () => {
    const probe = await hookline(['probe', baseUrl], { cwd });
    expect([probe.code, probe.stderr]).toEqual([0, '']);
    expect(probe.stdout).toContain('✓ would be activated');
    expect(probe.stdout).toContain('Reported, not documented: hookline explain AC-PROBE-4');
    const response = await fetch(`${baseUrl.replace('ws', 'http')}/parot`);
    expect(response.status).toBe(426);
    const lost = await hookline(['call', `${baseUrl}/parot`, '--trace', 'off'], { cwd });
    expect(lost.code).toBe(4);
    expect(unwrapped(lost.stdout)).toContain('Connector IDs: parrot');
    // Stdout contains the details; they are not repeated.
    expect(lost.stderr).toBe('hookline: the call took the failure path: http-status\n');
    parrot.child.kill('SIGTERM');
    const { code, stderr } = await parrot.finished;
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^refused: no bot is served at this path.*Connector IDs: parrot.*status 404.*\n$/,
      ),
    ]);
    expect(url).toBe(`${baseUrl}/parrot`);
  });
});

describe('an expectation of a call', () => {
  test('is printed if it is not met, and is in the result', async () => {
    const quiet = start(['serve', 'quiet', '--port', '0', '--no-auth', '--json'], { cwd });
    const { url } = JSON.parse(await quiet.firstLine);
    const expected = [
      '--expect-path',
      'disconnected',
      '--expect-output',
      'ok=true',
      '--expect-output',
      'nope=1',
    ];
    const args = ['call', url, '--hangup-after', '200ms', ...expected];
    const more = [
      '--expect-cause',
      'dns',
      '--expect-error-type',
      'NoResourceError',
      '--expect-first-audio',
      '1s',
    ];
    const text = await hookline([...args, ...more, '--trace', 'off'], { cwd });
    expect([text.code, text.stderr.split(/[:;] expected /).slice(1)]).toEqual([
      1,
      [
        'cause dns, got nothing',
        'errorType NoResourceError, got nothing',
        'first audio within 1000 ms, got nothing',
        'output ok="true", got nothing',
        'output nope="1", got nothing\n',
      ],
    ]);
    expect(text.stdout).toMatch(/^ ✗ disconnected, no path, 5 expectations not met /);
    const json = await hookline([...args, '--json', '--trace', 'off'], { cwd });
    expect([json.code, json.json.at(-1)?.['expectations']]).toEqual([
      1,
      [
        { of: 'path', expected: 'disconnected', got: 'disconnected', met: true },
        { of: 'output ok', expected: '"true"', got: 'nothing', met: false },
        { of: 'output nope', expected: '"1"', got: 'nothing', met: false },
      ],
    ]);
    quiet.child.kill('SIGTERM');
    await quiet.finished;
  });

  test('can be a failure with a certain cause', async () => {
    const args = ['call', 'ws://127.0.0.1:1/x', '--trace', 'off', '--expect-error-type', 'NoResourceError'];
    const run = await hookline([...args, '--expect-cause', 'refused'], { cwd });
    expect([run.code, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatch(/^ ✓ failure path /);
    expect((await hookline([...args, '--expect-cause', 'tls'], { cwd })).code).toBe(1);
  });
});

test('secrets in the location of a redirect are not printed', async () => {
  const location = 'wss://me:hunter22@other.example/b?access_token=topsecret1';
  const server = createServer();
  server.on('upgrade', (_, socket) => {
    socket.end(
      `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/x?token=topsecret2`;
  for (const args of [
    ['call', url, '--ladder'],
    ['call', url, '--json'],
    ['probe', url],
    ['probe', url, '--json'],
  ]) {
    const { code, stdout, stderr } = await hookline(args, { cwd });
    expect(code).not.toBe(0);
    expect(`${stdout}${stderr}`).not.toMatch(/hunter22|topsecret/);
    expect(stdout).toContain('other.example');
  }
  server.close();
});
