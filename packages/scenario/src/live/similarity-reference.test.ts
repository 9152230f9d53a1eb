import { encodeMulaw, sine } from '@hookline/audio';
import { expect, test } from 'vitest';
import { checkAudio } from './check-audio.js';

const quiet = (ms: number) => new Uint8Array(ms * 8).fill(0xff);
/** A rising tone, which is similar only to itself. */
const PROMPT = Buffer.concat(
  [300, 400, 500, 600, 700, 800].map((hz) => encodeMulaw(sine({ hz, ms: 200, dbfs: -12 }))),
);

const check = (heard: Uint8Array, reference: Uint8Array) => {
  const [finding] = checkAudio(heard, {
    soundsLike: { file: 'prompt.wav', audio: reference, atLeast: 0.9 },
  });
  return finding;
};

test.each([0, 800, 3000])(
  'audio sounds like its file that has %i ms of silence before and after it',
  (ms) => {
    expect(check(PROMPT, Buffer.concat([quiet(ms), PROMPT, quiet(ms)]))).toMatchObject({ passed: true });
  },
);

test('the result names a pause of the file at which the heard audio ends', () => {
  const reference = (ms: number) => Buffer.concat([quiet(500), PROMPT, quiet(ms), PROMPT]);
  expect(check(PROMPT, reference(700))).toEqual({
    rule: 'a similarity to prompt.wav of 0.9 or more',
    got: expect.stringMatching(
      /^a similarity of 0\.\d\d; prompt\.wav pauses for 700 ms at 1\.7 s, and a pause of 700 ms ends what is compared: expect each part with its own file$/,
    ),
    passed: false,
  });
  expect(check(PROMPT, reference(680))?.got).toMatch(/^a similarity of 0\.\d\d$/);
});

test('nothing sounds like a file of silence', () => {
  expect(check(PROMPT, quiet(1000))).toMatchObject({ got: 'a similarity of 0.00', passed: false });
});
