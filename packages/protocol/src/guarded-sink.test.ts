import { silentLogger } from '@hookline/runtime';
import { describe, expect, it, vi } from 'vitest';
import { guardedSink } from './guarded-sink.js';
import type { WireSink } from './wire-event.js';

const failure = new Error('the disk is full');
const end = { kind: 'end', t: 0, by: 'self', code: 1000, reason: '' } as const;

describe('guardedSink', () => {
  it.each<[string, WireSink]>([
    [
      'throws',
      {
        event: () => {
          throw failure;
        },
      },
    ],
    [
      'rejects',
      {
        event: async () => {
          throw failure;
        },
      },
    ],
  ])('logs a sink that %s once, and sends it no more events', async (_, sink) => {
    const error = vi.fn();
    const event = vi.spyOn(sink, 'event');
    const audio = vi.fn();
    const guarded = guardedSink({ ...sink, audio }, { ...silentLogger, error });
    guarded.event(end);
    await new Promise(setImmediate);
    guarded.event(end);
    guarded.audio?.('in', 1, Uint8Array.of(1));
    expect(error.mock.calls).toEqual([[{ err: failure }, expect.stringContaining('the disk is full')]]);
    expect([event.mock.calls.length, audio.mock.calls.length]).toEqual([1, 0]);
  });

  it('logs only the first failure of a sink that received more events before it rejected', async () => {
    const error = vi.fn();
    const guarded = guardedSink({ event: () => Promise.reject(failure) }, { ...silentLogger, error });
    guarded.event(end);
    guarded.event(end);
    await new Promise(setImmediate);
    expect(error).toHaveBeenCalledOnce();
  });

  it('has only the methods of the sink, called on the sink itself', () => {
    class Counting implements WireSink {
      count = 0;
      event(): void {
        this.count += 1;
      }
    }
    const sink = new Counting();
    const guarded = guardedSink(sink, silentLogger);
    guarded.event(end);
    expect([sink.count, guarded.audio, guarded.heard]).toEqual([1, undefined, undefined]);
  });
});
