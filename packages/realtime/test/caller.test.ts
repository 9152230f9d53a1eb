import { readFileSync } from 'node:fs';
import { inTurn, silenceCaller, wavCaller } from '@hookline/client';
import { expect, test } from 'vitest';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const table = readFileSync(new URL('../../bots/speech/table.wav', import.meta.url));

test.each(['local', 'first'] as const)(
  'interrupts with the detector of the call with by: %s, cancels the reply, and only once if the service follows',
  async (by) => {
    const it = bridged(
      { interruption: { by } },
      { call: { caller: inTurn(silenceCaller(1500), wavCaller(table)) } },
    );
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 8000, { byte: 0x11, done: false });
    await it.clock.advanceUntil(() => it.session.stats.interruptions > 0, 5000);
    link.host.speech('start');
    await it.clock.advance(1000);
    expect(it.recorder.entities('barge_in')).toBe(1);
    expect(serviceCalls(it, 'cancel').map(({ replyId }) => replyId)).toEqual(['r1']);
    expect(Math.abs((serviceCalls(it, 'truncate')[0]?.ms ?? 0) - it.recorder.heardMs(0x11))).toBeLessThanOrEqual(20);
    it.call.hangup();
    await finish(it);
  },
);

test('does not count a hold as heard', async () => {
  const it = bridged({}, { latencyMs: 60 });
  await ready(it);
  it.service.link.reply('r1', 10_000, { byte: 0x11 });
  await it.clock.advance(1000);
  it.call.hold();
  await it.clock.advance(4000);
  it.call.unhold();
  await it.clock.advance(1000);
  it.service.link.host.speech('start');
  await it.clock.advance(1000);
  const [truncated] = serviceCalls(it, 'truncate');
  expect(Math.abs((truncated?.ms ?? 0) - it.recorder.heardMs(0x11))).toBeLessThanOrEqual(40);
  expect(truncated?.ms).toBeLessThan(3000);
  it.call.hangup();
  await finish(it);
});
