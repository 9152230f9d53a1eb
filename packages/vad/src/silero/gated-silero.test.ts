import { expect, it } from 'vitest';
import { GatedSilero } from './gated-silero.js';

const HOLD = 4;
const RUN_UP = 16;

/** Frame n holds the number n. What the network has processed, as the numbers of frames. */
function listening() {
  const heard: number[] = [];
  const network = {
    update(pcm: Int16Array) {
      for (let at = 0; at < pcm.length; at += 160) heard.push(pcm[at] ?? Number.NaN);
      return heard.length;
    },
  };
  const gated = new GatedSilero(network, HOLD);
  let next = 1;
  const hear = (gateOpen: boolean) => gated.update(new Int16Array(160).fill(next++), gateOpen);
  return {
    hear,
    hearClosed: (frames: number) => Array.from({ length: frames }, () => hear(false)),
    heard,
  };
}

/** The numbers from `from` to `to`. */
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

it('does not run while the gate is closed', () => {
  const { hearClosed, heard } = listening();
  expect(hearClosed(100)).toEqual(Array(100).fill(undefined));
  expect(heard).toEqual([]);
});

it('starts with the 320 ms up to the frame that opens the gate, in order', () => {
  const { hear, hearClosed, heard } = listening();
  hearClosed(39);
  expect(hear(true)).toBe(RUN_UP);
  expect(heard).toEqual(numbers(25, 40));
});

it.each([1, 15, RUN_UP])(
  'begins with the first frame of the stream if the gate opens at frame %i',
  (frame) => {
    const { hear, hearClosed, heard } = listening();
    hearClosed(frame - 1);
    expect(hear(true)).toBe(frame);
    expect(heard).toEqual(numbers(1, frame));
  },
);

it('continues for the hold time after the gate has closed, then stops', () => {
  const { hear, hearClosed, heard } = listening();
  hear(true);
  expect(hearClosed(HOLD)).toEqual([2, 3, 4, 5]);
  expect(hearClosed(10)).toEqual(Array(10).fill(undefined));
  expect(heard).toEqual(numbers(1, 1 + HOLD));
});

it.each([1, 5, RUN_UP - 1, 60])('goes on after a rest of %i frames, each frame at most once', (rest) => {
  const { hear, hearClosed, heard } = listening();
  hear(true);
  hearClosed(HOLD + rest);
  const last = 1 + HOLD + rest + 1;
  hear(true);
  hear(true);
  const resumed = Math.max(1 + HOLD + 1, last - RUN_UP + 1);
  expect(heard).toEqual([...numbers(1, 1 + HOLD), ...numbers(resumed, last + 1)]);
});
