import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readWav, writeWav } from '@hookline/audio';
import { phrase } from '@hookline/bots';
import type { Page } from 'playwright-core';

/** Sample rate of the page, in Hz. */
export const RATE = 8000;
/** Silence before the phrase of the microphone, so that the call is open by then. */
const LEAD_MS = 1500;

/** Writes the microphone's WAV file: silence, then a phrase of the reference bots. Returns the length of the phrase, in milliseconds. */
export async function writeMicrophone(path: string): Promise<number> {
  const { samples: said } = readWav(phrase('hello').bytes);
  const lead = (LEAD_MS * RATE) / 1000;
  const samples = new Int16Array(lead + said.length + RATE);
  samples.set(said, lead);
  await writeFile(path, writeWav({ codec: 'pcm16', data: samples, rate: RATE, channels: 1 }));
  return (said.length / RATE) * 1000;
}

/** Audio recorded in the page. */
export type Samples = Float32Array<ArrayBuffer>;

const TAP = `registerProcessor('tap', class extends AudioWorkletProcessor {
  process([input]) {
    if (input[0]) this.port.postMessage([currentFrame, input[0].slice()]);
    return true;
  }
});`;

/** Adds the worklet of `in-page.js` to the built page: the policy allows it from nowhere else. */
export const addTap = (pageDir: string) => writeFile(join(pageDir, 'tap.js'), TAP);

/** Both recordings so far, on the same timeline if they have the same rate. Higher rates are reduced to about 8 kHz. */
export async function recordings(page: Page): Promise<{ microphone: Samples; loudspeaker: Samples }> {
  return {
    microphone: await recordingAt(page, 'microphone'),
    loudspeaker: await recordingAt(page, 'loudspeaker'),
  };
}

/** One recording so far. @param shift - samples to skip at its beginning, at its own rate */
export async function recordingAt(
  page: Page,
  place: 'microphone' | 'loudspeaker',
  shift = 0,
): Promise<Samples> {
  const bytes = Buffer.from(await page.evaluate<string>(`heardAt('${place}')`), 'base64').subarray(2 * shift);
  const every = Math.floor((await page.evaluate<number>(`rateAt('${place}') ?? ${RATE}`)) / RATE);
  return Float32Array.from({ length: Math.floor(bytes.length / 2 / every) }, (_, i) => {
    let sum = 0;
    for (let at = i * every; at < (i + 1) * every; at += 1) sum += bytes.readInt16LE(at * 2);
    return sum / every / 0x8000;
  });
}

/** The best match of a sound within a recording. */
export interface Match {
  readonly lagMs: number;
  readonly correlation: number;
  /** Ratio of the levels; 1 is equal. */
  readonly ratio: number;
}

/** Finds the loudest `lengthMs` of `said` in `heard`, from the same time on. */
export function findEcho(said: Samples, heard: Samples, lengthMs: number): Match {
  const length = Math.round((lengthMs * RATE) / 1000);
  const start = loudest(said, length);
  const template = said.subarray(start, start + length);
  let best = { lag: 0, value: -1 };
  // A coarse search finds the neighbourhood, since speech is mostly below 500 Hz; then every lag is tried.
  for (let lag = 0; start + lag + length <= heard.length; lag += 2) {
    const value = correlation(template, heard, start + lag, 7);
    if (value > best.value) best = { lag, value };
  }
  for (let lag = Math.max(0, best.lag - 8); lag <= best.lag + 8; lag += 1) {
    const value = correlation(template, heard, start + lag, 1);
    if (value > best.value || lag === best.lag - 8) best = { lag, value };
  }
  const from = start + best.lag;
  return {
    lagMs: (best.lag * 1000) / RATE,
    correlation: correlation(template, heard, from, 1),
    ratio: Math.sqrt(energy(heard, from, length) / energy(said, start, length)),
  };
}

function loudest(samples: Samples, length: number): number {
  let sum = energy(samples, 0, length);
  let best = { at: 0, sum };
  for (let at = 1; at + length <= samples.length; at += 1) {
    sum += (samples[at + length - 1] ?? 0) ** 2 - (samples[at - 1] ?? 0) ** 2;
    if (sum > best.sum) best = { at, sum };
  }
  return best.at;
}

function energy(samples: Samples, from: number, length: number): number {
  let sum = 0;
  for (let i = from; i < from + length; i += 1) sum += (samples[i] ?? 0) ** 2;
  return sum;
}

function correlation(template: Samples, heard: Samples, from: number, step: number): number {
  let [product, a, b] = [0, 0, 0];
  for (let i = 0; i < template.length; i += step) {
    const x = template[i] ?? 0;
    const y = heard[from + i] ?? 0;
    product += x * y;
    a += x * x;
    b += y * y;
  }
  return a === 0 || b === 0 ? 0 : product / Math.sqrt(a * b);
}
