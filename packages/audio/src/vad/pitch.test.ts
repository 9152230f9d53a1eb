import { describe, expect, it } from 'vitest';
import { noise } from '../../test/signals.js';
import { Pitch } from './pitch.js';

/** Pulses as a throat makes them: all harmonics at once. */
const buzz = (hz: number) =>
  Float64Array.from({ length: 1024 }, (_, i) => {
    let sum = 0;
    for (let k = 1; k * hz < 3400; k++) sum += Math.cos((2 * Math.PI * k * hz * i) / 8000) / k;
    return sum;
  });

describe('pitch', () => {
  it.each([80, 120, 185])('of a buzz of %i Hz is found within 2 %%', (hz) => {
    const pitch = new Pitch();
    pitch.find(buzz(hz));
    expect(pitch.strength).toBeGreaterThan(0.95);
    expect(Math.abs(pitch.hz / hz - 1)).toBeLessThan(0.02);
  });

  it.each([260, 350])('of a high buzz of %i Hz is found, or a whole part of it', (hz) => {
    const pitch = new Pitch();
    pitch.find(buzz(hz));
    const part = hz / pitch.hz;
    expect(Math.abs(part / Math.round(part) - 1)).toBeLessThan(0.02);
  });

  it('is weak in noise', () => {
    const pitch = new Pitch();
    pitch.find(Float64Array.from(noise(1024, -20)));
    expect(pitch.strength).toBeLessThan(0.5);
  });

  it('is none in silence', () => {
    const pitch = new Pitch();
    pitch.find(buzz(120));
    pitch.find(new Float64Array(1024));
    expect(pitch).toMatchObject({ strength: 0, hz: 0 });
  });
});
