import { describe, expect, it } from 'vitest';
import { join, noise } from '../../test/signals.js';
import { encodeMulaw } from '../g711.js';
import { rmsDbfs } from '../level.js';
import { toneDbfs } from '../tone/goertzel.js';
import { sine } from '../tone/sine.js';
import { writeWav } from '../wav/write.js';
import { Resampler, resample } from './resampler.js';
import { loadSpeex } from './speex.js';
import { toMulaw8k, toPcm8k } from './wav.js';

const RATES = [8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000];

function errorDbfs(a: Int16Array, b: Int16Array): number {
  return rmsDbfs(a.map((sample, i) => sample - (b[i] ?? 0)));
}

describe('Resampler', () => {
  it.each(RATES)('preserves the timing of a tone from %i Hz to 8 kHz and back', async (rate) => {
    // The delay of the filter is not a whole number of periods, so that a shift is detected.
    const there = sine({ hz: 730, ms: 400, rate });
    const here = sine({ hz: 730, ms: 400, rate: 8000 });
    const down = await resample(there, { from: rate, to: 8000 });
    const up = await resample(here, { from: 8000, to: rate });
    expect(down).toHaveLength(here.length);
    expect(up).toHaveLength(there.length);
    // The edges ring, since there is silence beyond them; a shift of one sample would give −25 dBFS.
    expect(errorDbfs(down.subarray(400, -400), here.subarray(400, -400))).toBeLessThan(-80);
    const edge = Math.round(rate / 20);
    expect(errorDbfs(up.subarray(edge, -edge), there.subarray(edge, -edge))).toBeLessThan(-80);
  });

  it('returns the same samples for any chunk size', async () => {
    const pcm = noise(9001, -20);
    const whole = await resample(pcm, { from: 44100, to: 8000 });
    for (const size of [1, 7, 160, 5000]) {
      const resampler = await Resampler.create({ from: 44100, to: 8000 });
      const parts: Int16Array[] = [];
      for (let at = 0; at < pcm.length; at += size)
        parts.push(resampler.process(pcm.subarray(at, at + size)));
      parts.push(resampler.flush());
      expect(join(...parts)).toEqual(whole);
    }
  });

  it('returns round(samples × to / from) samples, even for few input samples', async () => {
    for (const rate of RATES) {
      for (const samples of [0, 1, 2, 3, 10, 41, 160, 4097]) {
        const [down, up] = await Promise.all([
          resample(new Int16Array(samples), { from: rate, to: 8000 }),
          resample(new Int16Array(samples), { from: 8000, to: rate }),
        ]);
        expect(down).toHaveLength(Math.round((samples * 8000) / rate));
        expect(up).toHaveLength(Math.round((samples * rate) / 8000));
      }
    }
  });

  it('removes frequencies above the limit of 8 kHz', async () => {
    const down = await resample(sine({ hz: 5000, ms: 500, rate: 16000, dbfs: -10 }), {
      from: 16000,
      to: 8000,
    });
    expect(toneDbfs(down.subarray(400, -400), 3000)).toBeLessThan(-80);
  });

  it('returns the same array if the rates are equal', async () => {
    const resampler = await Resampler.create({ from: 8000, to: 8000 });
    const pcm = Int16Array.of(1, 2, 3);
    expect(resampler.process(pcm)).toBe(pcm);
    expect(resampler.flush()).toHaveLength(0);
  });

  it('shares memory between streams without mixing them', async () => {
    const tones = [300, 500, 700].map((hz) => sine({ hz, ms: 200, rate: 16000 }));
    const resamplers = await Promise.all(tones.map(() => Resampler.create({ from: 16000, to: 8000 })));
    const outputs = resamplers.map(() => [] as Int16Array[]);
    for (let at = 0; at < 3200; at += 320) {
      for (const [i, one] of resamplers.entries())
        outputs[i]!.push(one.process(tones[i]!.subarray(at, at + 320)));
    }
    for (const [i, one] of resamplers.entries()) {
      const alone = await resample(tones[i]!, { from: 16000, to: 8000 });
      expect(join(...outputs[i]!, one.flush())).toEqual(alone);
    }
  });

  it('releases its memory, so that ten thousand streams need no more than one', async () => {
    await resample(new Int16Array(160), { from: 48000, to: 8000 });
    const { memory } = await loadSpeex();
    const before = memory.int16.length;
    for (let i = 0; i < 10_000; i++) (await Resampler.create({ from: 48000, to: 8000 })).close();
    expect(memory.int16).toHaveLength(before);
  });

  it('refuses samples after its end, and can be ended twice', async () => {
    const resampler = await Resampler.create({ from: 16000, to: 8000 });
    resampler.flush();
    resampler.close();
    expect(resampler.flush()).toHaveLength(0);
    expect(() => resampler.process(new Int16Array(1))).toThrow(
      expect.objectContaining({ code: 'AUDIO_CLOSED' }),
    );
  });

  it('refuses a rate out of range', async () => {
    for (const from of [0, 999, 8000.5, 400_000]) {
      await expect(Resampler.create({ from, to: 8000 })).rejects.toThrow(/from is/);
    }
  });
});

describe('toMulaw8k', () => {
  it('returns the bytes of an 8 kHz mono µ-law file unchanged', async () => {
    const data = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(await toMulaw8k(writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data }))).toEqual(data);
  });

  it('averages the channels and changes the rate', async () => {
    const left = sine({ hz: 440, ms: 300, rate: 44100, dbfs: -14 });
    const stereo = new Int16Array(left.length * 2);
    left.forEach((sample, i) => {
      stereo[2 * i] = sample;
    });
    const file = writeWav({ codec: 'pcm16', rate: 44100, channels: 2, data: stereo });
    const pcm = await toPcm8k(file);
    expect(pcm).toHaveLength(2400);
    expect(toneDbfs(pcm, 440)).toBeCloseTo(-20, 0);
    expect(await toMulaw8k(file)).toEqual(encodeMulaw(pcm));
  });
});
