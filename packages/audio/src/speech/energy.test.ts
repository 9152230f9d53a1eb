import { describe, expect, it } from 'vitest';
import { noise, speech } from '../../test/signals.js';
import { NOT_SPEECH, SPEECH, SPEECH_BEGINS_MS } from '../../test/vad-cases.js';
import { encodeMulaw } from '../mulaw.js';
import { createEnergyVad } from './energy.js';

describe('energy VAD', () => {
  it.each(NOT_SPEECH)('stays quiet on %s', (_, mulaw) => {
    expect(createEnergyVad().push(mulaw)).toEqual([]);
  });

  it.each(SPEECH)('finds the start of speech %s within 100 ms', (_, mulaw) => {
    const [start] = createEnergyVad().push(mulaw);
    expect(start).toMatchObject({ type: 'start' });
    expect(Math.abs((start?.sampleMs ?? 0) - SPEECH_BEGINS_MS)).toBeLessThanOrEqual(100);
    expect(start?.atMs).toBe((start?.sampleMs ?? 0) + 60);
  });

  it('finds speech that is there from the first sample', () => {
    // In the middle of a vowel: nothing quieter comes before it.
    const cut = speech().subarray(8 * 300);
    expect(createEnergyVad().push(encodeMulaw(cut))[0]?.sampleMs).toBe(0);
  });

  it('gets used to a line that turns noisy, and ends what it took for speech', () => {
    const events = createEnergyVad().push(
      encodeMulaw(noise(8 * 8000, -50).map((s, i) => (i < 16000 ? s : s * 8))),
    );
    expect(events.map((event) => event.type)).toEqual(['start', 'end']);
  });

  it('hears a quieter voice when told to', () => {
    const whisper = encodeMulaw(speech().map((sample) => sample / 16));
    expect(createEnergyVad().push(whisper)).toEqual([]);
    expect(createEnergyVad({ minDbfs: -60 }).push(whisper)[0]?.type).toBe('start');
  });
});
