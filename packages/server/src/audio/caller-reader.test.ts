import { expect, it } from 'vitest';
import type { CallerConverter } from './caller-converter.js';
import { CallerReader } from './caller-reader.js';
import { ChunkMemory, HeldAudio } from './held-audio.js';

/** Passes audio on, and has two bytes left at the end. */
const CONVERTER: CallerConverter = { convert: (bytes) => bytes, flush: () => new Uint8Array([8, 9]) };

/** A reader whose converter is not there before `load`. */
function waitingReader() {
  const heard: number[][] = [];
  let load: (converter: CallerConverter) => void = () => {};
  let refuse: (error: Error) => void = () => {};
  const pending = new Promise<CallerConverter>((resolve, reject) => {
    load = resolve;
    refuse = reject;
  });
  const errors: unknown[] = [];
  const reader = new CallerReader(pending, new HeldAudio(1000, new ChunkMemory()), {
    fills: false,
    deliver: (bytes, atMs) => void heard.push([atMs, ...bytes]),
    onEnd: () => void heard.push([]),
    onError: (error) => void errors.push(error),
  });
  const loaded = async () => {
    load(CONVERTER);
    await pending;
    await Promise.resolve();
  };
  const failed = async () => {
    refuse(new Error('no WebAssembly'));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { reader, heard, errors, loaded, failed };
}

it('delivers the buffered audio, the rest and the end if the call ended before its converter was loaded', async () => {
  const { reader, heard, loaded } = waitingReader();
  reader.push(new Uint8Array([1, 2]), 0);
  reader.push(new Uint8Array([3]), 20);
  reader.end();
  expect(heard).toEqual([]);
  await loaded();
  expect(heard).toEqual([[0, 1, 2], [20, 3], [20, 8, 9], []]);
});

it('delivers nothing if it was closed before its converter was loaded', async () => {
  const { reader, heard, loaded } = waitingReader();
  reader.push(new Uint8Array([1, 2]), 0);
  reader.close();
  await loaded();
  reader.end();
  expect(heard).toEqual([]);
});

it.each<[string, ('end' | 'fail' | 'close')[], number[][]]>([
  ['after', ['fail', 'end'], [[]]],
  ['before', ['end', 'fail'], [[]]],
  ['never, because it was closed', ['fail', 'close', 'end'], []],
])(
  'ends without audio, once, if its converter cannot be loaded and the call ends %s',
  async (_, steps, expected) => {
    const { reader, heard, errors, failed } = waitingReader();
    reader.push(new Uint8Array([1, 2]), 0);
    for (const step of steps) {
      if (step === 'fail') await failed();
      else reader[step]();
    }
    expect(heard).toEqual(expected);
    expect(errors).toEqual([new Error('no WebAssembly')]);
  },
);
