import { durationToMs } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { failure, openCall, scriptedCall } from './scripted-call.js';

describe('the timers of a session', () => {
  it(verifies('AC-TIME-1', 'gives the whole upgrade 5 s'), async () => {
    const { clock, server, call } = scriptedCall({}, { upgradeMs: 60_000 });
    const result = failure(await clock.run(call.result));
    expect(clock.now()).toBe(5000);
    expect(result).toMatchObject({
      cause: 'upgrade-timeout',
      failureOutputs: { errorType: 'NoResourceError' },
    });
    await clock.run(call.closed);
    expect(server.requests[0]?.signal.aborted).toBe(true);
  });

  it(verifies('AC-OPEN-3', 'AC-ERR-4', 'gives `opened` 5 s, then sends error 408 and closes'), async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    const result = failure(await clock.run(call.result));
    expect(server.timesOf('error')).toEqual([5000]);
    expect(server.of('error')[0]?.parameters.code).toBe(408);
    expect(server.of('close')[0]?.parameters.reason).toBe('error');
    expect(result).toMatchObject({ cause: 'open-timeout', clause: 'AC-OPEN-3' });
  });

  it.each([0, 2500, 4990])(
    'lead to a result within 10 s of dialling if the upgrade takes %i ms and the bot says nothing more',
    async (upgradeMs) => {
      const { clock, server, call } = scriptedCall({}, { upgradeMs });
      Object.assign(server.auto, { opened: undefined, closed: false });
      expect(await clock.run(call.result)).toMatchObject({ path: 'failure', cause: 'open-timeout' });
      expect(clock.now()).toBe(upgradeMs + 5000);
    },
  );

  it(
    verifies(
      'AC-PING-5',
      'pings 1 s after `opened`, again at once after the first pong with `rtt`, then every 5 s',
    ),
    async () => {
      const { clock, server, call } = scriptedCall({}, { latencyMs: 20 });
      await clock.advance(12_500);
      // `open` arrives at 20, `opened` at 40, the first ping leaves at 1040.
      expect(server.timesOf('ping')).toEqual([1060, 1100, 6060, 11_060]);
      const rtts = server.of('ping').map(({ parameters }) => parameters.rtt);
      expect(rtts.map((rtt) => (rtt === undefined ? undefined : durationToMs(rtt)))).toEqual([
        undefined,
        40,
        40,
        40,
      ]);
      call.hangup();
      expect((await clock.run(call.result)).timings.rttMs).toBe(40);
    },
  );

  it(
    verifies('AC-PING-3', 'sends error 408 and closes when a pong is missing at the next ping'),
    async () => {
      const { clock, server, call } = await openCall();
      await clock.advance(7000);
      server.auto.pong = false;
      server.auto.closed = false;
      const result = failure(await clock.run(call.result));
      // The ping of 11 s stays unanswered.
      expect(server.timesOf('error')).toEqual([16_000]);
      expect(result).toMatchObject({ cause: 'pong-timeout', clause: 'AC-PING-3', durationMs: 16_000 });
      await clock.run(call.closed);
      // 3 s instead of 10 s, because pings are not answered.
      expect(clock.now()).toBe(19_000);
    },
  );

  it('waits 5 s for the second pong too, even if the first was late', async () => {
    const { clock, server, call } = await openCall();
    server.auto.pong = false;
    await clock.run(server.next('ping'));
    await clock.advance(4900);
    server.send('pong', {});
    // The second ping leaves at 5900; the grid would have the next at 6000.
    await clock.advance(4800);
    expect(server.timesOf('ping')).toEqual([1000, 5900]);
    expect(call.state).toBe('open');
    expect(failure(await clock.run(call.result))).toMatchObject({
      cause: 'pong-timeout',
      durationMs: 10_900,
    });
  });

  it(verifies('AC-PING-2', 'ignores a pong with a wrong clientseq: error 400, then 408'), async () => {
    const { clock, server, call } = await openCall();
    server.auto.pong = false;
    await clock.run(server.next('ping'));
    server.send('pong', {}, { clientseq: 1 });
    const result = failure(await clock.run(call.result));
    expect(server.of('error').map(({ parameters }) => parameters.code)).toEqual([400, 408]);
    expect(result.cause).toBe('pong-timeout');
    expect(result.warnings).toContainEqual(expect.objectContaining({ clause: 'AC-PING-2' }));
    // Not that there was no answer.
    expect(result.failureOutputs.errorMessage).toMatch(
      /pong had clientseq 1; expected 2, the seq of the last ping\. \[AC-PING-2\]/,
    );
  });

  it('names no earlier wrong pong if the last ping was not answered at all', async () => {
    const { clock, server, call } = await openCall();
    server.auto.pong = false;
    await clock.run(server.next('ping'));
    server.send('pong', {}, { clientseq: 1 });
    server.send('pong', {});
    const result = failure(await clock.run(call.result));
    expect(result.failureOutputs.errorMessage).toContain('the last ping was not answered');
  });

  it(
    verifies('AC-PING-2', 'continues after a pong with a clientseq that is too high: error 400'),
    async () => {
      const { clock, server, call } = await openCall();
      server.auto.pong = false;
      const ping = await clock.run(server.next('ping'));
      server.send('pong', {}, { clientseq: ping.seq + 1 });
      server.send('pong', {}, { clientseq: ping.seq });
      await clock.settle();
      expect(server.of('error').map(({ parameters }) => parameters.code)).toEqual([400]);
      expect(server.of('ping')).toHaveLength(2);
      call.hangup();
      expect((await clock.run(call.result)).warnings).toEqual([
        expect.objectContaining({ clause: 'AC-PING-2', count: 1 }),
      ]);
    },
  );

  it(verifies('AC-PING-4', 'answers an unsolicited pong with error 409 and continues'), async () => {
    const { clock, server, call } = await openCall();
    server.send('pong', {});
    await clock.advance(3000);
    expect(server.of('error').map(({ parameters }) => parameters.code)).toEqual([409]);
    expect(call.state).toBe('open');
  });

  it('does not answer a flood of wrong pongs with a flood of errors', async () => {
    const { clock, server } = await openCall();
    for (let index = 0; index < 500; index++) server.send('pong', {});
    await clock.advance(100);
    expect(server.of('error').filter(({ parameters }) => parameters.code === 409)).toHaveLength(25);
  });

  it(
    verifies('AC-CLOSE-2', 'waits 10 s for `closed`, then sends error 408 and drops the socket'),
    async () => {
      const { clock, server, call } = await openCall();
      server.auto.closed = false;
      await clock.advance(500);
      call.hangup();
      await clock.run(call.result);
      expect(clock.now()).toBeLessThanOrEqual(1500);
      await clock.run(call.closed);
      expect(clock.now()).toBe(10_500);
      expect(server.messages.at(-1)?.what).toMatchObject({ type: 'error', parameters: { code: 408 } });
      expect(clock.pending).toBe(0);
    },
  );

  it('accepts every timer as an option', async () => {
    const { clock, server, call } = scriptedCall({
      timers: { firstPingMs: 100, pingIntervalMs: 300, maxDurationMs: 1000 },
    });
    const result = failure(await clock.run(call.result));
    expect(result).toMatchObject({ cause: 'max-duration', durationMs: 1000 });
    expect(server.timesOf('ping')).toEqual([100, 100, 400, 700]);
  });

  it('leaves no timer after any outcome', async () => {
    for (const end of ['hangup', 'disconnect', 'terminate', 'close', 'garbage'] as const) {
      const { clock, server, call } = await openCall();
      await clock.advance(3210);
      if (end === 'hangup') call.hangup();
      if (end === 'disconnect') server.send('disconnect', { reason: 'completed' });
      if (end === 'terminate') server.terminate();
      if (end === 'close') server.close(1001);
      if (end === 'garbage') server.text('[]');
      await clock.run(call.closed);
      expect(clock.pending, end).toBe(0);
    }
  });
});
