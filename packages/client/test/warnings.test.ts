import type { WireEvent } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import type { CallWarning } from '../src/index.js';
import { audio, openCall } from './scripted-call.js';

/** The warnings of a call after a hang-up. */
async function hungUp({
  clock,
  call,
}: Awaited<ReturnType<typeof openCall>>): Promise<readonly CallWarning[]> {
  await clock.advance(1);
  call.hangup();
  return (await clock.run(call.result)).warnings;
}

describe('a warning', () => {
  it('that repeats is listed once, with its count, its first time, and the effect and fix of the rule', async () => {
    const events: WireEvent[] = [];
    const told: CallWarning[] = [];
    const made = await openCall({ sink: { event: (event) => events.push(event) } });
    made.call.on('warning', (warning) => told.push(warning));
    for (let index = 0; index < 5; index++) {
      await made.clock.advance(100);
      made.server.send('reconnect', {});
    }
    await made.clock.settle();
    expect(await hungUp(made)).toEqual([
      {
        message: expect.stringContaining('reconnect'),
        count: 5,
        firstAtMs: 100,
        clause: 'AC-CONN-9',
        effect: expect.stringMatching(/\.$/),
        fix: expect.stringMatching(/\.$/),
      },
    ]);
    expect(told).toMatchObject([{ clause: 'AC-CONN-9', count: 1, firstAtMs: 100 }]);
    expect(events.filter(({ kind }) => kind === 'violation')).toHaveLength(1);
  });

  it('that differs only in numbers counts as equal', async () => {
    const made = await openCall();
    made.server.send('disconnect', { reason: 'completed' });
    const closing = made.clock.run(made.call.result);
    for (const ms of [20, 40, 200]) made.server.binary(audio(ms));
    expect((await closing).warnings).toMatchObject([{ clause: 'AC-AUDIO-3', count: 3 }]);
  });

  it('of another kind is listed separately, even with the same rule', async () => {
    const made = await openCall({
      limits: { pause: { perSecond: 1, burst: 1 }, resume: { perSecond: 1, burst: 1 } },
    });
    for (let index = 0; index < 3; index++) made.server.send('pause', {});
    for (let index = 0; index < 3; index++) made.server.send('resume', {});
    await made.clock.settle();
    expect((await hungUp(made)).filter(({ clause }) => clause === 'AC-RATE-3')).toHaveLength(2);
  });
});
