import { createServer, type TlsOptions } from 'node:tls';
import { type CheckTls, runChecks } from '@hookline/conformance';
import { expect, onTestFinished, test } from 'vitest';
import { onRequest, rawServer, upgradeAnswer } from '../../client/test/raw-server.js';
import { CERT, KEY } from '../../client/test/self-signed.js';

async function checkAt(url: string, tls: CheckTls = {}) {
  const target = { url: `${url}/bot`, apiKey: 'key', tls };
  const { problem, findings, ok } = await runChecks({ target, only: ['handshake'] });
  expect(ok).toBe(false);
  return { problem, broken: findings.map(({ id }) => id) };
}

const answering = (answer: (head: string) => string) =>
  rawServer((socket) => onRequest(socket, (head) => socket.end(answer(head))));

test.each<[string, () => Promise<string>, RegExp]>([
  [
    'a wrong Sec-WebSocket-Accept',
    () => answering((head) => upgradeAnswer(head, [], 'AAAA')),
    /the Sec-WebSocket-Accept "AAAA", which does not belong to this request/,
  ],
  [
    'no Sec-WebSocket-Accept',
    () => answering((head) => upgradeAnswer(head).replace(/Sec-WebSocket-Accept.*\r\n/, '')),
    /answered without Sec-WebSocket-Accept/,
  ],
  ['another protocol', () => answering(() => 'SSH-2.0-OpenSSH_9.6\r\n'), /sent a response that is not HTTP/],
  [
    'nothing',
    () => answering(() => ''),
    /ended the connection before it answered the handshake; if it is a TLS/,
  ],
  [
    'HTTP 503',
    () => answering(() => 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\n\r\nfull'),
    /answered HTTP 503 for \/bot; it says "full"; the bot is busy, starting or shutting down: retry later/,
  ],
  [
    'HTTP 502',
    () => answering(() => 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'),
    /a proxy in front of the bot cannot reach it/,
  ],
])('a bot that answers the first call with %s is explained as in a call', async (_, serve, words) => {
  const { problem, broken } = await checkAt(await serve());
  expect(broken).toEqual([]);
  expect(problem).toMatchObject({ kind: 'unreachable', message: expect.stringMatching(words) });
});

test('a bot without TLS behind wss: is told so on one line, and its certificate is not blamed', async () => {
  const url = await rawServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  const { problem, broken } = await checkAt(url.replace('ws:', 'wss:'));
  expect(broken).toEqual([]);
  expect(problem?.message).toMatch(/does not speak TLS on this port/);
  expect(problem?.message).not.toContain('\n');
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a bot that demands a client certificate is told so, and its own certificate is not blamed: %s',
  async (version) => {
    const options: TlsOptions = {
      key: KEY,
      cert: CERT,
      ca: CERT,
      requestCert: true,
      rejectUnauthorized: true,
      minVersion: version,
      maxVersion: version,
    };
    const server = createServer(options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const { problem, broken } = await checkAt(`wss://127.0.0.1:${port}`, { ca: CERT });
    expect(broken).toEqual([]);
    expect(problem?.message).toMatch(/requires? a client certificate/);
  },
);
