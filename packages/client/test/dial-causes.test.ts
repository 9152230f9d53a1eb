import { createServer as createTlsServer } from 'node:tls';
import type { WireEvent } from '@hookline/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { verifies } from '#verifies';
import {
  type CallAudioConnectorOptions,
  callAudioConnector,
  createWsDial,
  defineIntegration,
  type FailureResult,
} from '../src/index.js';
import { frame, onRequest, rawServer, upgradeAnswer } from './raw-server.js';
import { CERT, KEY } from './self-signed.js';

/** Calls a URL and returns the failure; checks that the socket is closed too. */
async function failureOf(
  url: string,
  options: Partial<CallAudioConnectorOptions> = {},
): Promise<FailureResult> {
  const integration = defineIntegration({ baseConnectionUri: url, apiKey: 'key' });
  const call = callAudioConnector({ integration, timers: { upgradeMs: 400 }, ...options });
  const result = await call.result;
  await call.closed;
  if (result.path !== 'failure') throw new Error(`the call took the path ${result.path}`);
  return result;
}

const answering = (text: string) => rawServer((socket) => onRequest(socket, () => socket.end(text)));

describe('a call to something that is not a bot', () => {
  it('has cause `dns` for a host without an address', async () => {
    const result = await failureOf('wss://no-such-host.invalid', { timers: {} });
    expect(result).toMatchObject({ cause: 'dns', failureOutputs: { errorType: 'NoResourceError' } });
  });

  it('reports the request and the refusing response to the sink', async () => {
    const events: WireEvent[] = [];
    const answer = 'HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n';
    await failureOf(await answering(answer), { sink: { event: (event) => void events.push(event) } });
    expect(events).toMatchObject([
      { kind: 'request', dir: 'out', head: expect.stringMatching(/^GET \//) },
      {
        kind: 'response',
        dir: 'in',
        status: 404,
        head: expect.stringMatching(/^HTTP\/1\.1 404 Not Found\r\n/),
      },
      { kind: 'end', by: 'loss', code: 1006 },
    ]);
  });

  it('has cause `refused` for a closed port', async () => {
    const url = await rawServer(() => {});
    // Nothing listens at port 1 of loopback.
    const result = await failureOf(url.replace(/:\d+$/, ':1'));
    expect(result.cause).toBe('refused');
    expect(result.failureOutputs.errorMessage).toMatch(/Nothing accepts connections.*ECONNREFUSED/);
  });

  it('has cause `tls` for an untrusted certificate', async () => {
    const server = createTlsServer({ key: KEY, cert: CERT }, (socket) => socket.on('error', () => {}));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect((await failureOf(`wss://127.0.0.1:${port}`)).cause).toBe('tls');
  });

  it('has cause `tls` for an endpoint without TLS at a wss URL', async () => {
    const url = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    );
    expect((await failureOf(url.replace('ws:', 'wss:'))).cause).toBe('tls');
  });

  it('has cause `tls` for an endpoint that disconnects during the TLS handshake', async () => {
    const url = await rawServer((socket) => socket.destroy());
    expect((await failureOf(url.replace('ws:', 'wss:'))).cause).toBe('tls');
  });

  it('times out after the time of the upgrade if the peer never answers', async () => {
    const url = await rawServer(() => {});
    const result = await failureOf(url);
    expect(result).toMatchObject({ cause: 'upgrade-timeout', clause: 'AC-TIME-1' });
    expect(result.durationMs).toBeGreaterThan(390);
    expect(result.durationMs).toBeLessThan(1000);
  });

  it.each([
    ['ws:', /WebSocket handshake was not complete in time/],
    ['wss:', /TLS handshake was not complete in time.*use ws:/],
  ])('reports what it waited for if the peer never answers at a %s URL', async (protocol, text) => {
    const url = await rawServer(() => {});
    const result = await failureOf(url.replace('ws:', protocol));
    expect(result.cause).toBe('upgrade-timeout');
    expect(result.failureOutputs.errorMessage).toMatch(text);
  });

  it('reports that no connection was made in time', async () => {
    const dial = createWsDial({ lookup: () => {} });
    const result = await failureOf('wss://bot.example', { dial });
    expect(result.cause).toBe('upgrade-timeout');
    expect(result.failureOutputs.errorMessage).toMatch(/no connection was made in time/);
  });

  it('times out after the time of the upgrade if the header arrives slowly', async () => {
    const url = await rawServer((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nX: ');
      const serveSlowly = setInterval(() => socket.write('a'), 20);
      socket.on('close', () => clearInterval(serveSlowly));
    });
    expect((await failureOf(url)).cause).toBe('upgrade-timeout');
  });

  it.each([401, 403])('has cause `unauthorized` for HTTP %i and includes the reason', async (status) => {
    const url = await answering(`HTTP/1.1 ${status} No\r\nContent-Length: 13\r\n\r\n{"why":"key"}`);
    const result = await failureOf(url);
    expect(result).toMatchObject({ cause: 'unauthorized', status });
    expect(result.failureOutputs.errorMessage).toContain(String.raw`{\"why\":\"key\"}`);
  });

  it.each([200, 404, 426, 500, 503])('has cause `http-status` for HTTP %i', async (status) => {
    const url = await answering(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`);
    expect(await failureOf(url)).toMatchObject({ cause: 'http-status', status });
  });

  it.each([
    [299, 'http-status', 'check path and Connector ID'],
    [300, 'redirect', 'put the final address into the Base Connection URI'],
    [399, 'redirect', 'put the final address into the Base Connection URI'],
    [400, 'http-status', 'check path and Connector ID'],
    [499, 'http-status', 'check path and Connector ID'],
    [500, 'http-status', 'the bot failed: check its log'],
    [101, 'bad-upgrade', 'without the headers Upgrade: websocket and Connection: Upgrade'],
  ])('tells for HTTP %i, cause `%s`, what to do', async (status, cause, cure) => {
    const result = await failureOf(await answering(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`));
    expect(result).toMatchObject({
      cause,
      failureOutputs: { errorMessage: expect.stringContaining(cure) },
    });
  });

  it('shows a character of the body of a refusal that is split over chunks', async () => {
    const body = Buffer.from('für später');
    const chunks = [body.subarray(0, 2), body.subarray(2)].flatMap((part) => [
      Buffer.from(`${part.length.toString(16)}\r\n`),
      part,
      Buffer.from('\r\n'),
    ]);
    const head = Buffer.from('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n');
    const url = await rawServer((socket) =>
      onRequest(socket, () => socket.write(Buffer.concat([head, ...chunks, Buffer.from('0\r\n\r\n')]))),
    );
    expect((await failureOf(url)).failureOutputs.errorMessage).toContain('it says "für später"');
  });

  it('does not wait for the end of the body of a refusal', async () => {
    const url = await rawServer((socket) =>
      onRequest(socket, () => socket.write('HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n')),
    );
    expect(await failureOf(url, { timers: { upgradeMs: 5000 } })).toMatchObject({ cause: 'http-status' });
  });

  it.each<[number, string, RegExp]>([
    [
      503,
      '{"error":"draining","reason":"the server is shutting down"}',
      /says: the server is shutting down; the bot is busy.*retry later\.$/,
    ],
    [
      401,
      '{"error":"unauthorized","reason":"the signature does not match for host \\"a\\"."}',
      /says: the signature does not match for host "a"; check API key/,
    ],
    [
      404,
      '{"message":"no\\nsuch bot"}',
      /for \/; it says: no such bot; check the path of the Base Connection URI and the Connector ID/,
    ],
    [400, '{"error":{"message":"deep"}}', /says: deep; it may not be an AudioHook server/],
    [500, '{"count":1}', /says "{\\"count\\":1}"; the bot failed/],
    [502, '<html>Bad\n Gateway</html>', /says "<html>Bad Gateway<\/html>"; a proxy/],
    [400, 'The plain HTTP request was sent to HTTPS port', /use wss:\/\//],
  ])('includes a fix for HTTP %i with the body %s', async (status, body, text) => {
    const url = await answering(
      `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect((await failureOf(url)).failureOutputs.errorMessage).toMatch(text);
  });

  it('shows no secrets of the target of a redirect', async () => {
    const secret = 'topsecret1';
    for (const place of [
      `wss://me:${secret}@bots.example/v1?access_token=${secret}&x=${secret}#id_token=${secret}`,
      `/v1?key=${secret};sig=${secret}`,
      `//me:${secret}@bots.example`,
      `https://bots.example/?${secret}${secret}`,
    ]) {
      const url = await answering(`HTTP/1.1 302 Found\r\nLocation: ${place}\r\n\r\n`);
      const result = await failureOf(url);
      expect(result.cause).toBe('redirect');
      expect(JSON.stringify(result)).not.toContain(secret);
      expect(result.failureOutputs.errorMessage).toMatch(/a redirect to ".*\*\*\*/);
    }
  });

  it('names the scheme to use if the port uses the other one', async () => {
    const plain = await rawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    );
    expect((await failureOf(plain.replace('ws:', 'wss:'))).failureOutputs.errorMessage).toMatch(
      /does not speak TLS on this port; use ws:\/\//,
    );
    const alert = await rawServer((socket) =>
      socket.once('data', () => socket.end(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a]))),
    );
    expect((await failureOf(alert)).failureOutputs.errorMessage).toMatch(
      /speaks TLS on this port; use wss:\/\//,
    );
    const server = createTlsServer({ key: KEY, cert: CERT }, (socket) => socket.on('error', () => {}));
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    expect((await failureOf(`ws://127.0.0.1:${port}`)).failureOutputs.errorMessage).toMatch(/use wss:\/\//);
  });

  it(verifies('AC-CONN-3', 'does not follow a redirect'), async () => {
    const url = await answering(
      'HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
    );
    const result = await failureOf(url);
    expect(result).toMatchObject({ cause: 'redirect', status: 302, clause: 'AC-CONN-3' });
    expect(result.failureOutputs.errorMessage).toContain('ws://127.0.0.1:1/');
  });

  it.each<[string, string, (head: string) => string]>([
    ['AC-CONN-5', 'audiohook', (head) => upgradeAnswer(head, ['Sec-WebSocket-Protocol: audiohook'])],
    ['AC-CONN-6', 'zip', (head) => upgradeAnswer(head, ['Sec-WebSocket-Extensions: zip'])],
  ])('names %s and what was selected, %s', async (clause, selected, answer) => {
    const url = await rawServer((socket) => onRequest(socket, (head) => socket.end(answer(head))));
    const result = await failureOf(url);
    expect(result).toMatchObject({ cause: 'bad-upgrade', clause });
    expect(result.failureOutputs.errorMessage).toContain(`"${selected}", although none was offered`);
  });

  it.each<[string, (head: string) => string]>([
    ['a wrong accept key', (head) => upgradeAnswer(head, [], 'AAAA')],
    [
      'an unrequested extension',
      (head) => upgradeAnswer(head, ['Sec-WebSocket-Extensions: permessage-deflate']),
    ],
    ['an unrequested subprotocol', (head) => upgradeAnswer(head, ['Sec-WebSocket-Protocol: audiohook'])],
    ['a head that is too large', (head) => upgradeAnswer(head, [`X-Filler: ${'x'.repeat(20_000)}`])],
    ['a response that is not HTTP', () => 'SSH-2.0-OpenSSH_9.6\r\n\r\n'],
    ['nothing but a hang-up', () => ''],
  ])('has cause `bad-upgrade` for %s', async (_, answer) => {
    const url = await rawServer((socket) => onRequest(socket, (head) => socket.end(answer(head))));
    expect((await failureOf(url)).cause).toBe('bad-upgrade');
  });
});

describe('a connection that breaks after the upgrade', () => {
  const upgraded = (then: (socket: import('node:net').Socket) => void) =>
    rawServer((socket) =>
      onRequest(socket, (head) => {
        socket.write(upgradeAnswer(head));
        then(socket);
      }),
    );

  it('is lost with code 1006 after a reset', async () => {
    const url = await upgraded((socket) => setTimeout(() => socket.resetAndDestroy(), 50));
    expect(await failureOf(url)).toMatchObject({ cause: 'connection-lost', closeCode: 1006 });
  });

  it('is lost with the code of a close frame, although the peer keeps the socket open', async () => {
    const url = await upgraded((socket) => socket.write(frame(8, Buffer.from([0x03, 0xf3]))));
    const result = await failureOf(url);
    expect(result).toMatchObject({ cause: 'connection-lost', closeCode: 1011 });
  });

  it.each([
    ['a masked frame', [0x81, 0x81, 1, 2, 3, 4, 0x40], 1002, undefined],
    ['an unknown opcode', [0x83, 0], 1002, undefined],
    ['a close code that must not be sent', [0x88, 2, 0x03, 0xee], 1002, undefined],
    ['a compressed frame', [0xc1, 0], 1002, 'AC-CONN-6'],
    ['bits that no extension in use defines', [0xf3, 0x00], 1002, undefined],
    ['text that is not UTF-8', [0x81, 2, 0xff, 0xfe], 1007, 'AC-MSG-1'],
  ])('is ended by %s, which violates the protocol', async (_, bytes, closeCode, clause) => {
    const url = await upgraded((socket) => socket.write(Buffer.from(bytes)));
    const result = await failureOf(url);
    expect(result).toMatchObject({ cause: 'connection-lost', closeCode });
    expect(result.clause).toBe(clause);
    expect(result.failureOutputs.errorMessage).toContain('check the WebSocket library of the bot');
  });

  it.each([
    ['binary', 0x82, 'AC-AUDIO-4'],
    ['text', 0x81, 'AC-MSG-10'],
  ])('violates the size rule with a %s frame of an announced 20 MB', async (_, opcode, clause) => {
    const url = await upgraded((socket) => {
      const head = Buffer.from([opcode, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(20_000_000, 6);
      socket.write(head);
      socket.write(Buffer.alloc(20_000_000, 0x41));
    });
    const before = process.memoryUsage().arrayBuffers;
    const result = await failureOf(url);
    expect(result).toMatchObject({
      cause: 'protocol-violation',
      clause,
      closeCode: 1009,
      failureOutputs: { errorMessage: expect.stringMatching(/1048576 bytes.*close code 1009/) },
    });
    // The sender of this test keeps 20 MB itself.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(25_000_000);
  });

  it('violates the size rule with a message of many fragments that are together larger than 1 MiB', async () => {
    const url = await upgraded((socket) => {
      const piece = Buffer.alloc(60_000, 0x41);
      const fragment = (opcode: number) =>
        Buffer.concat([Buffer.from([opcode, 126, piece.length >> 8, piece.length & 0xff]), piece]);
      socket.write(fragment(1));
      for (let index = 0; index < 20; index++) socket.write(fragment(0));
    });
    expect(await failureOf(url)).toMatchObject({
      cause: 'protocol-violation',
      clause: 'AC-MSG-10',
      closeCode: 1009,
    });
  });

  it('ends with error 413 and `close` after a text of more than 65,535 characters below 1 MiB', async () => {
    const received: string[] = [];
    const url = await upgraded((socket) => {
      socket.on('data', (bytes) => received.push(bytes.toString('latin1')));
      const text = Buffer.alloc(70_000, 0x41);
      const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
      head.writeUInt32BE(text.length, 6);
      socket.write(Buffer.concat([head, text]));
    });
    const result = await failureOf(url, { timers: { upgradeMs: 400, closedMs: 100 } });
    expect(result).toMatchObject({ cause: 'protocol-violation', clause: 'AC-MSG-10' });
    expect(result).not.toHaveProperty('closeCode');
  });

  it('times out on `opened` if the peer sends nothing, and drops a socket that never closes', async () => {
    const url = await upgraded(() => {});
    const timers = { upgradeMs: 400, openedMs: 100, closedMs: 200 };
    expect(await failureOf(url, { timers })).toMatchObject({ cause: 'open-timeout', clause: 'AC-OPEN-3' });
  });
});
