import { decodeMulaw, encodeMulaw, gain, mix, readWav, rmsDbfs } from '@hookline/audio';
import type { Phrase } from '@hookline/bots';

/** A phrase in the format of a call: `data` is µ-law. */
export function spoken({ bytes }: Phrase) {
  const { samples, durationMs } = readWav(bytes);
  return { data: encodeMulaw(samples), samples, durationMs };
}

/** Digital silence, µ-law. */
export function silence(ms: number): Uint8Array {
  return new Uint8Array(ms * 8).fill(0xff);
}

/** Reproducible white noise at an RMS level. */
export function noise(ms: number, dbfs: number): Int16Array {
  let state = 1;
  const amplitude = 32_768 * 10 ** (dbfs / 20) * Math.sqrt(3);
  return Int16Array.from({ length: ms * 8 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * amplitude);
  });
}

/** Speech at an RMS level with noise that is `snrDb` quieter, preceded by the same noise. */
export function noisySpeech(mulaw: Uint8Array, dbfs: number, snrDb: number, beforeMs: number): Uint8Array {
  const pcm = decodeMulaw(mulaw);
  const levelled = gain(pcm, dbfs - rmsDbfs(pcm));
  const late = new Int16Array(beforeMs * 8 + levelled.length);
  late.set(levelled, beforeMs * 8);
  return encodeMulaw(mix(late, noise(late.length / 8, dbfs - snrDb)));
}
