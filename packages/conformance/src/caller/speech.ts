import { encodeMulaw, MULAW_SILENCE, SAMPLES_PER_MS, TELEPHONE_RATE } from '@hookline/audio';

const SYLLABLES_PER_SECOND = 4;
const PITCH_HZ = 130;
const AMPLITUDE = 9000;

/** Caches the sound by its length, because it is the same on every call. */
const soundCache = new Map<number, Uint8Array>();

/**
 * Returns a sound that speech detectors accept as speech: 130 Hz with harmonics, modulated four times a
 * second. µ-law, 8 kHz.
 */
export function speechSound(ms: number): Uint8Array {
  const known = soundCache.get(ms);
  if (known) return known;
  const samples = new Int16Array(Math.round(ms * SAMPLES_PER_MS));
  for (let i = 0; i < samples.length; i++) {
    const t = i / TELEPHONE_RATE;
    const loudness = 0.6 - 0.4 * Math.cos(2 * Math.PI * SYLLABLES_PER_SECOND * t);
    const glide = PITCH_HZ * (1 + 0.1 * Math.sin(2 * Math.PI * 1.3 * t));
    let sum = 0;
    for (let harmonic = 1; harmonic <= 12; harmonic++) {
      // Two peaks, at the formants of a vowel.
      const weight = (harmonic > 3 && harmonic < 7) || harmonic > 9 ? 1 : 0.4;
      sum += (weight / harmonic ** 0.5) * Math.sin(2 * Math.PI * glide * harmonic * t);
    }
    samples[i] = Math.max(-32_000, Math.min(32_000, (AMPLITUDE * loudness * sum) / 3));
  }
  const sound = encodeMulaw(samples);
  soundCache.set(ms, sound);
  return sound;
}

/** Silence, µ-law. */
export function silence(ms: number): Uint8Array {
  return new Uint8Array(Math.round(ms * SAMPLES_PER_MS)).fill(MULAW_SILENCE);
}
