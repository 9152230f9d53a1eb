import { readFileSync } from 'node:fs';
import { inTurn, silenceCaller, wavCaller } from '@hookline/client';
import { describe, expect, test } from 'vitest';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const table = readFileSync(new URL('../../bots/speech/table.wav', import.meta.url));

const HOUR_MS = 3_600_000;

describe('a connection that is lost while the caller speaks', () => {
  test('is followed by a request for a reply, since the next one does not report the end of that speech', async () => {
    const it = bridged({ limits: { replyMs: 8000 } }, { call: { caller: silenceCaller(HOUR_MS) } });
    await ready(it);
    await it.clock.advance(15_000);
    it.service.link.host.speech('start', 14_000);
    await it.clock.advance(2000);
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(7900);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    await it.clock.advance(200);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });

  test('is followed by no request if the next one hears more of that speech', async () => {
    const it = bridged({}, { call: { caller: silenceCaller(HOUR_MS) } });
    await ready(it);
    await it.clock.advance(15_000);
    it.service.link.host.speech('start', 14_000);
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(500);
    it.service.link.host.speech('start', 100);
    await it.clock.advance(20_000);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    it.service.link.host.speech('end');
    it.service.link.reply('r1', 500);
    await it.clock.advance(5000);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('is followed by no request while the detector of the call hears them', async () => {
    const it = bridged(
      { interruption: { by: 'local' }, limits: { replyMs: 300 } },
      {
        service: { can: { vad: false } },
        call: { caller: inTurn(silenceCaller(2000), wavCaller(table), silenceCaller(HOUR_MS)) },
      },
    );
    await ready(it);
    // In the middle of a sentence of 2 s.
    await it.clock.advance(2800);
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(800);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    await it.clock.advance(3000);
    expect(serviceCalls(it, 'ask').length).toBeGreaterThan(0);
    it.call.hangup();
    await finish(it);
  });

  test('leaves the call to the silence timer once the reply was heard', async () => {
    const it = bridged(
      { onSilence: 'end', limits: { silenceMs: 10_000 } },
      { service: { onAsk: (link) => link.reply('r1', 500) }, call: { caller: silenceCaller(HOUR_MS) } },
    );
    await ready(it);
    it.service.link.host.speech('start');
    it.service.link.drop(1006);
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { ended_by: 'silence' } });
    expect(it.clock.now()).toBeLessThan(30_000);
  });
});
