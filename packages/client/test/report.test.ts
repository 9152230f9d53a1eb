import { describe, expect, it } from 'vitest';
import { openCall, scriptedCall, success } from './scripted-call.js';

describe('the timings of a result', () => {
  it('are left out for what never happened: no connection', async () => {
    const { call, clock } = scriptedCall({
      dial: () => Promise.reject(new Error('refused')),
    });
    const { timings } = await clock.run(call.result);
    expect(timings).toStrictEqual({ replyMs: [], playbacks: [] });
  });

  it('are left out for what never happened: a connection, but no `opened`', async () => {
    const { call, clock, server } = scriptedCall({}, { upgradeMs: 40 });
    server.auto.opened = undefined;
    await clock.advance(100);
    call.hangup();
    const { timings } = await clock.run(call.result);
    expect(timings).toMatchObject({ connectMs: 40, replyMs: [], playbacks: [] });
    expect(Object.keys(timings)).not.toContain('openedMs');
    expect(Object.keys(timings)).not.toContain('firstAudioMs');
  });

  it('count from dialling, from `open` and from `opened`', async () => {
    const { call, clock, server } = scriptedCall({}, { upgradeMs: 40, latencyMs: 10 });
    await clock.advance(1000);
    server.binary(new Uint8Array(160));
    await clock.advance(1000);
    call.hangup();
    const { timings } = await clock.run(call.result);
    expect(timings).toMatchObject({ connectMs: 40, openedMs: 20, firstAudioMs: 950 });
  });
});

describe('a warning about outputs', () => {
  it('has the time of the end of the call, and a warning about turns too', async () => {
    const { call, clock, server } = await openCall();
    await clock.advance(700);
    server.send('disconnect', { reason: 'completed', outputVariables: { people: 4 } } as never);
    const result = success(await clock.run(call.result));
    expect(result.warnings).toMatchObject([{ clause: 'AC-OUT-2', firstAtMs: result.durationMs }]);
    expect(result.durationMs).toBeGreaterThanOrEqual(700);
  });
});

describe('an invalid entity of an event is ignored with a warning', () => {
  it.each([
    [
      { type: 'bot_turn_response', data: { disposition: 'maybe' } },
      'AC-EVENT-3',
      'bot_turn_response has "maybe" at',
    ],
    [{ type: 'barge_in', data: 5 }, 'AC-BARGE-1', 'barge_in has 5 at'],
  ])('%o', async (entity, clause, text) => {
    const { call, clock, server } = await openCall();
    server.text(JSON.stringify({ ...server.envelope(), type: 'event', parameters: { entities: [entity] } }));
    await clock.advance(100);
    call.hangup();
    const { warnings } = await clock.run(call.result);
    expect(warnings).toMatchObject([{ clause, message: expect.stringContaining(text) }]);
  });
});
