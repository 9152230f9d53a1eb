import { describe, expect, it } from 'vitest';
import { simulateDay } from './day.js';
import { BUSY_DAY, rulesOfManifests } from './simulate-day.js';

const rules = rulesOfManifests();
const day = { ...BUSY_DAY, peakCalls: 3000 };

describe('a day of calls, by the rules of deploy/kubernetes', () => {
  it('cuts off and refuses no call, with a deployment in the busiest hour', () => {
    const result = simulateDay(rules, day);
    expect(result).toMatchObject({ cut: 0, refused: 0 });
    expect(result.calls).toBeGreaterThan(500_000);
    expect(result.peakCalls).toBeGreaterThan(2700);
    // On average half the pods of the busiest hour; twice as many during the deployment.
    expect(result.peakPods).toBeLessThan(15);
    expect(result.podHours).toBeLessThan(24 * 6);
  });

  it.each([
    ['cuts off calls if pods may drain for only a third of a call', { grace: 320 }, 'cut'],
    ['cuts off calls if a drain is shorter than the longest call', { drain: 600 }, 'cut'],
    ['refuses calls if pods are scaled only at their maximum of calls', { targetSessions: 1200 }, 'refused'],
  ] as const)('%s', (_, change, what) => {
    expect(simulateDay({ ...rules, ...change }, day)[what]).toBeGreaterThan(0);
  });

  it('is the same for the same seed', () => {
    const short = { ...day, peakCalls: 200 };
    expect(simulateDay(rules, short)).toEqual(simulateDay(rules, short));
  });
});
