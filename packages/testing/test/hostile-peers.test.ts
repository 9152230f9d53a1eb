import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { echo } from '@hookline/bots';
import { toneCaller } from '@hookline/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectNoSockets } from './finish-call.js';
import { RawClient } from './raw-client.js';
import { Recording } from './recording.js';
import { type Served, signedHeaders, start } from './serve-bot.js';

/*
 * One bot receives all of the following, while a well-behaved call lasts from the first to the last test.
 */
let served: Served;
let bystander: ReturnType<Served['call']>;
const recording = new Recording();
const unhandled: unknown[] = [];
const keep = (reason: unknown) => unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', keep);
  served = await start(echo());
  bystander = served.call({
    caller: toneCaller({ frequencyHz: 440, durationMs: 60_000 }),
    sink: recording,
  });
  await new Promise<void>((resolve) => {
    bystander.on('state', (state) => {
      if (state === 'open') resolve();
    });
  });
});

afterAll(async () => {
  await served.listening.close();
  await expectNoSockets();
});

describe('a text that is not a message ends the call of its sender', () => {
  test.each([
    ['text that is not JSON', 'hello'],
    ['half a message', '{"version":"2","type":"ping"'],
    ['a list', '[]'],
    ['null', 'null'],
    ['an empty object', '{}'],
    ['10,000 nested arrays', '['.repeat(10_000)],
    ['a text of more than 65,535 characters', JSON.stringify({ pad: 'x'.repeat(70_000) })],
    ['NUL characters', '\u0000\u0000'],
  ])('%s', async (_what, text) => {
    const client = await RawClient.open(served);
    client.transport.sendText(text);
    expect(await client.message('disconnect')).toMatchObject({ parameters: { reason: 'error' } });
    client.transport.terminate();
    await client.ended;
    await expect.poll(() => served.bot.sessions).toBe(1);
  });
});

describe('a message that violates a rule ends the call of its sender', () => {
  test.each<[string, (client: RawClient) => void]>([
    ['a gap in seq', (client) => client.send('ping', {}, { seq: 7 })],
    ['a serverseq that was never sent', (client) => client.send('ping', {}, { serverseq: 99 })],
    [
      'the id of another session',
      (client) => client.send('ping', {}, { id: '00000000-0000-4000-8000-000000000000' }),
    ],
    [
      'parameters of the wrong type',
      (client) =>
        client.transport.sendText(
          JSON.stringify({
            version: '2',
            id: client.identity.sessionId,
            type: 'dtmf',
            seq: client.seq + 1,
            serverseq: 1,
            position: 'PT0S',
            parameters: { digit: 12 },
          }),
        ),
    ],
    [
      'another version',
      (client) =>
        client.transport.sendText(
          JSON.stringify({
            version: '3',
            id: client.identity.sessionId,
            type: 'ping',
            seq: client.seq + 1,
            serverseq: 1,
            position: 'PT0S',
            parameters: {},
          }),
        ),
    ],
  ])('%s', async (_what, offend) => {
    const client = await RawClient.open(served);
    offend(client);
    const { parameters } = await client.message('disconnect');
    expect(parameters).toMatchObject({ reason: 'error', info: expect.stringMatching(/\S/) });
    client.transport.terminate();
    await client.ended;
    await expect.poll(() => served.bot.sessions).toBe(1);
  });

  test('audio before open is dropped, a message before open is not', async () => {
    const client = await RawClient.connect(served);
    client.transport.sendBinary(new Uint8Array(1600));
    client.send('ping', {});
    expect(await client.message('disconnect')).toMatchObject({ parameters: { reason: 'error' } });
    client.transport.terminate();
    await client.ended;
  });

  test('an unknown type is ignored', async () => {
    const client = await RawClient.open(served);
    client.seq += 1;
    client.transport.sendText(
      JSON.stringify({
        version: '2',
        id: client.identity.sessionId,
        type: 'from-the-future',
        seq: client.seq,
        serverseq: 1,
        position: 'PT0S',
        parameters: {},
      }),
    );
    client.transport.sendBinary(new Uint8Array(0));
    client.send('ping', {});
    expect(await client.message('pong')).toMatchObject({ clientseq: client.seq });
    client.send('close', { reason: 'end' });
    await client.message('closed');
    client.transport.close();
    await client.ended;
  });
});

describe('an upgrade request is refused', () => {
  test.each([
    ['with a signature of 31 bytes', `sig1=:${Buffer.alloc(31).toString('base64')}:`],
    ['with a signature of 33 bytes', `sig1=:${Buffer.alloc(33).toString('base64')}:`],
    ['with an empty signature', 'sig1=::'],
    ['with a signature that is not a structured field', ':::'],
    ['with a signature of 32 wrong bytes', `sig1=:${Buffer.alloc(32).toString('base64')}:`],
  ])('%s', async (_what, signature) => {
    await expect(
      served.dial((headers) => {
        headers['Signature'] = signature;
      }),
    ).rejects.toMatchObject({ code: 'DIAL_UNAUTHORIZED', status: 401 });
  });

  test('if it is sent a second time', async () => {
    let first: Record<string, string> = {};
    const { transport } = await served.dial((headers) => {
      first = { ...headers };
    });
    transport.terminate();
    await expect(served.dial((headers) => Object.assign(headers, first))).rejects.toMatchObject({
      code: 'DIAL_UNAUTHORIZED',
    });
  });
});

/** Opens a raw connection and sends `bytes` after the upgrade. */
async function byHand(after?: Uint8Array): Promise<{ socket: Socket; ended: Promise<void> }> {
  const { port, url } = served.listening;
  const { headers } = signedHeaders(url);
  const socket = connect(port, '127.0.0.1');
  const ended = new Promise<void>((resolve) => {
    socket.on('error', () => {});
    socket.on('close', () => resolve());
  });
  const lines = {
    Host: new URL(url).host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...headers,
  };
  const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${new URL(url).pathname} HTTP/1.1\r\n${head.join('')}\r\n`);
  await new Promise((resolve) => socket.once('data', resolve));
  if (after) socket.write(after);
  return { socket, ended };
}

describe('an invalid WebSocket frame ends its connection', () => {
  test.each([
    ['with a reserved opcode', [0x83, 0x80, 0, 0, 0, 0]],
    ['with a reserved bit', [0xc1, 0x80, 0, 0, 0, 0]],
    ['without a mask', [0x81, 0x02, 0x7b, 0x7d]],
    ['of text that is not UTF-8', [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe]],
    ['that is a continuation without a start', [0x80, 0x80, 0, 0, 0, 0]],
    ['that declares 8 exabytes', [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]],
  ])('%s', async (_what, bytes) => {
    const { ended } = await byHand(Uint8Array.from(bytes));
    await ended;
    await expect.poll(() => served.bot.sessions).toBe(1);
  });
});

describe('a reset connection is released', () => {
  const openSockets = () =>
    process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length;

  test('within the request', async () => {
    // Both ends of the call that goes on are in this process; those of the tests before may still be closing.
    const before = 2;
    await expect.poll(openSockets).toBe(before);
    const socket = connect(served.listening.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.write('GET / HTTP/1.1\r\nHost: x\r\nUpgr');
    await expect.poll(openSockets).toBe(before + 2);
    socket.resetAndDestroy();
    await expect.poll(openSockets).toBe(before);
  });

  test('after the upgrade', async () => {
    const { socket, ended } = await byHand();
    socket.resetAndDestroy();
    await ended;
    await expect.poll(() => served.bot.sessions).toBe(1);
  });

  test('within a frame', async () => {
    const { socket, ended } = await byHand(Uint8Array.from([0x82, 0xfe, 0x06, 0x40, 1, 2, 3, 4, 5]));
    socket.resetAndDestroy();
    await ended;
    await expect.poll(() => served.bot.sessions).toBe(1);
  });

  test.each<[string, (client: RawClient) => Promise<unknown>]>([
    ['after open', async (client) => client.sendOpen()],
    [
      'after opened',
      (client) => {
        client.sendOpen();
        return client.message('opened');
      },
    ],
    [
      'while audio flows both ways',
      async (client) => {
        client.sendOpen();
        await client.message('opened');
        for (let i = 0; i < 5; i++) client.transport.sendBinary(new Uint8Array(1600).fill(0x55));
        client.send('ping', {});
        await client.message('pong');
      },
    ],
    [
      'after close',
      async (client) => {
        client.sendOpen();
        await client.message('opened');
        client.send('close', { reason: 'end' });
      },
    ],
  ])('%s', async (_when, until) => {
    const client = await RawClient.connect(served);
    await until(client);
    client.transport.terminate();
    await client.ended;
    await expect.poll(() => served.bot.sessions).toBe(1);
  });
});

test('a concurrent call is not affected', async () => {
  expect(bystander.state).toBe('open');
  await bystander.sendDtmf('7#');
  const result = await bystander.result;
  expect(result).toMatchObject({ path: 'success', outputs: { digits: '7' }, warnings: [] });
  const [opened] = recording.messages('in', 'opened');
  const hash = recording.events.findIndex((event) => event.kind === 'message' && /"#"/.test(event.text));
  const sent = recording.frames.out.filter(({ events = 0 }) => events <= hash);
  // The bot counts frames until it reads the "#": by then it has received every earlier frame.
  expect(Number(result.path === 'success' && result.outputs['frames'])).toBe(sent.length);
  const openMs = recording.events[hash]!.t - opened!.t;
  expect(sent.length).toBeGreaterThanOrEqual(Math.floor(openMs / 200) - 1);
  expect(sent.length).toBeGreaterThan(5);
  await bystander.closed;
  await expect.poll(() => served.bot.sessions).toBe(0);
  expect(unhandled).toEqual([]);
  process.off('unhandledRejection', keep);
});
