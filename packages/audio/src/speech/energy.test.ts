import { describe, expect, it } from 'vitest';
import { join, noise, speech } from '../../test/signals.js';
import { NOT_SPEECH, SPEECH, SPEECH_BEGINS_MS } from '../../test/vad-cases.js';
import { encodeMulaw } from '../g711.js';
import { createEnergyVad } from './energy.js';

describe('energy VAD', () => {
  it.each(NOT_SPEECH)('detects no speech in %s', (_, mulaw) => {
    expect(createEnergyVad().push(mulaw)).toEqual([]);
  });

  it.each(SPEECH)('detects the start of speech %s within 100 ms', (_, mulaw) => {
    const [start] = createEnergyVad().push(mulaw);
    expect(start).toMatchObject({ type: 'start' });
    expect(Math.abs((start?.sampleMs ?? 0) - SPEECH_BEGINS_MS)).toBeLessThanOrEqual(100);
    expect(start?.atMs).toBe((start?.sampleMs ?? 0) + 60);
  });

  it('detects speech from the first sample on', () => {
    // In the middle of a vowel, without a quieter part before it.
    const cut = speech().subarray(8 * 300);
    expect(createEnergyVad().push(encodeMulaw(cut))[0]?.sampleMs).toBe(0);
  });

  it('adapts to a line that becomes noisy, and ends false speech', () => {
    const events = createEnergyVad().push(
      encodeMulaw(noise(8 * 8000, -50).map((s, i) => (i < 16000 ? s : s * 8))),
    );
    expect(events.map((event) => event.type)).toEqual(['start', 'end']);
  });

  it('detects the last soft sound of a sentence of more than three seconds', () => {
    // Words at −15 dBFS with gaps of 100 ms, then a hiss as soft as the end of "sixths".
    const word = join(noise(8 * 400, -15), noise(8 * 100, -60));
    const sentence = join(...Array.from({ length: 9 }, () => word));
    const hiss = join(noise(8 * 300, -38), noise(8 * 2000, -60));
    const [, end] = createEnergyVad().push(encodeMulaw(join(noise(8 * 500, -60), sentence, hiss)));
    expect(end?.sampleMs).toBe(500 + 9 * 500 + 300);
  });

  it('detects a quieter voice if configured', () => {
    const whisper = encodeMulaw(speech().map((sample) => sample / 16));
    expect(createEnergyVad().push(whisper)).toEqual([]);
    expect(createEnergyVad({ minDbfs: -60 }).push(whisper)[0]?.type).toBe('start');
  });

  it.each(['thresholdDb', 'minDbfs'] as const)('refuses a %s that no level can be compared with', (name) => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '6', true]) {
      expect(() => createEnergyVad({ [name]: value })).toThrow(
        expect.objectContaining({
          code: 'AUDIO_BAD_ARGUMENT',
          message: expect.stringMatching(new RegExp(`: ${name} is .*; expected a number of decibels\\.$`)),
        }),
      );
    }
    expect(() => createEnergyVad({ [name]: Number.NEGATIVE_INFINITY })).not.toThrow();
  });
});
