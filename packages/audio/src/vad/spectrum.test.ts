import { expect, it } from 'vitest';
import { Spectrum } from './spectrum.js';

const wave = (hz: number, size: number) =>
  Float64Array.from({ length: size }, (_, i) => Math.sin((2 * Math.PI * hz * i) / 8000));

it('has the power of a tone in its bin and the two beside it', () => {
  const spectrum = new Spectrum(256);
  spectrum.transform(wave(1000, 256), 0);
  const whole = spectrum.power.reduce((sum, power) => sum + power, 0);
  // A Hann window gives a tone of amplitude 1 the amplitude size/4, and half of that to both neighbours.
  expect(spectrum.power[32]).toBeCloseTo(64 ** 2, 0);
  expect(spectrum.power[31]! + spectrum.power[32]! + spectrum.power[33]!).toBeCloseTo(whole, 0);
});

it('agrees with the sum that defines it', () => {
  const samples = Float64Array.from({ length: 24 }, (_, i) => ((i * 7919) % 31) - 15);
  const spectrum = new Spectrum(16);
  spectrum.transform(samples, 8);
  for (let k = 0; k <= 8; k++) {
    let [re, im] = [0, 0];
    for (let i = 0; i < 16; i++) {
      const value = samples[8 + i]! * Math.sin((Math.PI * (i + 0.5)) / 16) ** 2;
      re += value * Math.cos((2 * Math.PI * i * k) / 16);
      im -= value * Math.sin((2 * Math.PI * i * k) / 16);
    }
    expect(spectrum.power[k]).toBeCloseTo(re * re + im * im, 6);
  }
});
