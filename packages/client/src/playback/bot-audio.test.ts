import { expect, it } from 'vitest';
import { BotAudioTap, HEARD_FRAME_MS } from './bot-audio.js';

const SILENCE = 0xff;

it('places audio that starts within a frame with sample accuracy', async () => {
  const tap = new BotAudioTap(0);
  tap.heard(5, new Uint8Array(30 * 8).fill(0x55));
  tap.advance(3 * HEARD_FRAME_MS);
  const frames = [await tap.next(), await tap.next(), await tap.next()];
  const heard = frames.flatMap((frame) => [...(frame?.bytes ?? [])]);
  expect(frames.map((frame) => frame?.t)).toEqual([0, 20, 40]);
  expect(heard).toHaveLength(3 * HEARD_FRAME_MS * 8);
  expect(heard.indexOf(0x55)).toBe(5 * 8);
  expect(heard.lastIndexOf(0x55)).toBe(35 * 8 - 1);
  expect(heard.filter((byte) => byte === SILENCE)).toHaveLength(30 * 8);
});
