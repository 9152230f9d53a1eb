import { expect, it } from 'vitest';
import { GatedSilero } from './gated-silero.js';

const HOLD = 4;

/** Frame n holds the number n. What the network is given since it last began anew, as the numbers of frames. */
function listening() {
  let heard: number[] = [];
  let resets = 0;
  const network = {
    update(pcm: Int16Array) {
      for (let at = 0; at < pcm.length; at += 160) heard.push(pcm[at] ?? Number.NaN);
      return heard.length;
    },
    reset() {
      resets++;
      heard = [];
    },
  };
  const gated = new GatedSilero(network, HOLD);
  let next = 1;
  return {
    hear: (gateOpen: boolean) => gated.update(new Int16Array(160).fill(next++), gateOpen),
    heard: () => heard,
    resets: () => resets,
  };
}

it('rests while the gate is closed', () => {
  const { hear, heard, resets } = listening();
  for (let n = 0; n < 100; n++) expect(hear(false)).toBeUndefined();
  expect([heard(), resets()]).toEqual([[], 0]);
});

it('begins anew with the 320 ms up to the frame that opens the gate, in their order', () => {
  const { hear, heard, resets } = listening();
  for (let n = 1; n <= 20; n++) hear(false);
  expect(hear(true)).toBe(16);
  expect(heard()).toEqual(Array.from({ length: 16 }, (_, n) => 6 + n));
  expect(resets()).toBe(1);
});

it('begins with the first frame of the stream where less than 320 ms precede', () => {
  const atOnce = listening();
  atOnce.hear(true);
  expect(atOnce.heard()).toEqual([1]);
  const soon = listening();
  for (let n = 1; n <= 14; n++) soon.hear(false);
  soon.hear(true);
  expect(soon.heard()).toEqual(Array.from({ length: 15 }, (_, n) => 1 + n));
});

it('runs on for the hold after the gate has closed, then rests and begins anew', () => {
  const { hear, heard, resets } = listening();
  for (let n = 1; n <= 20; n++) hear(false);
  hear(true);
  for (let n = 0; n < HOLD; n++) expect(hear(false)).toBeDefined();
  expect(heard().at(-1)).toBe(25);
  expect(hear(false)).toBeUndefined();
  hear(true);
  expect(heard()).toEqual(Array.from({ length: 16 }, (_, n) => 12 + n));
  expect(resets()).toBe(2);
});

it('goes on without a new begin when the gate opens again within the hold', () => {
  const { hear, heard, resets } = listening();
  hear(true);
  for (let n = 0; n < HOLD; n++) hear(false);
  hear(true);
  expect(heard().slice(-3)).toEqual([4, 5, 6]);
  expect(resets()).toBe(1);
});
