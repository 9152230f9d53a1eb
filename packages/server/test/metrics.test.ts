import { channel } from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createVad } from '@hookline/vad';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Call, createBot } from '../src/index.js';
import { BotMetrics } from '../src/metrics/bot-metrics.js';
import { prometheusText } from '../src/metrics/prometheus.js';
import { dialHeaders, ScriptedClient } from '../src/testing/index.js';
import { audio, dialBot, hangUp, idle, openCall, SECRET, untilEnd } from './open-call.js';
import { parsePrometheus } from './prometheus-text.js';

const PREFIX = 'hookline_server_';
const droppedAt = (where: string) => `dropped_frames_total{where="${where}"}`;

describe('metrics', () => {
  it('count calls by outcome, their faults, and the time that a caller waited', async () => {
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
    const families = parsePrometheus(bot.metrics());
    const value = (family: string, sample: string) =>
      families.get(`${PREFIX}${family}`)?.samples.get(`${PREFIX}${sample}`);
    expect(value('calls_total', 'calls_total{outcome="callerHangup"}')).toBe(1);
    expect(value('calls_total', 'calls_total{outcome="failed"}')).toBe(0);
    expect(value('refused_total', 'refused_total{status="401"}')).toBe(1);
    expect(value('rate_limited_total', 'rate_limited_total')).toBe(1);
    expect(value('open_seconds', 'open_seconds_count')).toBe(1);
    expect(value('first_audio_seconds', 'first_audio_seconds_bucket{le="0.2"}')).toBe(0);
    expect(value('first_audio_seconds', 'first_audio_seconds_bucket{le="0.3"}')).toBe(1);
    expect(value('silence_seconds', 'silence_seconds_count')).toBe(1);
  });

  it('are published on diagnostics channels', async () => {
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

  it('count calls that end before they open, but not probes', async () => {
    const { clock, client, bot } = await dialBot(() => {}, { auth: { 'test-key': SECRET } });
    client.open({ organizationId: '00000000-0000-4000-8000-000000000000' });
    await untilEnd(clock, client);
    const silent = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET }));
    await untilEnd(clock, silent);
    const probe = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET }));
    probe.openProbe();
    await clock.advance(1);
    await hangUp(clock, probe);
    expect(bot.stats()).toMatchObject({ calls: { unauthorized: 1, timeout: 1 }, probes: 1 });
    expect(Object.keys(bot.stats().calls)).toHaveLength(2);
  });

  it('count underruns and dropped frames', async () => {
    const { clock, client, bot } = await openCall(async (call) => {
      await call.play(
        (async function* () {
          yield audio(200);
          await new Promise<void>((resolve) => void call.on('dtmf', () => resolve()));
          yield audio(200);
        })(),
      );
    });
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    await untilEnd(clock, client);
    client.sendAudio();
    expect(bot.stats()).toMatchObject({ underruns: 1, calls: { completed: 1 } });
    const early = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET }));
    early.sendAudio();
    await clock.advance(1);
    early.transport.terminate();
    await clock.advance(1);
    expect(bot.stats()).toMatchObject({ droppedInFrames: 1, calls: { connectionLost: 1 } });
  });

  it('count what happens in a running call at once, and neither lose it nor count it again when the call ends', async () => {
    const { clock, client, bot } = await openCall(idle);
    const sums = () => {
      const { rateLimited, droppedInFrames } = bot.stats();
      const samples = new Map(
        [...parsePrometheus(bot.metrics()).values()].flatMap(({ samples }) => [...samples]),
      );
      const scraped = ['rate_limited_total', droppedAt('in')].map((name) => samples.get(`${PREFIX}${name}`));
      expect(scraped).toEqual([rateLimited, droppedInFrames]);
      return scraped;
    };
    expect(sums()).toEqual([0, 0]);
    client.send('error', { code: 429, message: 'too fast', retryAfter: 'PT1S' });
    // More than the credit of 10 s.
    for (let second = 0; second < 30; second++) client.sendAudio(new Uint8Array(8000).fill(0xff));
    await clock.advance(10);
    const [limited, dropped] = sums();
    expect(limited).toBe(1);
    expect(dropped).toBeGreaterThan(10);
    client.send('close', { reason: 'end' });
    // The session ends, then its connection.
    for (let step = 0; step < 20; step++) {
      await clock.advance(1);
      expect(sums()).toEqual([1, dropped]);
    }
    client.transport.close();
    await clock.advance(10);
    expect(bot.stats()).toMatchObject({ sessions: 0, calls: { callerHangup: 1 } });
    expect(sums()).toEqual([1, dropped]);
  });

  it('never include what a connection probe has dropped', async () => {
    const { clock, client, bot } = await dialBot(() => {}, { auth: { 'test-key': SECRET } });
    client.sendAudio();
    await clock.advance(1);
    client.openProbe();
    await clock.advance(1);
    expect(bot.stats()).toMatchObject({ sessions: 1, droppedInFrames: 0 });
    await hangUp(clock, client);
    expect(bot.stats()).toMatchObject({ sessions: 0, probes: 1, droppedInFrames: 0 });
  });

  it('are summed over all calls, each under its own name', () => {
    const metrics = new BotMetrics();
    const counts = {
      ...{ underruns: 1, rateLimited: 2 },
      ...{ droppedInFrames: 3, droppedOutFrames: 4, droppedTapFrames: 5 },
    };
    metrics.include(counts);
    metrics.include({ ...counts });
    metrics.settle(counts);
    const text = prometheusText(metrics, { sessions: 0, draining: false, eventLoopDelayMs: undefined });
    const samples = new Map([...parsePrometheus(text).values()].flatMap(({ samples }) => [...samples]));
    const told = ['underruns_total', 'rate_limited_total', ...['in', 'out', 'tap'].map(droppedAt)];
    expect(told.map((name) => samples.get(`${PREFIX}${name}`))).toEqual([2, 4, 6, 8, 10]);
  });

  it.each([true, false])(
    'measure each reply of a bot that listens to nothing only when asked: %s',
    async (measureReplies) => {
      (await createVad()).close();
      const { clock, client, bot } = await dialBot(
        (call) => {
          call.on('dtmf', () => void call.play(audio(400)));
          return idle(call);
        },
        { measureReplies },
      );
      client.open();
      await clock.advance(10);
      const speech = new Uint8Array(
        readFileSync(new URL('../../audio/test/speech-kal.ulaw', import.meta.url)),
      );
      const silence = new Uint8Array(16_000).fill(0xff);
      for (const bytes of [silence, speech, silence]) {
        for (let at = 0; at + 160 <= bytes.length; at += 160) {
          client.sendAudio(bytes.subarray(at, at + 160));
          await clock.advance(20);
        }
      }
      client.send('dtmf', { digit: '1' });
      await clock.advance(100);
      const replies = parsePrometheus(bot.metrics()).get(`${PREFIX}reply_seconds`)?.samples;
      expect(replies?.get(`${PREFIX}reply_seconds_count`)).toBe(measureReplies ? 1 : 0);
      if (measureReplies) {
        expect(replies?.get(`${PREFIX}reply_seconds_sum`)).toBeGreaterThan(1.5);
        expect(replies?.get(`${PREFIX}reply_seconds_sum`)).toBeLessThan(2.5);
      }
      await hangUp(clock, client);
    },
  );

  it.each([
    ['the detector', 0.3, 'hold'],
    ['a speech service', 0.2, 'hold'],
    ['a speech service, although the client then loses a minute', 60.2, 'loss'],
  ])('measure a reply without a hold after the end of speech by %s', async (by, seconds, gap) => {
    (await createVad()).close();
    let call: Call | undefined;
    const { clock, client, bot } = await dialBot((given) => {
      call = given;
      given.onSpeech({ end: () => void (by === 'the detector' && given.play(audio(400))) });
      return idle(given);
    });
    client.open();
    await clock.advance(10);
    const speak = async (bytes: Uint8Array) => {
      for (let at = 0; at + 160 <= bytes.length; at += 160) {
        client.sendAudio(bytes.subarray(at, at + 160));
        await clock.advance(20);
      }
    };
    const silence = (ms: number) => new Uint8Array(ms * 8).fill(0xff);
    const speech = new Uint8Array(readFileSync(new URL('../../audio/test/speech-kal.ulaw', import.meta.url)));
    await speak(silence(1000));
    await speak(speech);
    const stoppedMs = client.positionMs;
    await speak(silence(200));
    const gone = { start: `PT${client.positionMs / 1000}S`, discarded: 'PT60S' };
    if (gap === 'hold') client.send('paused', {});
    for (let ten = 0; ten < 6; ten++) {
      await clock.advance(10_000);
      client.send('ping', {});
    }
    client.send(gap === 'hold' ? 'resumed' : 'discarded', gone);
    await clock.advance(1);
    if (by !== 'the detector') {
      call?.callerStopped(stoppedMs);
      void call?.play(audio(400));
    }
    await speak(silence(1000));
    const replies = parsePrometheus(bot.metrics()).get(`${PREFIX}reply_seconds`)?.samples;
    expect(replies?.get(`${PREFIX}reply_seconds_count`)).toBe(1);
    expect(replies?.get(`${PREFIX}reply_seconds_sum`)).toBeGreaterThan(seconds - 0.1);
    expect(replies?.get(`${PREFIX}reply_seconds_sum`)).toBeLessThan(seconds + 0.3);
    await hangUp(clock, client);
  });

  it('measure the delay of the event loop only while the bot listens or is attached', async () => {
    const bot = createBot({ auth: { 'test-key': null } }, idle);
    const delay = () => parsePrometheus(bot.metrics()).get(`${PREFIX}event_loop_delay_seconds`)?.samples;
    expect(delay()).toBeUndefined();
    const detach = bot.attach(createServer());
    const listening = await bot.listen(0, { host: '127.0.0.1' });
    await expect.poll(delay).toBeDefined();
    detach();
    await expect.poll(delay).toBeDefined();
    await listening.close();
    expect(delay()).toBeUndefined();
  });

  it('measure the delay of the event loop no longer once an attached bot is drained', async () => {
    const bot = createBot({ auth: { 'test-key': null } }, idle);
    const delay = () => parsePrometheus(bot.metrics()).get(`${PREFIX}event_loop_delay_seconds`)?.samples;
    const detach = bot.attach(createServer());
    await expect.poll(delay).toBeDefined();
    await bot.drain();
    await new Promise((resolve) => setImmediate(resolve));
    expect(delay()).toBeUndefined();
    detach();
  });
});
