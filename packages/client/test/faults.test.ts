import { once } from 'node:events';
import { PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { callAudioConnector, defineIntegration, type Faults } from '../src/index.js';
import { audio, failure, openCall, scriptedCall } from './scripted-call.js';

const openFaulty = (faults: Faults) => openCall({ faults });

describe('simulated faults of the platform', () => {
  it('are equal with the same seed, and differ with another', async () => {
    const times = async (seed: number) => {
      const { clock, server } = await openFaulty({ seed, jitterMs: 150, delayPingsMs: 2000, dropPings: 0.3 });
      await clock.advance(60_000);
      return [server.audio.map(({ atMs }) => atMs), server.timesOf('ping')];
    };
    expect(await times(1)).toEqual(await times(1));
    expect(await times(2)).not.toEqual(await times(1));
  });

  it('delay frames, in order and without drift', async () => {
    const { clock, server } = await openFaulty({ jitterMs: 150 });
    await clock.advance(60_100);
    const late = server.audio.map(({ atMs }, index) => atMs - (index + 1) * 200);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeGreaterThan(100);
    expect(Math.max(...late)).toBeLessThanOrEqual(155);
    expect(server.audio.length).toBeGreaterThanOrEqual(299);
  });

  it('drop pings, without a gap in seq', async () => {
    const { clock, server, call } = await openFaulty({ dropPings: 1 });
    await clock.advance(60_000);
    expect(server.of('ping')).toEqual([]);
    await clock.run(call.sendDtmf('1'));
    await clock.advance(1);
    expect(server.messages.map(({ what }) => what.seq)).toEqual([1, 2]);
  });

  it('delay pings', async () => {
    const { clock, server } = await openFaulty({ delayPingsMs: 3000 });
    await clock.advance(20_000);
    const [first = 0] = server.timesOf('ping');
    expect(first).toBeGreaterThan(1000);
    expect(first).toBeLessThan(4000);
  });

  it.each([1, 2, 3, 4, 5])(
    'delay pings beyond the next one without breaking the protocol, with seed %i',
    async (seed) => {
      const { clock, server, call } = scriptedCall(
        { faults: { seed, delayPingsMs: 20_000 } },
        { latencyMs: 400 },
      );
      await clock.advance(60_000);
      expect(server.of('ping').length).toBeGreaterThan(2);
      server.auto.closed = false;
      call.hangup();
      await clock.advance(500);
      const pings = server.of('ping').length;
      await clock.advance(30_000);
      expect(server.of('ping')).toHaveLength(pings);
      const { warnings } = await clock.run(call.result);
      expect(warnings.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^closed had not arrived/),
      ]);
      expect(clock.pending).toBe(0);
    },
  );

  it('repeat a seq', async () => {
    const { clock, server } = await openFaulty({ duplicateSeq: 1 });
    await clock.advance(1500);
    expect(server.messages.map(({ what }) => [what.type, what.seq])).toEqual([
      ['open', 1],
      ['ping', 1],
      ['ping', 1],
    ]);
  });

  it('send error 429 to a bot within the limits', async () => {
    const { clock, server } = await openFaulty({ rateLimit: { everyMs: 1000, retryAfterMs: 500 } });
    await clock.advance(3500);
    expect(server.timesOf('error')).toEqual([1000, 2000, 3000]);
    expect(server.of('error')[0]?.parameters).toMatchObject({ code: 429, retryAfter: 'PT0.5S' });
  });

  it('lose caller audio and report it', async () => {
    const { clock, server } = await openFaulty({ discard: { atMs: 1100, ms: 500 } });
    await clock.advance(2000);
    expect(server.of('discarded')[0]).toMatchObject({
      position: 'PT1.6S',
      parameters: { start: 'PT1.0S', discarded: 'PT0.6S' },
    });
    expect(server.of('paused')).toEqual([]);
    expect(server.audio.map(({ atMs }) => atMs)).toEqual([200, 400, 600, 800, 1000, 1800, 2000]);
  });

  it.each([
    ['the bot', 500, { start: 'PT0.4S', discarded: 'PT3.6S' }],
    ['the bot during the loss', 1500, { start: 'PT1.0S', discarded: 'PT3.0S' }],
    ['a hold', 500, { start: 'PT0.4S', discarded: 'PT3.6S' }],
    ['a hold during the loss', 1500, { start: 'PT1.0S', discarded: 'PT3.0S' }],
  ])('lose caller audio and do not end a pause: %s', async (who, fromMs, gap) => {
    const { clock, server, call } = await openFaulty({ discard: { atMs: 1100, ms: 1000 } });
    const isBot = who.startsWith('the bot');
    await clock.advance(fromMs);
    if (isBot) server.send('pause', {});
    else call.hold();
    await clock.advance(4000 - fromMs);
    if (isBot) server.send('resume', {});
    else call.unhold();
    await clock.advance(1000);
    const sent = server.audio.map(({ atMs }) => atMs);
    expect(sent.filter((atMs) => atMs > 1000)).toEqual([4200, 4400, 4600, 4800, 5000]);
    expect(server.of('discarded')).toEqual([]);
    expect(server.of('resumed').map(({ parameters }) => parameters)).toEqual([gap]);
  });

  it('report lost caller audio once if a pause ends during the loss', async () => {
    const { clock, server } = await openFaulty({ discard: { atMs: 1100, ms: 1000 } });
    await clock.advance(1200);
    server.send('pause', {});
    await clock.advance(200);
    server.send('resume', {});
    await clock.advance(1600);
    expect(server.of('resumed')[0]?.parameters).toEqual({ start: 'PT1.0S', discarded: 'PT0.4S' });
    expect(server.of('discarded')).toEqual([]);
  });

  it('hang up during a playback', async () => {
    const { clock, server, call } = await openFaulty({ closeMidPlaybackMs: 300 });
    server.binary(audio(2000));
    const result = await clock.run(call.result);
    expect(result).toMatchObject({ path: 'disconnected', heardMs: 300, cutMs: 1700 });
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('reset the connection at a byte', async () => {
    const { clock, server, call } = await openFaulty({ resetAtByte: 10_000 });
    expect(failure(await clock.run(call.result))).toMatchObject({
      cause: 'connection-lost',
      closeCode: 1006,
    });
    const bytes = server.audio.reduce((sum, { what }) => sum + what.length, 0);
    expect(bytes).toBeLessThan(10_000);
    expect(server.ended?.what.code).toBe(1006);
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('stop reading', async () => {
    const { clock, server, call } = await openFaulty({ stopReadingAfterMs: 3000 });
    await clock.advance(5000);
    server.send('disconnect', { reason: 'completed' });
    expect(failure(await clock.run(call.result)).cause).toBe('pong-timeout');
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('make the platform unavailable: error 503, then close', async () => {
    const { clock, server, call } = await openFaulty({ unavailableAfterMs: 1000 });
    await clock.advance(1100);
    expect(server.messages.slice(-2).map(({ what }) => [what.type, what.parameters])).toEqual([
      ['error', { code: 503, message: 'client unavailable' }],
      ['close', { reason: 'error' }],
    ]);
    server.send('closed', {});
    expect(failure(await clock.run(call.result))).toMatchObject({
      cause: 'internal',
      failureOutputs: { errorMessage: expect.stringContaining('unavailable') },
    });
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('stop reading the socket itself, which the bot can observe', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
    const count = { pongs: 0, unansweredPings: 0 };
    server.on('connection', (socket, { headers }) => {
      const id = String(headers['audiohook-session-id']);
      const parameters = { startPaused: false, media: [PCMU_EXTERNAL] };
      socket.once('message', () =>
        socket.send(JSON.stringify({ version: '2', id, seq: 1, clientseq: 1, type: 'opened', parameters })),
      );
      // WebSocket pings, which are answered while the socket is read.
      socket.on('pong', () => {
        count.pongs += 1;
        count.unansweredPings = 0;
      });
      const pinging = setInterval(() => {
        count.unansweredPings += 1;
        socket.ping();
      }, 10);
      socket.on('close', () => clearInterval(pinging));
    });
    const call = callAudioConnector({
      integration: defineIntegration({ baseConnectionUri: `ws://127.0.0.1:${address.port}`, apiKey: 'key' }),
      faults: { stopReadingAfterMs: 300 },
      timers: { firstPingMs: 400, pingIntervalMs: 1000, closedAfterPongTimeoutMs: 100 },
    });
    expect(failure(await call.result).cause).toBe('pong-timeout');
    await call.closed;
    expect(count.pongs).toBeGreaterThan(0);
    expect(count.unansweredPings).toBeGreaterThan(20);
  });
});
