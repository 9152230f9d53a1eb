import { expect, test } from 'vitest';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

test('a call ends within callMs and replyMs although the service generates a reply without end', async () => {
  const it = bridged({ limits: { callMs: 5000, replyMs: 2000 } });
  await ready(it);
  it.service.link.reply('r1', 60_000, { chunkMs: 200, everyMs: 200, byte: 0x11 });
  const result = await finish(it);
  expect(result).toMatchObject({ path: 'success' });
  expect(it.clock.now()).toBeLessThan(9000);
  expect(serviceCalls(it, 'cancel').map(({ replyId }) => replyId)).toEqual(['r1']);
  expect(it.recorder.heardMs(0x11)).toBeGreaterThan(6500);
});

test('a reply that is complete soon after callMs is heard to its end', async () => {
  const it = bridged({ limits: { callMs: 5000, replyMs: 2000 } });
  await ready(it);
  it.service.link.reply('r1', 6000, { chunkMs: 200, everyMs: 200, byte: 0x11 });
  await finish(it);
  expect(serviceCalls(it, 'cancel')).toEqual([]);
  expect(it.recorder.heardMs(0x11)).toBe(6000);
});

test('a reply that begins ends the one before, even if the service reports no end of either', async () => {
  const it = bridged({ limits: { replyMs: 2000 } });
  await ready(it);
  it.service.link.reply('r1', 1000, { byte: 0x11, done: false });
  it.service.link.reply('r2', 1000, { byte: 0x22, done: false });
  await it.clock.advance(500);
  it.session.end();
  expect(await finish(it)).toMatchObject({ path: 'success' });
  expect(it.clock.now()).toBeLessThan(8000);
  expect([0x11, 0x22].map((byte) => it.recorder.heardMs(byte))).toEqual([1000, 1000]);
});
