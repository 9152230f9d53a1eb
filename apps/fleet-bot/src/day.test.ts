import { describe, expect, it } from 'vitest';
import { playDay } from './day.js';
import { BUSY_DAY, rulesOfManifests } from './simulate-day.js';

const rules = rulesOfManifests();
const day = { ...BUSY_DAY, peakCalls: 3000 };

describe('a day of calls, by the rules of deploy/kubernetes', () => {
  it('cuts no call and refuses none, with a deploy at its busiest', () => {
    const result = playDay(rules, day);
    expect(result).toMatchObject({ cut: 0, refused: 0 });
    expect(result.calls).toBeGreaterThan(500_000);
    expect(result.peakCalls).toBeGreaterThan(2700);
    // Half the pods that the busiest hour needs, on average, and twice as many while they are replaced.
    expect(result.peakPods).toBeLessThan(15);
    expect(result.podHours).toBeLessThan(24 * 6);
  });

  it.each([
    ['cuts calls when pods may drain for a third of a call', { grace: 320 }, 'cut'],
    ['cuts calls when a drain is shorter than the longest call', { drain: 600 }, 'cut'],
    ['refuses calls when pods are scaled for all that they take', { targetSessions: 1200 }, 'refused'],
  ] as const)('%s', (_, change, what) => {
    expect(playDay({ ...rules, ...change }, day)[what]).toBeGreaterThan(0);
  });

  it('is the same for the same seed', () => {
    const short = { ...day, peakCalls: 200 };
    expect(playDay(rules, short)).toEqual(playDay(rules, short));
  });
});
