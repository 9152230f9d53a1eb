import { EventEmitter } from 'node:events';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test, vi } from 'vitest';
import { openai } from '../src/openai/index.js';
import { bridged } from './bridged.js';
import { ListeningHost, peer, START, wanted } from './peer.js';
import { VENDORS } from './vendors.js';

/** A socket that is open from the start; the test plays the service. */
class PlayedSocket extends EventEmitter {
  readonly readyState = 1;
  readonly bufferedAmount = 0;
  pings = 0;
  terminated = false;
  /** Whether the service answers pings. */
  answers = true;

  addEventListener(event: 'close', listener: () => void): void {
    this.on(event, listener);
  }

  send(data: Uint8Array): void {
    if (Buffer.from(data).includes('session.update')) this.say({ type: 'session.updated' });
  }

  say(message: object): void {
    queueMicrotask(() => this.emit('message', Buffer.from(JSON.stringify(message)), false));
  }

  ping(): void {
    this.pings += 1;
    if (this.answers) queueMicrotask(() => this.emit('pong'));
  }

  close(code: number): void {
    this.emit('close', code, Buffer.alloc(0));
  }

  terminate(): void {
    this.terminated = true;
  }
}

async function connected(socket: PlayedSocket) {
  const clock = new VirtualClock();
  const host = Object.assign(new ListeningHost(), { clock });
  const link = await openai({ url: 'ws://localhost', connect: () => socket }).connect(host, START, wanted());
  await clock.settle();
  return { clock, host, link };
}

describe('a connection whose service', () => {
  test('sends nothing more, not even an answer to pings, is lost after two intervals', async () => {
    const socket = new PlayedSocket();
    const { clock, host } = await connected(socket);
    await clock.advance(60_000);
    expect(host.all('closed')).toEqual([]);
    socket.answers = false;
    await clock.advance(9000);
    expect(host.all('closed')).toEqual([]);
    await clock.advance(6000);
    expect(host.all('closed')).toEqual([[1006, 'it stopped answering pings']]);
    expect(socket.terminated).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test('sends messages or pings of its own is not lost without answers to pings', async () => {
    const socket = new PlayedSocket();
    const { clock, host, link } = await connected(socket);
    socket.answers = false;
    for (let nth = 0; nth < 10; nth++) {
      if (nth % 2 === 0) socket.say({ type: 'rate_limits.updated' });
      else socket.emit('ping');
      await clock.advance(7000);
    }
    expect(host.all('closed')).toEqual([]);
    link.close();
    expect(clock.pending).toBe(0);
  });

  test('has never answered a ping is not lost without answers', async () => {
    const socket = new PlayedSocket();
    socket.answers = false;
    const { clock, host, link } = await connected(socket);
    await clock.advance(600_000);
    expect(host.all('closed')).toEqual([]);
    link.close();
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['has no ping', undefined],
    [
      'throws at a ping',
      () => {
        throw new Error('not open');
      },
    ],
  ])('is reached by a socket of the bot that %s is used without', async (_, ping) => {
    const socket = Object.assign(new PlayedSocket(), { ping: ping as () => void });
    const { clock, host, link } = await connected(socket);
    await clock.advance(600_000);
    expect(host.all('closed')).toEqual([]);
    link.close();
    expect(clock.pending).toBe(0);
  });

  test('closes it is pinged no more', async () => {
    const socket = new PlayedSocket();
    const { clock, host } = await connected(socket);
    socket.close(1011);
    expect(host.all('closed')).toEqual([[1011, '']]);
    expect(clock.pending).toBe(0);
  });

  test('does not become ready is not pinged', async () => {
    const socket = new PlayedSocket();
    socket.send = () => {};
    const clock = new VirtualClock();
    const host = Object.assign(new ListeningHost(), { clock });
    const abort = new AbortController();
    const connecting = openai({ url: 'ws://localhost', connect: () => socket }).connect(
      host,
      START,
      abort.signal,
    );
    await clock.settle();
    abort.abort();
    await expect(connecting).rejects.toMatchObject({ code: 'SERVICE_UNREACHABLE' });
    expect([socket.pings, clock.pending]).toEqual([0, 0]);
  });
});

describe.each(VENDORS)('a frozen connection to $name', (vendor) => {
  test('is replaced within 15 s', async () => {
    let pings = 0;
    const service = await peer(vendor.accept, (send, socket) => {
      socket.on('ping', () => {
        pings += 1;
      });
      vendor.greet?.(send);
    });
    const it = bridged({}, { on: vendor.connect(service.url) });
    await it.clock.advanceUntil(() => it.bot.sessions > 0);
    await it.clock.settle();
    let words = '';
    it.session.on('text', ({ text }) => {
      words += text;
    });
    // Time stands still while sockets work.
    await vi.waitFor(() => expect(it.session.state).toBe('listening'), 5000);
    const [first] = service.sockets;
    await vi.waitFor(() => expect(pings).toBe(1), 5000);
    // The answer to the ping arrives before the words.
    vendor.transcribe(service);
    await vi.waitFor(() => expect(words).toContain('A table'), 5000);
    first?.pause();
    const startMs = it.clock.now();
    await it.clock.advanceUntil(() => it.session.stats.reconnects > 0);
    expect(it.clock.now() - startMs).toBeLessThanOrEqual(15_000);
    await vi.waitFor(() => expect(service.sockets).toHaveLength(2), 5000);
    await vi.waitFor(() => expect(it.session.state).not.toBe('reconnecting'), 5000);
    it.call.hangup();
    await it.clock.run(it.call.closed);
    await vi.waitFor(() => expect(it.clock.pending).toBe(0), 5000);
  });
});
