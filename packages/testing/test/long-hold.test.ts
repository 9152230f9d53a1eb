import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, readWav, sine } from '@hookline/audio';
import { toneCaller } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import type { Call as BotCall } from '@hookline/server';
import { createHeardRecorder, createTraceWriter } from '@hookline/trace/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';

const HOLD_MS = 18 * 60_000;
const LATENCY_MS = 30;
const PROMPT = encodeMulaw(sine({ hz: 1000, ms: 600, dbfs: -12 }));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hookline-hold-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The loud parts of a recorded channel, as [from, to] in milliseconds, ignoring silences under 100 ms. */
async function loud(path: string) {
  const { samples, channels } = readWav(new Uint8Array(await readFile(path)));
  expect(channels).toBe(2);
  const lengthMs = samples.length / 2 / 8;
  const lanes = [0, 1].map((lane) => {
    const stretches: [number, number][] = [];
    for (let ms = 0; ms < lengthMs; ms++) {
      let isLoud = false;
      for (let at = ms * 8; at < ms * 8 + 8; at++) isLoud ||= Math.abs(samples[at * 2 + lane] ?? 0) > 500;
      if (!isLoud) continue;
      const last = stretches.at(-1);
      if (last && ms - last[1] < 100) last[1] = ms + 1;
      else stretches.push([ms, ms + 1]);
    }
    return stretches;
  });
  return { lengthMs, left: lanes[0] ?? [], right: lanes[1] ?? [] };
}

/** A sink that forwards to several sinks. */
function all(...sinks: readonly Required<Pick<WireSink, 'event' | 'audio' | 'heard'>>[]): WireSink {
  return {
    event: (event) => sinks.forEach((sink) => void sink.event(event)),
    audio: (dir, t, bytes) => sinks.forEach((sink) => void sink.audio(dir, t, bytes)),
    heard: (t, bytes) => sinks.forEach((sink) => void sink.heard(t, bytes)),
  };
}

type Talk = ReturnType<typeof linkedCall>['call'];

test.each<[string, (talk: Talk, bot: BotCall) => void, (talk: Talk, bot: BotCall) => void]>([
  ['the caller is on hold', (talk) => talk.hold(), (talk) => talk.unhold()],
  ['the bot pauses the caller', (_, bot) => void bot.pause(), (_, bot) => void bot.resume()],
])(
  'a call in which %s for 18 minutes is completely recorded by client and bot, with both sides aligned',
  async (name, hold, unhold) => {
    const clock = new VirtualClock();
    const dir = join(folder, name.replaceAll(' ', '-'));
    const recorder = createHeardRecorder({ path: join(dir, 'heard.wav') });
    const trace = createTraceWriter({
      dir: join(dir, 'client'),
      vantage: 'client',
      clock,
      url: 'ws://localhost',
    });
    const botTrace = createTraceWriter({ dir: join(dir, 'bot'), vantage: 'server', clock, url: '/' });
    const heardAtMs: number[] = [];
    let bot: BotCall | undefined;
    const { call } = linkedCall(
      () => (botCall) => {
        bot = botCall;
        botCall.on('dtmf', () => void botCall.play(PROMPT));
        return new Promise(() => {});
      },
      {
        clock,
        latencyMs: LATENCY_MS,
        bot: { sink: () => ({ event: botTrace.event, audio: botTrace.audio }) },
        call: {
          caller: toneCaller({ levelDb: -12 }),
          timers: { maxDurationMs: 2 * HOLD_MS },
          sink: all(recorder, trace),
        },
      },
    );
    call.on('playbackStarted', () => heardAtMs.push(clock.now()));
    await clock.advance(1000);
    await clock.run(call.sendDtmf('1'));
    await clock.advance(1955);
    if (!bot) throw new Error('the handler was not called');
    const holdMs = clock.now();
    hold(call, bot);
    await clock.advance(HOLD_MS);
    const unholdMs = clock.now();
    unhold(call, bot);
    await clock.advance(1000);
    await clock.run(call.sendDtmf('1'));
    await clock.advance(2000);
    call.hangup();
    const { durationMs } = await clock.run(call.result);
    await clock.run(call.closed);
    expect(heardAtMs).toHaveLength(2);

    for (const [vantage, path] of [
      ['client', await recorder.close()],
      ['client', join(await trace.close(), 'call.wav')],
      ['bot', join(await botTrace.close(), 'call.wav')],
    ] as const) {
      const { lengthMs, left, right } = await loud(path);
      // The bot observes traffic later than the client, and estimates what the caller heard.
      const blurMs = vantage === 'client' ? 210 : 210 + 2 * LATENCY_MS;
      const near = (got: number | undefined, expected: number) =>
        expect(Math.abs((got ?? Number.NaN) - expected), `${path}: ${got}, ${expected}`).toBeLessThanOrEqual(
          blurMs,
        );
      near(lengthMs, durationMs);
      expect(left, JSON.stringify(left)).toHaveLength(2);
      near(left[0]?.[0], 0);
      near(left[0]?.[1], holdMs);
      near(left[1]?.[0], unholdMs);
      near(left[1]?.[1], durationMs);
      expect(right, JSON.stringify(right)).toHaveLength(2);
      for (const [index, atMs] of heardAtMs.entries()) {
        near(right[index]?.[0], atMs);
        near((right[index]?.[1] ?? 0) - (right[index]?.[0] ?? 0), 600);
      }
    }
  },
  60_000,
);
