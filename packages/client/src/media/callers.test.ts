import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeMulaw, encodeMulaw, rmsDbfsMulaw, sine, toneDbfs, writeWav } from '@hookline/audio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dtmfToneCaller, noiseCaller, silenceCaller, toneCaller, wavCaller } from './callers.js';
import { liveCaller } from './live-caller.js';
import { inTurn, withGain, withNoise } from './transforms.js';

async function collect(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, limit = 1e9) {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of source) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= limit) break;
  }
  return Buffer.concat(chunks);
}

describe('a WAV caller', () => {
  const samples = sine({ hz: 500, ms: 1000, rate: 16_000, dbfs: -20 });
  const wav = writeWav({ rate: 16_000, channels: 1, codec: 'pcm16', data: samples });

  it('converts a file of another rate to 8 kHz µ-law at the same level', async () => {
    const audio = await collect(wavCaller(wav));
    expect(audio).toHaveLength(8000);
    expect(toneDbfs(decodeMulaw(audio.subarray(2000, 6000)), 500)).toBeCloseTo(-20, 0);
  });

  it('reads a path, and can be used for a second call', async () => {
    const path = join(tmpdir(), `hookline-wav-caller-${process.pid}.wav`);
    writeFileSync(path, wav);
    onTestFinished(() => rmSync(path));
    const caller = wavCaller(path);
    const first = await collect(caller);
    expect(await collect(caller)).toEqual(first);
  });

  it('names the file that it cannot read', async () => {
    await expect(collect(wavCaller('/no/such.wav'))).rejects.toThrow(/^\/no\/such.wav: .*ENOENT/);
    expect(() => wavCaller(7 as never)).toThrow(/^wav is 7/);
  });
});

describe('a tone caller', () => {
  it('plays without end and without clicks, or for the given duration', async () => {
    const audio = await collect(toneCaller({ frequencyHz: 333, levelDb: -10 }), 24_000);
    expect(audio.equals(encodeMulaw(sine({ hz: 333, ms: 3000, dbfs: -10 })))).toBe(true);
    expect(await collect(toneCaller({ durationMs: 1234.5 }))).toHaveLength(9876);
    expect(() => toneCaller({ frequencyHz: 440.5 })).toThrow(/^frequencyHz/);
  });
});

describe('a caller on a bad line', () => {
  const tone = () => toneCaller({ frequencyHz: 500, levelDb: -20, durationMs: 1500 });

  it('is louder or quieter', async () => {
    const audio = await collect(withGain(tone(), -12));
    expect(toneDbfs(decodeMulaw(audio), 500)).toBeCloseTo(-32, 0);
  });

  it('can be mixed with noise of a given level, reproducible with the same seed', async () => {
    const noise = await collect(noiseCaller({ levelDb: -30, durationMs: 2500 }));
    expect(noise).toHaveLength(20_000);
    expect(rmsDbfsMulaw(noise)).toBeCloseTo(-30, 0);
    expect((await collect(noiseCaller({ levelDb: -30, durationMs: 2500 }))).equals(noise)).toBe(true);
    expect(() => noiseCaller({ levelDb: 0 })).toThrow(/^levelDb is 0/);
    const mixed = await collect(
      withNoise(silenceCaller(1000), noiseCaller({ levelDb: -30, durationMs: 300 })),
    );
    expect(rmsDbfsMulaw(mixed)).toBeCloseTo(-30, 0);
  });

  it('closes its background when it ends, and when its reader stops', async () => {
    const ends: string[] = [];
    async function* noise() {
      try {
        for (;;) yield new Uint8Array(80).fill(0x80);
      } finally {
        ends.push('closed');
      }
    }
    await collect(withNoise(silenceCaller(100), noise()));
    expect(ends).toHaveLength(1);
    await collect(withNoise(silenceCaller(5000), noise()), 1);
    expect(ends).toHaveLength(2);
  });

  it('continues unmixed after its background has ended', async () => {
    const audio = await collect(tone());
    expect((await collect(withNoise(tone(), []))).equals(audio)).toBe(true);
    expect((await collect(withNoise(tone(), [new Uint8Array(0)]))).equals(audio)).toBe(true);
    const emptyForEver = (function* () {
      for (;;) yield new Uint8Array(0);
    })();
    expect((await collect(withNoise(tone(), emptyForEver))).equals(audio)).toBe(true);
    async function* once() {
      yield new Uint8Array(0);
    }
    expect((await collect(withNoise(tone(), once()))).equals(audio)).toBe(true);
  });
});

it.each([null, undefined, 5, {}])('what combines or changes sources refuses %s, naming itself', (value) => {
  const wrong = value as never;
  expect(() => inTurn(silenceCaller(20), wrong)).toThrow(
    /^inTurn: source is .*; expected a Uint8Array or an iterable/,
  );
  expect(() => withGain(wrong, -6)).toThrow(/^withGain: source is /);
  expect(() => withNoise(wrong, silenceCaller(20))).toThrow(/^withNoise: source is /);
  expect(() => withNoise(silenceCaller(20), wrong)).toThrow(/^withNoise: noise is /);
});

describe('other callers', () => {
  it('are silent for a duration', async () => {
    const audio = await collect(silenceCaller(1500));
    expect(audio).toHaveLength(12_000);
    expect(audio.every((byte) => byte === 0xff)).toBe(true);
  });

  it('press keys as tones', async () => {
    const audio = decodeMulaw(await collect(dtmfToneCaller('1')));
    expect(toneDbfs(audio, 697)).toBeGreaterThan(-25);
    expect(toneDbfs(audio, 1209)).toBeGreaterThan(-25);
    expect(toneDbfs(audio, 941)).toBeLessThan(-40);
    expect(await collect(dtmfToneCaller(''))).toHaveLength(0);
  });

  it('play one after another', async () => {
    const audio = await collect(
      inTurn(Uint8Array.of(1), [Uint8Array.of(2), Uint8Array.of(3)], silenceCaller(1)),
    );
    expect([...audio]).toEqual([1, 2, 3, ...new Array(8).fill(0xff)]);
  });

  it('accept live audio, and drop the oldest beyond the bound', async () => {
    const caller = liveCaller({ maxBufferedMs: 20 });
    expect(caller.push(new Uint8Array(80).fill(1))).toBe(true);
    expect(caller.push(new Uint8Array(80).fill(2))).toBe(true);
    expect(caller.push(new Uint8Array(80).fill(3))).toBe(false);
    const all = collect(caller);
    await Promise.resolve();
    caller.push(Uint8Array.of(4));
    caller.end();
    caller.push(Uint8Array.of(5));
    expect([...new Set(await all)]).toEqual([2, 3, 4]);
  });
});

describe('a caller of a given duration', () => {
  it.each([
    [0, []],
    [999, [7992]],
    [1000, [8000]],
    [1001, [8000, 8]],
    [2000, [8000, 8000]],
    [2500, [8000, 8000, 4000]],
  ])(
    'of %i ms has this duration, in pieces of at most a second, none of them empty',
    async (durationMs, lengths) => {
      for (const caller of [
        toneCaller({ durationMs }),
        noiseCaller({ durationMs }),
        silenceCaller(durationMs),
      ]) {
        const pieces: number[] = [];
        for await (const piece of caller) pieces.push(piece.length);
        expect(pieces).toEqual(lengths);
      }
    },
  );
});
