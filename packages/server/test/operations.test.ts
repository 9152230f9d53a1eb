import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, sleep, VirtualClock } from '@hookline/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBot } from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';
import { audio, idle, openCall, untilEnd } from './open-call.js';

async function fetchStatus(port: number, path: string) {
  return new Promise<{ status: number | undefined; body: string }>((resolve) => {
    get(`http://127.0.0.1:${port}${path}`, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
  });
}

describe('status pages', () => {
  it('serve health, readiness and metrics, and do not handle other requests', async () => {
    const bot = createBot({ auth: { k: null } }, idle);
    const listening = await bot.listen(0, { host: '127.0.0.1', statusPages: true });
    onTestFinished(() => listening.close());
    const { port } = listening;
    expect(await fetchStatus(port, '/healthz')).toEqual({ status: 200, body: '{"ok":true}\n' });
    expect(await fetchStatus(port, '/readyz')).toEqual({ status: 200, body: '{"ready":true}\n' });
    expect((await fetchStatus(port, '/metrics')).body).toMatch(/^# HELP hookline_server_sessions/);
    expect((await fetchStatus(port, '/')).status).toBe(426);
  });

  it('are off by default, and can be mounted anywhere', async () => {
    const bot = createBot({ auth: { k: null } }, idle);
    const listening = await bot.listen(0, { host: '127.0.0.1' });
    onTestFinished(() => listening.close());
    expect((await fetchStatus(listening.port, '/healthz')).status).toBe(426);
    const server = createServer((request, response) => {
      if (!bot.http(request, response)) response.end('mine');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect((await fetchStatus(port, '/readyz')).status).toBe(200);
    expect((await fetchStatus(port, '/else')).body).toBe('mine');
    await bot.drain({ timeoutMs: 10 });
    expect((await fetchStatus(port, '/readyz')).status).toBe(503);
  });
});

describe('drain', () => {
  it('lets a live call end by itself', async () => {
    const { clock, client, bot } = await openCall(async (call) => {
      await call.play(audio(3000));
    });
    const drained = bot.drain({ timeoutMs: 20_000 });
    expect(bot.ready()).toBe(false);
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'completed' });
    await clock.run(drained);
    expect(clock.pending).toBe(0);
  });

  it('ends at its deadline, including the final disconnects, and is idempotent', async () => {
    const { clock, client, bot, stopAudio } = await openCall(idle);
    stopAudio();
    const startMs = clock.now();
    const drained = Promise.all([bot.drain({ timeoutMs: 10_000 }), bot.drain({ timeoutMs: 10_000 })]);
    await clock.run(drained);
    expect(clock.now() - startMs).toBeLessThanOrEqual(10_010);
    expect(client.last('disconnect')?.parameters).toEqual({
      reason: 'error',
      info: 'the server is shutting down',
    });
    expect(bot.sessions).toBe(0);
  });

  it.each([
    ['before', 7900, true],
    ['after', 8100, false],
  ])(
    'accepts a request that is authenticated %s its disconnects only if it can still disconnect the call',
    async (_, authMs, accepted) => {
      const clock = new VirtualClock();
      const auth = () => sleep(clock, authMs).then(() => ({ unsigned: true as const }));
      const bot = createBot({ auth, clock, timers: { authMs: 20_000 } }, idle);
      const dialled = ScriptedClient.dial(bot, { clock });
      const result = dialled.then(
        () => 'accepted',
        (error) => messageOf(error),
      );
      const drained = bot.drain({ timeoutMs: 10_000 });
      await clock.advance(authMs + 10);
      expect(await result).toMatch(accepted ? 'accepted' : '503');
      if (accepted) {
        const client = await dialled;
        client.open();
        await clock.run(drained);
        expect(client.types).toEqual(['opened', 'disconnect']);
      }
      await clock.run(drained);
      expect(bot.sessions).toBe(0);
    },
  );
});
