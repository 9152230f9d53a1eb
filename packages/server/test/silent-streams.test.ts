import { PLATFORM_RATES } from '@hookline/protocol';
import { TokenBucket } from '@hookline/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Call } from '../src/index.js';
import { audio, idle, openCall } from './open-call.js';

interface Speech {
  /** The lengths of the pieces, written `everyMs` apart. */
  readonly piecesMs: readonly number[];
  readonly everyMs: number;
  readonly latencyMs: number;
  /** Whether the client reports what it plays. */
  readonly plays: boolean;
}

/** A bot that plays the pieces of a speech service, which never says that they are all, and then completes the call. */
async function spoken({ piecesMs, everyMs, latencyMs, plays }: Speech) {
  let call: Call | undefined;
  const line = await openCall(
    (it) => {
      call = it;
      return idle(it);
    },
    {},
    { latencyMs, plays },
  );
  if (!call) throw new Error('the handler was not called');
  const stream = call.stream();
  for (const ms of piecesMs) {
    stream.write(audio(ms));
    await line.clock.advance(everyMs);
  }
  const writtenAtMs = line.clock.now();
  void call.complete({});
  const wholeMs = piecesMs.reduce((sum, ms) => sum + ms, 0);
  // `complete` waits 10 s for a silent source.
  await line.clock.advance(wholeMs + 15_000);
  return { ...line, wholeMs, writtenAtMs, queuedMs: stream.queuedMs };
}

describe('a stream that falls silent without an end', () => {
  it('sends all that was written before, and complete() ends the call', async () => {
    const piecesMs = new Array<number>(25).fill(20);
    const { client, writtenAtMs, queuedMs } = await spoken({
      piecesMs,
      everyMs: 20,
      latencyMs: 40,
      plays: true,
    });
    expect(client.botAudioMs).toBe(500);
    expect(queuedMs).toBe(0);
    expect((client.frames.at(-1)?.atMs ?? 0) - writtenAtMs).toBeLessThan(400);
    expect(client.types).toContain('disconnect');
  });

  it('does so for pieces of any size and pace and any latency, within the rates of the platform', async () => {
    const rest = { latencyMs: fc.integer({ min: 0, max: 200 }), plays: fc.boolean() };
    const random = fc.record({
      piecesMs: fc.array(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 120 }),
      everyMs: fc.integer({ min: 1, max: 130 }),
      ...rest,
    });
    // Speech in real time, which a service is a little late or early with.
    const steady = fc
      .record({ ms: fc.integer({ min: 5, max: 60 }), count: fc.integer({ min: 10, max: 150 }) })
      .chain(({ ms, count }) =>
        fc.record({
          piecesMs: fc.constant(new Array<number>(count).fill(ms)),
          everyMs: fc.integer({ min: ms - 1, max: ms + 3 }),
          ...rest,
        }),
      );
    await fc.assert(
      fc.asyncProperty(fc.oneof(random, steady), async (one) => {
        const { client, wholeMs, queuedMs } = await spoken(one);
        expect(client.botAudioMs).toBe(wholeMs);
        expect(queuedMs).toBe(0);
        expect(client.types).toContain('disconnect');
        const platform = new TokenBucket(PLATFORM_RATES.binary, 0);
        for (const { atMs } of client.frames) expect(platform.take(atMs)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it('sends short frames only from the part of the burst that is not reserved while it speaks in real time', async () => {
    const piecesMs = new Array<number>(1500).fill(20);
    const { client } = await spoken({ piecesMs, everyMs: 20, latencyMs: 40, plays: true });
    expect(client.botAudioMs).toBe(30_000);
    // Besides the first: the part of the burst that is not reserved for whole frames, and what refills.
    expect(client.frames.length).toBeLessThanOrEqual(1 + 14 + 5 * 30);
  });
});
