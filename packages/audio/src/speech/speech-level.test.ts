import { describe, expect, it } from 'vitest';
import { join, noise, speech } from '../../test/signals.js';
import { rmsDbfs } from '../level.js';
import { gain } from '../mixing.js';
import { speechDbfs } from './speech-level.js';

describe('the level of speech', () => {
  it('excludes pauses of any length', () => {
    const burst = noise(8000, -20);
    const pauses = noise(40_000, -60);
    expect(speechDbfs(burst)).toBeCloseTo(-20, 0);
    expect(speechDbfs(join(pauses, burst, pauses))).toBeCloseTo(-20, 0);
    expect(rmsDbfs(join(pauses, burst, pauses))).toBeLessThan(-29);
  });

  it('follows the voice', () => {
    expect(speechDbfs(gain(speech(), -10)) - speechDbfs(speech())).toBeCloseTo(-10, 1);
    expect(speechDbfs(speech())).toBeGreaterThan(rmsDbfs(speech()));
  });

  it('is −∞ without samples', () => {
    expect(speechDbfs(new Int16Array(0))).toBe(Number.NEGATIVE_INFINITY);
    expect(speechDbfs(new Int16Array(500))).toBe(Number.NEGATIVE_INFINITY);
  });
});
