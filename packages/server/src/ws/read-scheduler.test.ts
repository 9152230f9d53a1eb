import { setImmediate as nextTurn } from 'node:timers/promises';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { ReadScheduler } from './read-scheduler.js';

function connection() {
  const clock = new VirtualClock();
  const reading: string[] = [];
  const reads = new ReadScheduler(clock, {
    pause: () => reading.push('pause'),
    resume: () => reading.push('resume'),
  });
  const done: number[] = [];
  return { clock, reading, reads, done };
}

describe('taking turns', () => {
  it('does at once what comes in real time, for ever', async () => {
    const { clock, reading, reads, done } = connection();
    for (let frame = 0; frame < 1000; frame++) {
      reads.take(() => done.push(frame));
      await clock.advance(1);
    }
    expect(done).toHaveLength(1000);
    expect(reading).toEqual([]);
  });

  it('does 4 ms of work at once, each message counting for 20 µs at least, and as much again after idle time', async () => {
    const { clock, reads, done } = connection();
    const burst = () => {
      const before = done.length;
      for (let frame = 0; frame < 1000; frame++) reads.take(() => done.push(frame));
      return done.length - before;
    };
    const first = burst();
    expect(first).toBeGreaterThanOrEqual(200);
    expect(first).toBeLessThanOrEqual(202);
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    await clock.advance(1000);
    expect(burst()).toBe(first);
  });

  it('lets a burst wait, in order, until the event loop came round, and does not read meanwhile', async () => {
    const { reading, reads, done } = connection();
    for (let frame = 0; frame < 1000; frame++) reads.take(() => done.push(frame));
    const atOnce = done.length;
    expect(atOnce).toBeGreaterThan(100);
    expect(atOnce).toBeLessThan(500);
    expect(reading).toEqual(['pause']);
    await nextTurn();
    expect(done.length).toBeGreaterThan(atOnce);
    expect(done.length).toBeLessThan(1000);
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    expect(done).toEqual(Array.from({ length: 1000 }, (_, frame) => frame));
    expect(reading).toEqual(['pause', 'resume']);
  });

  it('does the last thing after all that waits, and nothing once closed', async () => {
    const { reads, done } = connection();
    for (let frame = 0; frame < 300; frame++) reads.take(() => done.push(frame));
    reads.last(() => done.push(-1));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(done.at(-1)).toBe(-1);
    for (let frame = 0; frame < 300; frame++) reads.take(() => done.push(frame));
    const { length } = done;
    reads.close();
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    reads.take(() => done.push(0));
    expect(done).toHaveLength(length);
  });

  it.each<[string, (reads: ReadScheduler) => void]>([
    ['before it is closed', (reads) => reads.close()],
    ['twice closed', (reads) => [reads.close(), reads.close()]],
    ['while work that waits closes it', () => {}],
  ])('does the last thing once, after nothing else, when it came %s', async (_, close) => {
    const { reads, done } = connection();
    for (let frame = 0; frame < 300; frame++) reads.take(() => done.push(frame));
    const atOnce = done.length;
    reads.wait(() => reads.close());
    reads.last(() => done.push(-1));
    close(reads);
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    reads.take(() => done.push(0));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(done.filter((each) => each === -1)).toHaveLength(1);
    expect(done.at(-1)).toBe(-1);
    if (_ !== 'while work that waits closes it') expect(done).toHaveLength(atOnce + 1);
  });

  it('does the last thing at once when it comes after it was closed', async () => {
    const { reads, done } = connection();
    for (let frame = 0; frame < 300; frame++) reads.take(() => done.push(frame));
    reads.close();
    reads.last(() => done.push(-1));
    expect(done.at(-1)).toBe(-1);
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(done.at(-1)).toBe(-1);
  });

  it('goes on with what waits, and does the last thing, when a piece of work throws', async () => {
    const { reads, done, reading } = connection();
    const thrown: unknown[] = [];
    const others = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.push(error.message));
    try {
      for (let frame = 0; frame < 250; frame++) reads.take(() => done.push(frame));
      reads.wait(() => {
        throw new Error('a bug of one call');
      });
      reads.wait(() => done.push(250));
      reads.last(() => done.push(-1));
      for (let turn = 0; turn < 10; turn++) await nextTurn();
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of others) process.on('uncaughtException', listener);
    }
    expect(thrown).toEqual(['a bug of one call']);
    expect(done.slice(-2)).toEqual([250, -1]);
    expect(reading).toEqual(['pause', 'resume']);
  });
});
