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

describe('the read scheduler', () => {
  it('runs work that arrives in real time at once, without a time limit', async () => {
    const { clock, reading, reads, done } = connection();
    for (let frame = 0; frame < 1000; frame++) {
      reads.take(() => done.push(frame));
      await clock.advance(1);
    }
    expect(done).toHaveLength(1000);
    expect(reading).toEqual([]);
  });

  it('runs 4 ms of work at once, counting at least 20 µs per message, and the same again after idle time', async () => {
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
    // One more or less by rounding.
    expect(Math.abs(burst() - first)).toBeLessThanOrEqual(1);
  });

  it('queues a burst, in order, until the next turn of the event loop, and does not read in the meantime', async () => {
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

  it('runs the final task after all queued work, and nothing after closing', async () => {
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
    ['closed twice', (reads) => [reads.close(), reads.close()]],
    ['while queued work closes it', () => {}],
  ])('runs the final task once and nothing after it if it was added %s', async (_, close) => {
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
    if (_ !== 'while queued work closes it') expect(done).toHaveLength(atOnce + 1);
  });

  it('runs the final task at once if it is added after closing', async () => {
    const { reads, done } = connection();
    for (let frame = 0; frame < 300; frame++) reads.take(() => done.push(frame));
    reads.close();
    reads.last(() => done.push(-1));
    expect(done.at(-1)).toBe(-1);
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(done.at(-1)).toBe(-1);
  });

  it('continues with queued work and the final task if a task throws', async () => {
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
