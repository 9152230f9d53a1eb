import { setImmediate as nextTurn } from 'node:timers/promises';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.js';

function connection() {
  const clock = new VirtualClock();
  const reading: string[] = [];
  const turns = new Turns(clock, {
    pause: () => reading.push('pause'),
    resume: () => reading.push('resume'),
  });
  const done: number[] = [];
  return { clock, reading, turns, done };
}

describe('taking turns', () => {
  it('does at once what comes in real time, for ever', async () => {
    const { clock, reading, turns, done } = connection();
    for (let frame = 0; frame < 1000; frame++) {
      turns.take(() => done.push(frame));
      await clock.advance(1);
    }
    expect(done).toHaveLength(1000);
    expect(reading).toEqual([]);
  });

  it('lets a burst wait, in order, until the event loop came round, and does not read meanwhile', async () => {
    const { reading, turns, done } = connection();
    for (let frame = 0; frame < 1000; frame++) turns.take(() => done.push(frame));
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
    const { turns, done } = connection();
    for (let frame = 0; frame < 300; frame++) turns.take(() => done.push(frame));
    turns.last(() => done.push(-1));
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    expect(done.at(-1)).toBe(-1);
    for (let frame = 0; frame < 300; frame++) turns.take(() => done.push(frame));
    const { length } = done;
    turns.close();
    for (let turn = 0; turn < 5; turn++) await nextTurn();
    turns.take(() => done.push(0));
    expect(done).toHaveLength(length);
  });
});
