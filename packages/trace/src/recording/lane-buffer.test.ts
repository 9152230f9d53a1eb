import { describe, expect, it } from 'vitest';
import { LaneBuffer } from './lane-buffer.js';

const samples = (...values: number[]) => Int16Array.from(values);

/** Takes samples up to a position and returns the left ones. */
function take(lane: LaneBuffer, from: number, until: number): number[] {
  const stereo = new Int16Array(2 * (until - from));
  lane.takeInto(stereo, 0, until);
  return [...stereo.filter((_, index) => index % 2 === 0)];
}

describe('the buffered samples of a side', () => {
  it('are taken at their positions, with silence between them', () => {
    const lane = new LaneBuffer();
    lane.put(2, samples(1, 2, 3));
    lane.put(7, samples(4, 5));
    expect([lane.silentUntil, lane.end]).toEqual([2, 9]);
    expect(take(lane, 0, 4)).toEqual([0, 0, 1, 2]);
    expect(lane.silentUntil).toBe(4);
    expect(take(lane, 4, 10)).toEqual([3, 0, 0, 4, 5, 0]);
  });

  it('are discarded after they were taken completely', () => {
    for (const until of [5, 6]) {
      const lane = new LaneBuffer();
      lane.put(2, samples(1, 2, 3));
      take(lane, 0, until);
      expect(lane.silentUntil).toBe(Number.POSITIVE_INFINITY);
      lane.put(9, samples(4));
      expect(lane.silentUntil).toBe(9);
    }
  });

  it('are moved behind samples that were taken or put before', () => {
    const lane = new LaneBuffer();
    lane.put(0, samples(1, 2, 3));
    lane.put(1, samples(4));
    expect(take(lane, 0, 3)).toEqual([1, 2, 3]);
    expect(take(lane, 3, 5)).toEqual([4, 0]);
    lane.put(0, samples(5));
    expect([lane.silentUntil, lane.end]).toEqual([5, 6]);
    lane.put(20, samples());
    expect([lane.silentUntil, lane.end]).toEqual([5, 20]);
  });

  it('can be skipped', () => {
    const lane = new LaneBuffer();
    lane.put(0, samples(1, 2, 3, 4));
    lane.skipTo(2);
    expect(lane.silentUntil).toBe(2);
    expect(take(lane, 2, 4)).toEqual([3, 4]);
  });
});
