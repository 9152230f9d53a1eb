import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { CERT, KEY } from '../../client/test/self-signed.js';
import { type BotOptions, createBot, type KeyEntry, type ListenOptions } from '../src/index.js';
import { answerTo, cleanUp, dialBare, RawPeer, target } from './attack/raw-peer.js';
import { API_KEY, CLIENT_SECRET, signedRequest } from './attack/signed-request.js';
import { idle } from './open-call.js';

const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const ENCRYPTED_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' })
  .toString();
const BROKEN_CERT = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const toClose: (() => unknown)[] = [];

afterEach(async () => {
  await cleanUp();
  for (const close of toClose.splice(0)) await close();
});

const AUTH = { [API_KEY]: CLIENT_SECRET };
const HOST = { host: '127.0.0.1' };

/** Milliseconds until the other side has let go of a connection. */
async function heldMs(port: number, write?: string | Uint8Array): Promise<number> {
  const startedMs = performance.now();
  const socket = await dialBare(port);
  if (write) socket.write(write);
  socket.resume();
  await new Promise((resolve) => {
    socket.once('end', resolve);
    socket.once('close', resolve);
  });
  return performance.now() - startedMs;
}

describe('a TLS port', () => {
  it.each<[string, string | Uint8Array | undefined]>([
    ['says nothing', undefined],
    ['speaks another protocol', 'GET / HTTP/1.1\r\n\r\n'],
    ['stops in the middle of its ClientHello', Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0)],
  ])('disconnects a peer that %s within upgradeHeadersMs', async (_, write) => {
    const bot = createBot({ auth: AUTH, timers: { upgradeHeadersMs: 400 } }, idle);
    const listening = await bot.listen(0, { ...HOST, tls: { key: KEY, cert: CERT } });
    toClose.push(() => listening.close());
    expect(await heldMs(listening.port, write)).toBeLessThan(2500);
  });

  it('serves later peers although such peers have taken all connections', async () => {
    const bot = createBot(
      { auth: AUTH, timers: { upgradeHeadersMs: 300 }, limits: { maxSessions: 1, maxPendingUpgrades: 1 } },
      idle,
    );
    const listening = await bot.listen(0, { ...HOST, tls: { key: KEY, cert: Buffer.from(CERT) } });
    toClose.push(() => listening.close());
    await Promise.all(Array.from({ length: 3 }, () => dialBare(listening.port)));
    await expect
      .poll(
        () =>
          new Promise((resolve) => {
            const socket = connectTls({ port: listening.port, host: '127.0.0.1', rejectUnauthorized: false });
            toClose.push(() => socket.destroy());
            socket.on('error', () => resolve('error'));
            socket.on('close', () => resolve('closed'));
            socket.on('secureConnect', () => socket.write(signedRequest(listening.port).text));
            socket.once('data', (data) => resolve(String(data).slice(0, 12)));
          }),
        { timeout: 4000 },
      )
      .toBe('HTTP/1.1 101');
  });
});

describe('a port', () => {
  it('accepts as many connections as the sum of calls, pending upgrades and refusals, and no more', async () => {
    const { port } = await target(idle, { limits: { maxSessions: 1, maxPendingUpgrades: 2 } });
    const within = [];
    for (let number = 0; number < 5; number++) within.push(await dialBare(port));
    const beyond = await dialBare(port);
    beyond.resume();
    await new Promise((resolve) => beyond.once('close', resolve).once('end', resolve));
    const answers = within.map(
      (socket) =>
        new Promise<string>((resolve) => {
          if (socket.destroyed || socket.readableEnded) resolve('closed');
          socket.once('data', (data) => resolve(String(data).slice(0, 12)));
          socket.once('close', () => resolve('closed'));
          socket.once('end', () => resolve('closed'));
          socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
        }),
    );
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 5 }, () => 'HTTP/1.1 426'));
  });
});

describe('a peer that has left', () => {
  it.each<[string, (socket: Awaited<ReturnType<typeof dialBare>>) => void]>([
    ['with a reset', (socket) => socket.resetAndDestroy()],
    ['with an end', (socket) => socket.end()],
    ['without a word', (socket) => socket.destroy()],
  ])('releases its pending upgrade at once: %s', async (_, leave) => {
    const waiting: ((entry: KeyEntry) => void)[] = [];
    const auth: BotOptions['auth'] = (key) =>
      key === 'slow' ? new Promise<KeyEntry>((resolve) => waiting.push(resolve)) : CLIENT_SECRET;
    const { bot, port } = await target(idle, {
      auth,
      limits: { maxPendingUpgrades: 3 },
      timers: { authMs: 60_000 },
    });
    const slow = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = await dialBare(port);
        socket.write(signedRequest(port, { key: 'slow' }).text);
        return socket;
      }),
    );
    await expect.poll(() => waiting.length).toBe(3);
    expect((await answerTo(port, signedRequest(port).text)).status).toBe(503);
    for (const socket of slow) leave(socket);
    await expect.poll(async () => (await answerTo(port, signedRequest(port).text)).status).toBe(101);
    for (const resolve of waiting) resolve(CLIENT_SECRET);
    await expect.poll(() => bot.sessions).toBe(0);
    // Those who left were not refused.
    expect(Object.keys(bot.stats().refused)).toEqual(['503']);
    await bot.drain({ timeoutMs: 200 });
  });

  it('is accepted if it was only slow to send, and gets a call', async () => {
    const { port } = await target(idle, {
      auth: () => new Promise((resolve) => setTimeout(resolve, 50, CLIENT_SECRET)),
    });
    const peer = await RawPeer.open(port);
    await peer.stillAnswers();
    await peer.hangUp();
  });
});

describe('listen', () => {
  it.each<[string, unknown, ListenOptions, RegExp]>([
    ['a port that is NaN', Number.NaN, {}, /^listen: port is NaN; expected a whole number from 0 to 65535/],
    ['a port out of range', 65_536, {}, /^listen: port is 65536;/],
    ['a negative port', -1, {}, /^listen: port is -1;/],
    ['a fraction of a port', 80.5, {}, /^listen: port is 80\.5;/],
    ['an infinite port', Number.POSITIVE_INFINITY, {}, /^listen: port is Infinity;/],
    ['a port as a string', '8080', {}, /^listen: port is the string "8080";/],
    ['no port', undefined, {}, /^listen: port is undefined;/],
    [
      'an invalid key',
      0,
      { tls: { key: 'geheim', cert: CERT } },
      /^listen: tls\.key contains no private key in PEM/,
    ],
    [
      'the path of a key',
      0,
      { tls: { key: 'key.pem', cert: CERT } },
      /tls\.key contains no private key in PEM.*pass its content, not its path/,
    ],
    ['an encrypted key', 0, { tls: { key: ENCRYPTED_KEY, cert: CERT } }, /tls\.key is encrypted; decrypt it/],
    [
      'the key of another certificate',
      0,
      { tls: { key: OTHER_KEY, cert: CERT } },
      /tls\.key is not the key of tls\.cert.*begins with the certificate of the server/,
    ],
    [
      'an invalid certificate',
      0,
      { tls: { key: KEY, cert: 'geheim' } },
      /^listen: tls\.cert contains no certificate in PEM/,
    ],
    [
      'a certificate that cannot be read',
      0,
      { tls: { key: KEY, cert: BROKEN_CERT } },
      /^listen: tls cannot be used: /,
    ],
    [
      'a key and a certificate swapped',
      0,
      { tls: { key: CERT, cert: KEY } },
      /^listen: tls\.key contains no private key in PEM/,
    ],
    ['no key', 0, { tls: { cert: CERT } as never }, /tls\.key is missing or empty/],
    ['an empty certificate', 0, { tls: { key: KEY, cert: '' } }, /tls\.cert is missing or empty/],
    ['a drain time of 0', 0, { handleSignals: { drainMs: Number.NaN } }, /handleSignals\.drainMs is NaN/],
  ])('refuses %s with SERVER_BAD_OPTION, as a rejection', async (_, port, options, message) => {
    const bot = createBot({ auth: AUTH }, idle);
    const listeners = process.listenerCount('SIGTERM');
    const listening = bot.listen(port as number, { ...HOST, ...options });
    await expect(listening).rejects.toMatchObject({
      code: 'SERVER_BAD_OPTION',
      message: expect.stringMatching(message),
    });
    await expect(listening).rejects.not.toMatchObject({ message: expect.stringMatching(/geheim/) });
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });

  it.each<[string, unknown]>([['is not this machine', '192.0.2.1']])(
    'rejects with SERVER_LISTEN_FAILED if the host %s',
    async (_, host) => {
      const bot = createBot({ auth: AUTH }, idle);
      await expect(bot.listen(0, { host: host as string })).rejects.toMatchObject({
        code: 'SERVER_LISTEN_FAILED',
      });
    },
  );

  it('leaves no port open if a drain ends while it is pending', async () => {
    const listeners = process.listenerCount('SIGTERM');
    const bot = createBot({ auth: AUTH }, idle);
    const under = bot.listen(0, { ...HOST, handleSignals: true });
    await bot.drain({ timeoutMs: 0 });
    const { port } = await under;
    await expect(
      new Promise((resolve, reject) => connect(port, '127.0.0.1', () => resolve('open')).on('error', reject)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(process.listenerCount('SIGTERM')).toBe(listeners);
  });

  it('adds one listener of the process for all bots that handle signals, which a signal drains', async () => {
    const count = () => process.listenerCount('SIGTERM');
    const before = count();
    const bots = Array.from({ length: 12 }, () => createBot({ auth: AUTH }, idle));
    const all = await Promise.all(bots.map((bot) => bot.listen(0, { ...HOST, handleSignals: true })));
    expect(count()).toBe(before + 1);
    await all[0]?.close();
    expect(count()).toBe(before + 1);
    process.emit('SIGTERM');
    expect(count()).toBe(before);
    expect(bots.slice(1).some((bot) => bot.ready())).toBe(false);
    await Promise.all(all.map((listening) => listening.close()));
  });

  it('does not prevent the end of a drain if it fails', async () => {
    const { port } = await target(idle);
    const bot = createBot({ auth: AUTH }, idle);
    const under = bot.listen(port, HOST);
    const drained = bot.drain({ timeoutMs: 0 });
    await expect(under).rejects.toMatchObject({ code: 'SERVER_LISTEN_FAILED' });
    await drained;
  });

  it('opens no port once the bot is drained', async () => {
    const bot = createBot({ auth: AUTH }, idle);
    await bot.drain();
    await expect(bot.listen(0, HOST)).rejects.toMatchObject({ code: 'SERVER_LISTEN_FAILED' });
  });
});
