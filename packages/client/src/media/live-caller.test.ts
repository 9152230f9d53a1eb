import { describe, expect, it } from 'vitest';
import { liveCaller } from './live-caller.js';

const ms = (count: number, value: number) => new Uint8Array(count * 8).fill(value);

describe('a live caller', () => {
  it('buffers audio up to its bound, and drops the oldest beyond', async () => {
    const caller = liveCaller({ maxBufferedMs: 100 });
    expect([caller.push(ms(50, 1)), caller.push(ms(50, 2)), caller.push(new Uint8Array(0))]).toEqual([
      true,
      true,
      true,
    ]);
    expect(caller.push(ms(1, 3))).toBe(false);
    caller.end();
    expect(caller.push(ms(1000, 4))).toBe(true);
    const said: number[] = [];
    for await (const chunk of caller) said.push(chunk[0] ?? Number.NaN);
    expect(said).toEqual([2, 3]);
  });

  it('buffers again after buffered audio was sent', async () => {
    const caller = liveCaller({ maxBufferedMs: 100 });
    const reader = caller[Symbol.asyncIterator]();
    for (let round = 0; round < 10; round++) {
      expect(caller.push(ms(60, round)), `${round}`).toBe(true);
      expect((await reader.next()).value?.[0]).toBe(round);
    }
  });

  it('keeps a single piece of any length', async () => {
    const caller = liveCaller({ maxBufferedMs: 100 });
    expect(caller.push(ms(500, 1))).toBe(true);
    expect(caller.push(ms(500, 2))).toBe(false);
    expect((await caller[Symbol.asyncIterator]().next()).value?.[0]).toBe(2);
  });
});
