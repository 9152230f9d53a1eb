import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { Command } from 'commander';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { CERT, KEY } from '../../client/test/self-signed.js';
import { loadOptions } from '../src/verbs/load-options.js';
import { hookline } from './hookline.js';

const cwd = mkdtempSync(join(tmpdir(), 'hookline-load-'));
afterAll(() => rmSync(cwd, { recursive: true }));
writeFileSync(join(cwd, 'cert.pem'), CERT);

type Peer = (socket: Socket) => void;

const status =
  (code: number, headers = '', body = ''): Peer =>
  (socket) =>
    socket.once('data', () =>
      socket.end(
        `HTTP/1.1 ${code} X\r\n${headers}Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
      ),
    );

async function serve(peer: Peer, tls: boolean): Promise<number> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    peer(socket);
  };
  const server = tls ? createTlsServer({ key: KEY, cert: CERT }, accept) : createServer(accept);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

interface Refusal {
  readonly name: string;
  readonly peer: Peer;
  readonly code: number;
  /** What the error must say. */
  readonly says: RegExp;
  /** Whether the peer speaks TLS; default false. */
  readonly tls?: boolean;
  readonly scheme?: 'ws' | 'wss';
}

const REFUSALS: readonly Refusal[] = [
  { name: 'HTTP 401', peer: status(401), code: 3, says: /HTTP 401.*check API key and client secret/ },
  { name: 'HTTP 403', peer: status(403), code: 3, says: /HTTP 403.*firewall/ },
  { name: 'HTTP 404', peer: status(404), code: 4, says: /HTTP 404 for \/x.*check the path/ },
  { name: 'HTTP 429', peer: status(429, 'Retry-After: 5\r\n'), code: 4, says: /HTTP 429.*retry later/ },
  { name: 'HTTP 503', peer: status(503), code: 4, says: /HTTP 503.*busy, starting or shutting down/ },
  { name: 'HTTP 200', peer: status(200), code: 4, says: /HTTP 200.*may not be an AudioHook server/ },
  {
    name: 'a redirect',
    peer: status(302, 'Location: ws://h/\r\n'),
    code: 4,
    says: /HTTP 302.*redirect to "ws:\/\/h\/"/,
  },
  {
    name: 'an end',
    peer: (socket) => socket.end(),
    code: 4,
    says: /ended the connection before it answered/,
  },
  { name: 'garbage', peer: (socket) => socket.end('SSH-2.0-x\r\n'), code: 4, says: /not HTTP/ },
  {
    name: 'plain text on wss',
    peer: (socket) => socket.end('HTTP/1.1 400 X\r\n\r\n'),
    code: 4,
    says: /does not speak TLS on this port; use ws:/,
    scheme: 'wss',
  },
  { name: 'TLS on ws', peer: () => {}, code: 4, says: /TLS.*use wss:/, tls: true, scheme: 'ws' },
  {
    name: 'a certificate of its own',
    peer: () => {},
    code: 4,
    says: /signed by no authority known here/,
    tls: true,
  },
];

describe('a load test of a bot that answers with', () => {
  test.each(REFUSALS)(
    '$name says so, and exits with $code',
    async ({ peer, code, says, tls = false, scheme }) => {
      const url = `${scheme ?? (tls ? 'wss' : 'ws')}://127.0.0.1:${await serve(peer, tls)}/x`;
      const args = ['load', url, '--no-sign', '--calls', '2', '--rate', '100', '--silence'];
      const [text, json] = [await hookline(args, { cwd }), await hookline([...args, '--json'], { cwd })];
      expect([text.code, json.code]).toEqual([code, code]);
      expect(text.stderr).toMatch(
        /^hookline: no call was opened: 2 of 2 failed, most of them with cause [a-z-]+: /,
      );
      expect(text.stderr.split('\n')).toHaveLength(2);
      expect(text.stderr).toMatch(says);
      expect(text.stdout).toMatch(says);
      expect(JSON.parse(json.stderr)).toMatchObject({
        error: { code, message: expect.stringMatching(says) },
      });
      const result = json.json.find(({ type }) => type === 'result');
      expect(Object.values(result?.['examples'] ?? {})).toEqual([expect.stringMatching(says)]);
    },
  );
});

describe('a load file', () => {
  const choices = loadOptions(new Command()).options.filter(({ argChoices }) => argChoices !== undefined);

  test.each(choices.map(({ long = '', argChoices = [] }) => [long?.slice(2) ?? '', argChoices] as const))(
    'takes for %s only what the flag takes',
    async (name, allowed) => {
      const file = `${name}.load.yaml`;
      writeFileSync(join(cwd, file), `url: ws://127.0.0.1:9/x\ncalls: 1\n${name}: sideways\n`);
      const { code, stderr } = await hookline(['load', file], { cwd });
      expect([code, stderr]).toEqual([
        2,
        `hookline: ${file}:3:1: ${name} is the string "sideways"; expected ${allowed.join(' or ')}\n`,
      ]);
    },
  );

  test.each([
    ['rate', 'fast', 'takes a number from 0.001 to 10000; got "fast".'],
    ['hold', 'long', 'takes a time such as 500ms, 10s or 2m; got "long".'],
    ['processes', '0.5', 'takes a whole number from 1 to 256; got "0.5".'],
    ['duration', '0s', 'takes a time above 0; got "0s".'],
  ])('with a wrong %s is named with the line, and a wrong flag by its name', async (name, wrong, problem) => {
    const file = `wrong-${name}.load.yaml`;
    writeFileSync(join(cwd, file), `url: ws://127.0.0.1:9/x\ncalls: 1\n${name}: ${wrong}\n`);
    const inFile = await hookline(['load', file], { cwd });
    expect([inFile.code, inFile.stderr]).toEqual([2, `hookline: ${file}:3:1: ${name} ${problem}\n`]);
    const flag = await hookline(['load', file, `--${name}`, wrong], { cwd });
    expect([flag.code, flag.stderr]).toEqual([2, `hookline: --${name} ${problem}\n`]);
  });

  test('is checked for as many choices as there are flags with choices', () => {
    expect(choices.map(({ long }) => long)).toEqual(['--talk', '--limits']);
  });
});
