import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeL16, encodeMulaw, sine, writeWav } from '@hookline/audio';
import { Resampler, toMulaw8k, toPcm8k } from '@hookline/audio/resample';
import type { MediaFormat } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AudioSource, wav } from '../src/index.js';
import { openSource } from '../src/source/open-source.js';
import { openCall, untilEnd } from './open-call.js';

/** A file that is longer than those that are converted at once. */
function longFile({ rate = 44_100, channels = 2, ms = 7000 } = {}): Uint8Array {
  const tone = sine({ hz: 430, ms, rate, dbfs: -12 });
  const data = new Int16Array(tone.length * channels);
  for (const [index, sample] of tone.entries()) {
    for (let channel = 0; channel < channels; channel++) data[index * channels + channel] = sample >> channel;
  }
  return writeWav({ codec: 'pcm16', rate, channels, data });
}

/** The same file with its chunk `fmt ` behind its audio. */
function audioFirst(file: Uint8Array): Uint8Array {
  return Buffer.concat([file.subarray(0, 12), file.subarray(36), file.subarray(12, 36)]);
}

/** The same file with a chunk before its format, such as the picture of an album. */
function withPicture(file: Uint8Array): Uint8Array {
  const head = Buffer.from('LIST\0\0\0\0');
  head.writeUInt32LE(200_000, 4);
  return Buffer.concat([file.subarray(0, 12), head, new Uint8Array(200_000), file.subarray(12)]);
}

function onDisk(file: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-wav-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'music.wav');
  writeFileSync(path, file);
  return path;
}

async function played(source: AudioSource, format: MediaFormat = 'PCMU') {
  const warnings: string[] = [];
  let outcome: unknown;
  const line = await openCall(
    async (call) => {
      outcome = await call.play(source).catch((error: unknown) => error);
    },
    { logger: { debug() {}, info() {}, warn: (_, message) => warnings.push(message ?? ''), error() {} } },
    {},
    { media: [{ type: 'audio', format, rate: 8000, channels: ['external'] }] },
  );
  await untilEnd(line.clock, line.client);
  return { outcome, warnings, sent: Buffer.concat(line.client.frames.map(({ bytes }) => bytes)) };
}

const ways: readonly [string, (file: Uint8Array) => AudioSource][] = [
  ['by its path', (file) => wav(onDisk(file))],
  ['as its bytes', (file) => wav(file)],
];

describe.each(ways)('a long WAV file, %s', (_, source) => {
  it('is converted in small parts, so that other calls do not wait', async () => {
    const converting = vi.spyOn(Resampler.prototype, 'process');
    onTestFinished(() => void vi.restoreAllMocks());
    const { outcome } = await played(source(longFile()));
    expect(outcome).toEqual({ ended: 'completed', heardMs: 7000 });
    const lengths = converting.mock.calls.map(([samples]) => samples.length);
    expect(lengths.length).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(32_768);
  });

  it.each([
    ['stereo', longFile()],
    ['a rate that is no multiple of the other', longFile({ rate: 11_025, channels: 6, ms: 9000 })],
    ['8 kHz', longFile({ rate: 8000, channels: 1, ms: 70_000 })],
    ['a long chunk before its header', withPicture(longFile())],
    ['its audio before its header', audioFirst(longFile())],
  ])('is played with the same bytes as a file that is converted at once: %s', async (_name, file) => {
    expect(file.length).toBeGreaterThan(1_048_576);
    const { sent, warnings } = await played(source(file));
    const once = Buffer.from(await toMulaw8k(file));
    expect(sent.equals(once)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('is played without a conversion if it has the format of the call', async () => {
    const data = Uint8Array.from({ length: 1_100_000 }, (_, index) => (index * 7) % 251);
    const file = writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data });
    const { sent } = await played(source(file));
    expect(sent.equals(data)).toBe(true);
  });

  it('is converted to L16 for a call in L16', async () => {
    const file = longFile();
    const { sent } = await played(source(file), 'L16');
    expect(sent.equals(encodeL16(await toPcm8k(file), 'le'))).toBe(true);
  });

  it('is played as far as it goes, with a warning, if it is shorter than its header says', async () => {
    const { outcome, warnings } = await played(source(longFile().subarray(0, 44 + 6 * 44_100 * 4)));
    expect(outcome).toEqual({ ended: 'completed', heardMs: 6000 });
    expect(warnings).toEqual([expect.stringContaining('shorter than its header says')]);
  });

  it.each([
    ['it has no audio', withPicture(new Uint8Array(longFile()).fill(0x20, 36)), 'no "data" chunk'],
    ['its compression is unknown', new Uint8Array(longFile()).fill(2, 20, 21), 'ADPCM'],
  ])('is refused in the words of a short one if %s', async (_name, file, words) => {
    const { outcome } = await played(source(file));
    expect(outcome).toMatchObject({ code: 'SERVER_BAD_SOURCE', message: expect.stringContaining(words) });
  });
});

describe('long raw bytes in another format than that of the call', () => {
  it('are converted as they are played, and short ones at once', async () => {
    const samples = sine({ hz: 430, ms: 70_000, rate: 8000, dbfs: -12 });
    const bytes = encodeL16(samples, 'le');
    const audio = { format: 'PCMU', byteOrder: 'le' } as const;
    const open = (given: Uint8Array) => openSource(given, audio, () => {}, new VirtualClock(), 'L16');
    expect(open(bytes.subarray(0, 1_000_000))).toBeInstanceOf(Uint8Array);
    const source = open(bytes);
    if (source instanceof Uint8Array) throw new Error('it was converted at once');
    const played: Uint8Array[] = [];
    for (let part = await source.next(); part; part = await source.next()) played.push(part);
    expect(played.length).toBeGreaterThan(10);
    expect(Buffer.concat(played).equals(encodeMulaw(samples))).toBe(true);
  });
});
