import { type ChildProcess, execFileSync, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { on, once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runChecks } from '@hookline/conformance';
import { sign } from '@hookline/protocol/signature';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '#free-port';

const app = (name: string) => fileURLToPath(new URL(`../../../apps/${name}`, import.meta.url));
const API_KEY = 'conformance-test-key';
const SECRET = 'Y29uZm9ybWFuY2UtdGVzdC1zZWNyZXQtMTIzNDU=';

/** A Python with the package. Debian's own may not be the first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (name) => spawnSync(name, ['-c', 'import websockets']).status === 0,
);
const go = ['go'].find((name) => spawnSync(name, ['version']).status === 0);

const built = mkdtempSync(join(tmpdir(), 'hookline-go-bot-'));
afterAll(() => rmSync(built, { recursive: true, force: true }));

test('finds its system programs in CI', { skip: process.env['CI'] === undefined }, () => {
  expect(python, 'python3-websockets is missing: npm run setup:system').toBeDefined();
  expect(go, 'golang-go is missing: npm run setup:system').toBeDefined();
});

// Both spend most of the check waiting.
describe.concurrent('finds nothing on a bot', () => {
  test('in Python (needs python3-websockets)', { skip: !python, timeout: 90_000 }, async ({ expect }) => {
    expect(await findings(pythonBot)).toEqual([]);
  });

  test('in Go (needs golang-go)', { skip: !go, timeout: 120_000 }, async ({ expect }) => {
    expect(await findings(goBot)).toEqual([]);
  });
});

describe.concurrent.each([
  ['in Python (needs python3-websockets)', pythonBot, !python],
  ['in Go (needs golang-go)', goBot, !go],
] as const)('a bot %s', (_, start, skip) => {
  test('refuses malformed credentials without failing', { skip, timeout: 60_000 }, async ({ expect }) => {
    await withBot(start, async (port) => {
      const changed = (name: string, change: (value: string) => string) =>
        signedHeaders(port).map(([key, value]) => [key, key === name ? change(value) : value] as const);
      const inInput = (from: RegExp, to: string) =>
        changed('Signature-Input', (value) => value.replace(from, to));
      const requests: Readonly<Record<string, readonly Header[]>> = {
        'created is no number': inInput(/created=\d+/, 'created="x"'),
        'created has too many digits': inInput(/created=\d+/, `created=${'9'.repeat(1000)}`),
        'expires is no number': inInput(/expires=\d+/, 'expires="x"'),
        'the signature is not ASCII': changed('Signature', () => `sig1=:${'\u00fc'.repeat(43)}=:`),
        'a covered header is not ASCII': changed('Audiohook-Correlation-Id', () => '\u00fc'),
        'a second API key': [...signedHeaders(port), ['X-API-KEY', API_KEY]],
        'no session id': signedHeaders(port).filter(([name]) => name !== 'Audiohook-Session-Id'),
      };
      for (const [fault, headers] of Object.entries(requests))
        expect([fault, await statusOf(port, headers)]).toEqual([fault, 401]);
      expect(await statusOf(port, signedHeaders(port))).toBe(101);
      // The list of both values has the member that is signed.
      expect(await statusOf(port, [...signedHeaders(port), ['Signature-Input', 'x']])).toBe(101);
    });
  });

  test('ends a session with an invalid message, and sends no audio before opened', {
    skip,
    timeout: 60_000,
  }, async ({ expect }) => {
    await withBot(start, async (port) => {
      const open = (changes: object) => [['open', { ...OPEN, ...changes }]] as const;
      const ends = ['disconnect'];
      expect(await typesOf(port, open({ organizationId: undefined }))).toEqual(ends);
      expect(await typesOf(port, open({ media: null }))).toEqual(ends);
      expect(await typesOf(port, open({ media: [1] }))).toEqual(ends);
      expect(
        await typesOf(port, [
          ['open', OPEN],
          ['dtmf', []],
        ]),
      ).toEqual(['opened', ...ends]);
      const tooFast = { code: 429, message: '', retryAfter: 5 };
      expect(
        await typesOf(port, [
          ['open', OPEN],
          ['error', tooFast],
        ]),
      ).toEqual(['opened']);
      expect(await typesOf(port, [['dtmf', { digit: '#' }]])).toEqual([]);
    });
  });

  test('stops its prompt for a key, disconnects when the caller has heard the last one, and plays nothing after', {
    skip,
    timeout: 60_000,
  }, async ({ expect }) => {
    await withBot(start, async (port) => {
      const call = connect(port);
      await call.opened;
      call.send('open', { ...OPEN, conversationId: randomUUID() });
      expect(await call.next()).toBe('opened');
      expect(await call.next()).toBe('audio');
      call.send('dtmf', { digit: '7' });
      await call.until('event');
      call.send('dtmf', { digit: '#' });
      expect(await call.take(4)).toEqual(['audio', 'audio', 'audio', 'audio']);
      call.send('ping', {});
      expect(await call.next()).toBe('pong');
      call.send('playback_completed', {});
      expect(await call.next()).toBe('disconnect');
      // The key and the disconnect of the bot cross on the way.
      call.send('dtmf', { digit: '#' });
      call.send('ping', {});
      expect(await call.next()).toBe('pong');
      call.send('ping', {});
      expect(await call.next()).toBe('pong');
      call.terminate();
    });
  });

  test('takes a secret without padding, and does not start with one that is not base64 or without an API key', {
    skip,
    timeout: 60_000,
  }, async ({ expect }) => {
    const unpadded = (port: string) => start(port, { CLIENT_SECRET: SECRET.replace('=', '') });
    await withBot(unpadded, async (port) => expect(await statusOf(port, signedHeaders(port))).toBe(101));
    for (const env of [{ CLIENT_SECRET: 'not base64!' }, { API_KEY: '' }]) {
      const bot = start(String(await freePort()), env);
      expect(await once(bot, 'exit')).toEqual([1, null]);
    }
  });
});

function pythonBot(port: string, env = {}): ChildProcess {
  return spawn(python ?? '', [join(app('python-bot'), 'bot.py'), port], options(env));
}

function goBot(port: string, env = {}): ChildProcess {
  const program = join(built, 'bot');
  // Once: a program that runs cannot be replaced.
  if (!existsSync(program)) execFileSync(go ?? '', ['build', '-o', program, '.'], { cwd: app('go-bot') });
  return spawn(program, [port], options(env));
}

const options = (env: object): SpawnOptions => ({
  env: { ...process.env, API_KEY, CLIENT_SECRET: SECRET, ...env },
  stdio: ['ignore', 'pipe', 'inherit'],
});

/** Returns the findings for a bot. */
function findings(start: (port: string) => ChildProcess): Promise<string[]> {
  return withBot(start, async (port) => {
    const url = `ws://127.0.0.1:${port}`;
    const report = await runChecks({ target: { url, apiKey: API_KEY, clientSecret: SECRET } });
    expect(report.ok).toBe(true);
    return report.findings.map(({ id, finding }) => `${id} ${finding.call}: ${finding.got}`);
  });
}

/** Starts a bot, which prints a line when it is ready, and ends it afterwards. */
async function withBot<T>(
  start: (port: string) => ChildProcess,
  use: (port: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const bot = start(String(port));
  try {
    if (bot.stdout) await once(bot.stdout, 'data');
    return await use(port);
  } finally {
    bot.kill();
    await once(bot, 'exit');
  }
}

type Header = readonly [name: string, value: string];

const IDS = { organizationId: randomUUID(), sessionId: randomUUID(), correlationId: randomUUID() };

const OPEN = {
  organizationId: IDS.organizationId,
  // The null UUID: a connection probe, to which a bot plays nothing.
  conversationId: '00000000-0000-0000-0000-000000000000',
  participant: { id: IDS.sessionId, ani: '', aniName: '', dnis: '' },
  media: [{ type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 }],
};

/** The headers of an upgrade request as Genesys Cloud signs it, each time with another nonce. */
function signedHeaders(port: number): Header[] {
  const authority = `127.0.0.1:${port}`;
  const { headers } = sign({
    requestTarget: '/',
    authority,
    headers: { ...IDS, apiKey: API_KEY },
    secret: SECRET,
    created: Math.floor(Date.now() / 1000),
    nonce: randomUUID(),
  });
  return [
    ['Host', authority],
    ['Audiohook-Organization-Id', IDS.organizationId],
    ['Audiohook-Session-Id', IDS.sessionId],
    ['Audiohook-Correlation-Id', IDS.correlationId],
    ['X-API-KEY', API_KEY],
    ...Object.entries(headers),
  ];
}

/** Returns the status of the response to an upgrade request. */
function statusOf(port: number, headers: readonly Header[]): Promise<number> {
  const upgrade = {
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  return new Promise((resolve, reject) => {
    const sent = request({
      port,
      host: '127.0.0.1',
      headers: [...headers, ...Object.entries(upgrade)].flat(),
    });
    sent.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}

/**
 * Sends messages, and then `ping` three times, each after the answer to the last. Returns the types of the other answers,
 * `audio` for a binary frame, up to `disconnect` or the last `pong`.
 */
async function typesOf(port: number, messages: readonly (readonly [type: string, parameters: unknown])[]) {
  const call = connect(port);
  const types: string[] = [];
  try {
    await call.opened;
    for (const [type, parameters] of messages) call.send(type, parameters);
    call.send('ping', {});
    for (let pings = 1; ; ) {
      const type = await call.next();
      if (type !== 'pong') types.push(type ?? 'the end');
      if (type === undefined || type === 'disconnect' || pings === 3) break;
      if (type === 'pong') {
        call.send('ping', {});
        pings += 1;
      }
    }
  } finally {
    call.terminate();
  }
  return types;
}

/** A signed connection to a bot. */
function connect(port: number) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
    headers: Object.fromEntries(signedHeaders(port)),
  });
  const messages = on(socket, 'message', { close: ['close'] });
  let seq = 0;
  const next = async (): Promise<string | undefined> => {
    const { value, done } = await messages.next();
    if (done) return undefined;
    const [data, isBinary] = value;
    return isBinary ? 'audio' : JSON.parse(String(data)).type;
  };
  return {
    opened: once(socket, 'open'),
    send(type: string, parameters: unknown) {
      seq += 1;
      const counters = { seq, serverseq: 0, position: 'PT0S' };
      socket.send(JSON.stringify({ version: '2', id: IDS.sessionId, type, ...counters, parameters }));
    },
    /** Resolves with the type of the next message, `audio` for a frame, undefined after the last. */
    next,
    async take(count: number) {
      const types: (string | undefined)[] = [];
      while (types.length < count) types.push(await next());
      return types;
    },
    async until(type: string) {
      for (let last = await next(); last !== type; last = await next())
        if (last === undefined) throw new Error(`the connection ended before ${type}`);
    },
    terminate: () => socket.terminate(),
  };
}
