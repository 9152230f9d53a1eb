import { channel } from 'node:diagnostics_channel';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBot } from '../src/index.js';
import { dialHeaders } from '../src/testing/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './on-line.js';

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

describe('metrics', () => {
  it('count calls by outcome, what went wrong on them, and how long a caller waited', async () => {
    let speak = () => {};
    const { clock, client, bot } = await openCall((call) => {
      speak = () => void call.play(audio(3000));
      call.on('dtmf', () => call.bargeIn());
      return idle(call);
    });
    await clock.advance(250);
    speak();
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    client.send('error', { code: 429, message: 'too fast', retryAfter: 'PT1S' });
    await clock.advance(100);
    expect(bot.stats()).toMatchObject({ sessions: 1, draining: false, calls: {} });
    await hangUp(clock, client);
    await clock.run(bot.inject({ url: '/', headers: dialHeaders({ clock }) }));
    expect(bot.stats()).toEqual({
      sessions: 0,
      draining: false,
      calls: { callerHangup: 1 },
      probes: 0,
      refused: { 401: 1 },
      underruns: 0,
      rateLimited: 1,
      droppedInFrames: 0,
      droppedOutFrames: 0,
      droppedTapFrames: 0,
    });
    const text = bot.metrics();
    expect(text).toContain('hookline_server_calls_total{outcome="callerHangup"} 1\n');
    expect(text).toContain('hookline_server_refused_total{status="401"} 1\n');
    expect(text).toContain('hookline_server_first_audio_seconds_bucket{le="0.2"} 0\n');
    expect(text).toContain('hookline_server_first_audio_seconds_bucket{le="0.3"} 1\n');
    expect(text).toContain('hookline_server_silence_seconds_count 1\n');
    for (const line of text.trimEnd().split('\n')) {
      expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"\})? [\d.]+(e[+-]?\d+)?)$/);
    }
  });

  it('are told on diagnostics channels', async () => {
    const seen: string[] = [];
    for (const name of ['opened', 'ended']) {
      const listen = (message: unknown) => {
        const { call, reason } = message as { call: { id: string }; reason?: string };
        seen.push([name, call.id.slice(0, 4), reason].join(' '));
      };
      channel(`hookline:server:call:${name}`).subscribe(listen);
      onTestFinished(() => void channel(`hookline:server:call:${name}`).unsubscribe(listen));
    }
    const { clock, client } = await openCall(() => {});
    await untilEnd(clock, client);
    expect(seen).toEqual(['opened 30b0 ', 'ended 30b0 completed']);
  });
});

describe('status pages', () => {
  it('tell health, readiness and metrics, and leave other requests alone', async () => {
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

  it('is over at its deadline, the final disconnects included, and idempotent', async () => {
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
});
