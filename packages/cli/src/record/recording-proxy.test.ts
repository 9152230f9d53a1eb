import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '@hookline/runtime';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpgradeRequest } from './call-tap.js';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.js';

const REQUEST =
  'GET /v1/b%6fok?a=%20 HTTP/1.1\r\nHost: bots.example:8443\r\nx-ApI-key:  K \r\nUpgrade: websocket\r\nX-API-KEY: again\r\n\r\n';
const RESPONSE = 'HTTP/1.1 101 Switching\r\nupgrade: WebSocket\r\n\r\n';

const open: (Server | RecordingProxy | Socket)[] = [];
afterEach(() => {
  for (const one of open.splice(0)) {
    if ('destroy' in one) one.destroy();
    else one.close();
  }
});

/** A TCP server as bot, and a caller that is connected to it through the proxy. */
async function connectThroughProxy() {
  const events: unknown[] = [];
  const problems: string[] = [];
  const requests: UpgradeRequest[] = [];
  const bot = createServer({ allowHalfOpen: true });
  bot.listen(0, '127.0.0.1');
  await once(bot, 'listening');
  const proxy = await startRecordingProxy({
    host: '127.0.0.1',
    port: 0,
    bot: { host: '127.0.0.1', port: (bot.address() as AddressInfo).port },
    clock: systemClock,
    onUpgrade: (request) => {
      requests.push(request);
      return {
        event: ({ t: _, ...event }) => events.push(event),
        audio: (dir, _t, bytes) => events.push({ dir, bytes: bytes.length }),
      };
    },
    onEnd: (call) => events.push(`call ${call} ended`),
    onProblem: (text) => problems.push(text),
  });
  const caller = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  const [atBot] = (await once(bot, 'connection')) as [Socket];
  open.push(caller, atBot, proxy, bot);
  return { caller, atBot, events, problems, requests, proxy, bot };
}

/** Reads `length` bytes. */
async function receive(socket: Socket, length: number): Promise<string> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < length) {
    const [piece] = (await once(socket, 'data')) as [Buffer];
    bytes = Buffer.concat([bytes, piece]);
  }
  return bytes.toString('latin1');
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}

/** 67 MB in total, far more than the kernel buffers of two sockets. */
const MOST_PIECES = 1024;

/** Waits until a value has not changed for this number of turns of the event loop. */
async function unchangedFor(turns: number, value: () => number): Promise<void> {
  let last = value();
  for (let still = 0; still < turns; still++) {
    await turn();
    if (value() !== last) still = 0;
    last = value();
  }
}

describe('a recording proxy', () => {
  it('forwards the handshake unchanged in both directions and records it', async () => {
    const { caller, atBot, events, requests } = await connectThroughProxy();
    caller.write(REQUEST);
    expect(await receive(atBot, REQUEST.length)).toBe(REQUEST);
    atBot.write(`${RESPONSE}\x81\x02{}`, 'latin1');
    expect(await receive(caller, RESPONSE.length + 4)).toBe(`${RESPONSE}\x81\x02{}`);
    expect(requests).toEqual([
      { head: REQUEST.trimEnd(), target: '/v1/b%6fok?a=%20', host: 'bots.example:8443' },
    ]);
    expect(events).toEqual([
      { kind: 'request', dir: 'in', head: REQUEST.trimEnd() },
      { kind: 'response', dir: 'out', head: RESPONSE.trimEnd(), status: 101 },
      { kind: 'message', dir: 'out', text: '{}' },
    ]);
  });

  it('records which side closed the call, with code and reason', async () => {
    const { caller, atBot, events } = await connectThroughProxy();
    caller.write(REQUEST);
    await receive(atBot, REQUEST.length);
    atBot.write(`${RESPONSE}\x88\x04\x03\xe8ok`, 'latin1');
    await receive(caller, RESPONSE.length + 6);
    caller.end();
    atBot.end();
    await until(() => events.includes('call 1 ended'));
    expect(events.at(-2)).toEqual({ kind: 'end', by: 'self', code: 1000, reason: 'ok' });
  });

  it.each(['caller', 'atBot'] as const)(
    'resets the other connection if the connection of %s is reset',
    async (who) => {
      const { caller, atBot, events, ...rest } = await connectThroughProxy();
      const sockets = { caller, atBot };
      caller.write(REQUEST);
      await receive(atBot, REQUEST.length);
      const other = sockets[who === 'caller' ? 'atBot' : 'caller'];
      const failed = new Promise<NodeJS.ErrnoException>((resolve) => other.once('error', resolve));
      other.resume();
      sockets[who].resetAndDestroy();
      expect((await failed).code).toBe('ECONNRESET');
      await until(() => events.includes('call 1 ended'));
      expect(events.at(-2)).toMatchObject({ kind: 'end', by: 'loss', code: 1006 });
      // The bot had not answered the request of the caller.
      const expected = who === 'atBot' ? [expect.stringContaining('before it answered the handshake')] : [];
      expect([rest.proxy.open, rest.problems]).toEqual([0, expected]);
    },
  );

  it('forwards a half-closed connection', async () => {
    const { caller, atBot } = await connectThroughProxy();
    caller.end(REQUEST);
    expect(await receive(atBot, REQUEST.length)).toBe(REQUEST);
    atBot.resume();
    if (!atBot.readableEnded) await once(atBot, 'end');
    atBot.end('still here');
    expect(await receive(caller, 10)).toBe('still here');
  });

  it('applies backpressure to the caller if the bot does not read, and buffers little', async () => {
    const { caller, atBot } = await connectThroughProxy();
    caller.write(REQUEST);
    await receive(atBot, REQUEST.length);
    atBot.pause();
    const before = process.memoryUsage().arrayBuffers;
    // One binary frame of 65,536 bytes without a mask.
    const piece = Buffer.concat([Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]), Buffer.alloc(65_536)]);
    let pieces = 0;
    const write = () => {
      do pieces += 1;
      while (pieces < MOST_PIECES && caller.write(piece));
    };
    caller.on('drain', write);
    write();
    await unchangedFor(5000, () => pieces);
    // The kernel buffers some megabytes for the two connections; the rest stays at the caller.
    expect(pieces).toBeLessThan(MOST_PIECES);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
    atBot.resume();
    await until(() => pieces >= MOST_PIECES);
  });

  it('forwards data that it cannot record, and reports it once', async () => {
    const { caller, atBot, problems, events } = await connectThroughProxy();
    caller.write(REQUEST);
    await receive(atBot, REQUEST.length);
    atBot.write(`${RESPONSE}`);
    await receive(caller, RESPONSE.length);
    const junk = '\x82\x7f\x00\x00\x00\x00\x7f\xff\xff\xff and more';
    caller.write(junk, 'latin1');
    expect(await receive(atBot, junk.length)).toBe(junk);
    caller.write('\x81\x01x', 'latin1');
    expect(await receive(atBot, 3)).toBe('\x81\x01x');
    expect(problems).toEqual([
      expect.stringMatching(/^call 1: data of the caller is not recorded: a message of/),
    ]);
    expect(events).toHaveLength(2);
  });

  it('does not record a request without upgrade, or a head without an end', async () => {
    const { caller, atBot, requests } = await connectThroughProxy();
    const plain = 'GET /health HTTP/1.1\r\nHost: b\r\n\r\n';
    caller.write(plain);
    expect(await receive(atBot, plain.length)).toBe(plain);
    const endless = 'x'.repeat(70_000);
    caller.write(endless);
    expect((await receive(atBot, endless.length)).length).toBe(endless.length);
    expect(requests).toEqual([]);
  });

  it('resets the connection of the caller if the bot cannot be reached, and reports it', async () => {
    const { bot, proxy, caller, atBot, problems } = await connectThroughProxy();
    caller.destroy();
    atBot.destroy();
    bot.close();
    await once(bot, 'close');
    const late = connect({ port: proxy.port, host: '127.0.0.1' });
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    expect(problems).toEqual([
      expect.stringMatching(
        /^cannot connect to the bot at 127\.0\.0\.1:\d+: .*check that the bot is running.*ECONNREFUSED/,
      ),
    ]);
  });

  it.each([
    [
      'without an answer',
      '',
      /^the bot at 127\.0\.0\.1:\d+ ended the connection before it answered the handshake; if it is a TLS endpoint, use wss:/,
    ],
    [
      'in the middle of its answer',
      RESPONSE.slice(0, 20),
      /ended the connection before it answered the handshake/,
    ],
    [
      'after an answer that is not HTTP',
      'SSH-2.0-x\r\n\r\n',
      /^call 1: the response of the bot is not HTTP but begins with "SSH-2\.0-x"; check that --forward-to/,
    ],
  ])('reports a bot that ends the connection %s', async (_, answer, words) => {
    const { caller, atBot, events, problems } = await connectThroughProxy();
    caller.write(REQUEST);
    await receive(atBot, REQUEST.length);
    atBot.end(answer);
    caller.resume();
    await once(caller, 'end');
    caller.end();
    await until(() => events.includes('call 1 ended'));
    expect(problems).toEqual([expect.stringMatching(words)]);
  });

  it('does not report a bot that ends the connection after the caller has', async () => {
    const { caller, atBot, events, problems } = await connectThroughProxy();
    caller.write(REQUEST);
    await receive(atBot, REQUEST.length);
    caller.end();
    atBot.resume();
    await once(atBot, 'end');
    atBot.end();
    caller.resume();
    await until(() => events.includes('call 1 ended'));
    expect(problems).toEqual([]);
  });

  it('does not report the reset of a call that the bot has answered', async () => {
    const { caller, atBot, events, problems } = await connectThroughProxy();
    caller.on('error', () => {});
    caller.write(REQUEST);
    await receive(atBot, REQUEST.length);
    atBot.write(RESPONSE);
    await receive(caller, RESPONSE.length);
    atBot.resetAndDestroy();
    await until(() => events.includes('call 1 ended'));
    expect(problems).toEqual([]);
  });
});
