import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { checkedOptions } from './checked-options.js';

it.each([
  ['a greeting', (audio: PassThrough) => ({ greeting: audio })],
  ['a greeting with its text', (audio: PassThrough) => ({ greeting: { audio, text: 'Hello' } })],
  ['a filler', (audio: PassThrough) => ({ filler: { audio } })],
  ['a promise of a filler', (audio: PassThrough) => ({ filler: Promise.resolve(audio) })],
])('%s that fails before it is played does not end the process', async (_, options) => {
  const stream = new PassThrough();
  checkedOptions(options(stream));
  await Promise.resolve();
  expect(stream.listenerCount('error')).toBe(1);
});
