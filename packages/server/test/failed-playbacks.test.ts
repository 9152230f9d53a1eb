import { encodeMulaw, sine } from '@hookline/audio';
import type { Logger } from '@hookline/runtime';
import { describe, expect, it, vi } from 'vitest';
import { type Call, CallFailure, wav } from '../src/index.js';
import { hangUp, idle, openCall, untilEnd } from './open-call.js';

/** µ-law that does not sound like another format, so that nothing else is logged. */
const audio = (ms: number) => encodeMulaw(sine({ hz: 440, ms }));

/** A source that fails after so much audio. */
async function* failingAfter(ms: number) {
  yield audio(ms);
  throw new Error('the service is down');
}

describe('audio that was sent before its source failed', () => {
  it.each<[string, (call: Call) => Promise<unknown>]>([
    ['returns', async () => ({ done: 'yes' })],
    ['calls complete', (call) => call.complete()],
    [
      'throws a CallFailure',
      async () => {
        throw new CallFailure('no speech');
      },
    ],
  ])('is heard to its end before the call ends, if the bot then %s', async (_, end) => {
    let sentMs = 0;
    const { clock, client } = await openCall(async (call) => {
      await call.play(failingAfter(400)).catch(() => {});
      sentMs = call.stats.audioOutMs;
      return end(call) as Promise<undefined>;
    });
    await untilEnd(clock, client);
    expect(sentMs).toBeGreaterThan(100);
    expect(client.player.heardMs).toBe(sentMs);
  });

  it.each<[string, (call: Call, first: Promise<unknown>) => Promise<unknown>]>([
    ['fails as well', (call) => call.play(Promise.reject(new Error('still down')))],
    ['is empty', (call) => call.play([])],
    [
      'is stopped before it has audio',
      (call, first) => {
        const playback = call.playback(new Promise<never>(() => {}));
        first.catch(() => playback.stop());
        return playback.finished;
      },
    ],
  ])('is heard to its end if the next playback %s', async (_, next) => {
    let sentMs = 0;
    const { clock, client } = await openCall(async (call) => {
      const first = call.play(failingAfter(400));
      await Promise.allSettled([first, next(call, first)]);
      sentMs = call.stats.audioOutMs;
    });
    await untilEnd(clock, client);
    expect(sentMs).toBeGreaterThan(100);
    expect(client.player.heardMs).toBe(sentMs);
  });

  it('is awaited until a client that plays it late reports its end, also if the next playback fails', async () => {
    let fail: (error: Error) => void = () => {};
    const { clock, client } = await openCall(
      async (call) => {
        const next = new Promise<never>((_, reject) => {
          fail = reject;
        });
        await Promise.allSettled([call.play(failingAfter(400)), call.play(next)]);
      },
      {},
      { plays: false },
    );
    await clock.advance(200);
    client.send('playback_started', {});
    await clock.advance(1000);
    fail(new Error('still down'));
    await clock.advance(500);
    expect(client.types).not.toContain('disconnect');
    client.send('playback_completed', {});
    await clock.advance(500);
    expect(client.types).toContain('disconnect');
    await untilEnd(clock, client);
  });

  it('is heard to its end by a client that reports nothing of what it plays', async () => {
    let sentMs = 0;
    const { clock, client } = await openCall(
      async (call) => {
        await call.play(failingAfter(400)).catch(() => {});
        sentMs = call.stats.audioOutMs;
      },
      {},
      { plays: false },
    );
    const failedAtMs = clock.now();
    await untilEnd(clock, client);
    expect(sentMs).toBeGreaterThan(100);
    expect(clock.now() - failedAtMs).toBeGreaterThanOrEqual(sentMs);
  });
});

describe('a playback whose source fails', () => {
  const failures: readonly (readonly [string, (call: Call) => unknown, RegExp])[] = [
    ['a file that is missing', (call) => call.play(wav('missing.wav')), /missing\.wav/],
    ['a handle that nobody looks at', (call) => call.playback(failingAfter(20)), /the service is down/],
    ['a path instead of a source', (call) => call.play('prompt.wav' as never), /got a string, "prompt\.wav"/],
    [
      'speech that cannot be synthesized',
      (call) => call.say('hello', { synth: () => Promise.reject(new Error('429')) }),
      /429/,
    ],
  ];

  it.each(failures)('is logged once, also if the bot does not await it: %s', async (_, play, text) => {
    const warn = vi.fn<Logger['warn']>();
    const logger: Logger = { debug: () => {}, info: () => {}, warn, error: () => {} };
    const { clock, client } = await openCall(
      (call) => {
        void play(call);
        return idle(call);
      },
      { logger },
    );
    await clock.advance(1000);
    expect(warn.mock.calls).toEqual([
      [
        { sessionId: expect.any(String), err: expect.any(Error) },
        expect.stringMatching(new RegExp(`^a playback failed: .*${text.source}`)),
      ],
    ]);
    await hangUp(clock, client);
  });

  it('is not logged if the bot stopped it or the call ended before', async () => {
    const warn = vi.fn<Logger['warn']>();
    const logger: Logger = { debug: () => {}, info: () => {}, warn, error: () => {} };
    const { clock, client } = await openCall(
      (call) => {
        call.on('dtmf', () => {
          call.playback(Promise.reject(new Error('too late'))).stop();
        });
        void call.play(audio(5000));
        void call.say('hello', {
          synth: (_, { signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason));
            }),
        });
        return idle(call);
      },
      { logger },
    );
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    await hangUp(clock, client);
    expect(warn).not.toHaveBeenCalled();
  });
});
