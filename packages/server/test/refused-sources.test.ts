import { Readable } from 'node:stream';
import { Resampler } from '@hookline/audio/resample';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type AudioSource, pcm16, sequence, wav } from '../src/index.js';
import { openCall, untilEnd } from './open-call.js';

/** Samples that JavaScript code may pass by mistake. */
const samples = (mistake: unknown) => pcm16(mistake as never, { rate: 24_000 });

function locked(): ReadableStream<Int16Array> {
  const stream = ReadableStream.from([new Int16Array(10)]);
  stream.getReader();
  return stream;
}

function usedUp(): Readable {
  const stream = Readable.from([new Uint8Array(20)]);
  stream.destroy();
  return stream;
}

const throwing = {
  [Symbol.iterator]: () => {
    throw new Error('no iterator');
  },
};

it.each<[string, () => AudioSource]>([
  ['nothing', () => samples(undefined)],
  ['a promise of nothing', () => samples(Promise.resolve(undefined))],
  ['nothing, in a sequence', () => sequence([samples(undefined)])],
  ['a number', () => samples(5)],
  ['a locked stream', () => samples(locked())],
  ['a stream that was destroyed', () => samples(usedUp())],
  ['an iterable that throws', () => samples(throwing)],
  ['an iterable without an iterator', () => samples({ [Symbol.iterator]: () => undefined })],
  ['a wrong piece', () => samples(['a'])],
  ['a number as a WAV file', () => wav(5 as never)],
])('keeps no resampler of a source that it refuses: %s', async (_, source) => {
  const creating = vi.spyOn(Resampler, 'create');
  const closing = vi.spyOn(Resampler.prototype, 'close');
  onTestFinished(() => void vi.restoreAllMocks());
  let error: unknown;
  const { clock, client } = await openCall(async (call) => {
    error = await call.play(source()).catch((reason: unknown) => reason);
  });
  await untilEnd(clock, client);
  expect(error).toBeInstanceOf(Error);
  const created = await Promise.all(creating.mock.results.map(({ value }) => value));
  await new Promise((resolve) => setImmediate(resolve));
  const closed: unknown[] = closing.mock.contexts;
  expect(created.filter((resampler) => !closed.includes(resampler))).toEqual([]);
});
