import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { audio, failure, openCall, scriptedCall, success } from './scripted-call.js';

describe('a call that the bot completes', () => {
  it(
    verifies('AC-OUT-1', 'AC-OUT-6', 'AC-OUT-7', 'takes the success path with the outputs of `disconnect`'),
    async () => {
      const { clock, server, call } = await openCall({ outputs: ['reservationId', 'partySize'] });
      server.send('disconnect', {
        reason: 'completed',
        outputVariables: { reservationId: 'R-17', PartySize: '4' },
      });
      const result = success(await clock.run(call.result));
      expect(result).toMatchObject({
        outputs: { reservationId: 'R-17' },
        missing: ['partySize'],
        undeclared: ['PartySize'],
        discardedOutputs: { PartySize: '4' },
      });
      await clock.run(call.closed);
      expect(server.ended?.what.code).toBe(1000);
      expect(clock.pending).toBe(0);
    },
  );

  it('assigns everything when all outputs are declared', async () => {
    const { clock, server, call } = await openCall();
    server.send('disconnect', {
      reason: 'completed',
      outputVariables: JSON.parse('{"__proto__":"x","b":""}'),
    });
    const { outputs, missing, undeclared } = success(await clock.run(call.result));
    expect(Object.entries(outputs)).toEqual([
      ['__proto__', 'x'],
      ['b', ''],
    ]);
    expect({ missing, undeclared }).toEqual({ missing: [], undeclared: [] });
  });

  it('converts an output that is not a string to text and warns', async () => {
    const { clock, server, call } = await openCall();
    server.send('disconnect', { reason: 'completed', outputVariables: { n: 4, o: { a: 1 }, z: null } });
    const result = success(await clock.run(call.result));
    expect(result.outputs).toEqual({ n: '4', o: '{"a":1}', z: 'null' });
    expect(result.warnings).toContainEqual(expect.objectContaining({ clause: 'AC-OUT-2' }));
  });

  it('does not assign outputs in `closed`, reports them separately, and warns', async () => {
    const { clock, server, call } = await openCall({ outputs: ['a', 'b', 'c'] });
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed', outputVariables: { b: '2', x: '3' } });
    await clock.advance(10);
    const outputVariables = { a: 1, b: '4', x: '5', ['__proto__']: '6' };
    server.send('closed', { outputVariables } as object);
    const result = success(await clock.run(call.result));
    expect(result.outputs).toEqual({ b: '2' });
    expect(result.missing).toEqual(['a', 'c']);
    expect(Object.entries(result.discardedOutputs)).toEqual([
      ['a', '1'],
      ['b', '4'],
      ['x', '3'],
      ['__proto__', '6'],
    ]);
    expect(result.warnings).toContainEqual(expect.objectContaining({ clause: 'AC-OUT-4' }));
  });

  it('assigns outputs in `closed` if configured', async () => {
    const { clock, server, call } = await openCall({ acceptOutputsInClosed: true });
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(10);
    server.send('closed', { outputVariables: { a: '1' } } as object);
    expect(success(await clock.run(call.result)).outputs).toEqual({ a: '1' });
  });

  it.each([null, 'abc', 7, ['x']])('has no outputs in `closed` if they are %o', async (outputVariables) => {
    const { clock, server, call } = await openCall({ acceptOutputsInClosed: true });
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(10);
    server.send('closed', { outputVariables } as object);
    expect(success(await clock.run(call.result)).outputs).toEqual({});
  });

  it(verifies('AC-DISC-3', 'takes a disconnect before `opened` for what it is'), async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.settle();
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    expect(success(await clock.run(call.result)).outputs).toEqual({ a: '1' });
    expect(server.of('close')[0]?.parameters.reason).toBe('disconnect');
  });
});

describe('a decided outcome', () => {
  it('stays on the success path if `closed` never arrives, with a warning', async () => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    const result = success(await clock.run(call.result));
    expect(clock.now()).toBe(10_000);
    expect(result.outputs).toEqual({ a: '1' });
    expect(result.warnings).toContainEqual(expect.objectContaining({ clause: 'AC-CLOSE-2' }));
    await clock.run(call.closed);
    expect(server.of('error')[0]?.parameters.code).toBe(408);
    expect(server.ended?.what.code).toBe(1006);
  });

  it('stays on the success path if the socket is dropped instead of `closed`', async () => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(50);
    server.terminate();
    const result = success(await clock.run(call.result));
    expect(clock.now()).toBe(50);
    expect(result.warnings).toContainEqual(expect.objectContaining({ clause: 'AC-CLOSE-1' }));
  });

  it(verifies('AC-CLOSE-7', 'is that of the first of two disconnects'), async () => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    server.send('disconnect', { reason: 'error', info: 'late', outputVariables: { a: '2' } });
    await clock.advance(10);
    server.send('closed', {});
    const result = success(await clock.run(call.result));
    expect(result.outputs).toEqual({ a: '1' });
    expect(result.warnings).toContainEqual(expect.objectContaining({ clause: 'AC-DISC-2' }));
    expect(server.of('close')).toHaveLength(1);
  });

  it.each(['completed', 'error', 'unauthorized'] as const)(
    'of a disconnect with reason %s has a warning for a second one, and for audio after it',
    async (reason) => {
      const { clock, server, call } = await openCall();
      server.auto.closed = false;
      server.send('disconnect', { reason });
      server.send('disconnect', { reason });
      server.binary(audio(200));
      await clock.advance(10);
      server.send('closed', {});
      const { warnings } = await clock.run(call.result);
      expect(warnings.map(({ clause }) => clause)).toEqual(['AC-DISC-2', 'AC-AUDIO-3']);
    },
  );

  it('reports no violation for bot audio that crosses the hang-up', async () => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    call.hangup();
    await clock.advance(10);
    server.binary(audio(200));
    server.send('closed', {});
    expect((await clock.run(call.result)).warnings).toEqual([]);
  });

  it('does not assign outputs of a second `disconnect` and reports them separately', async () => {
    const { clock, server, call } = await openCall({ outputs: ['a', 'b'], acceptOutputsInClosed: true });
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(10);
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    await clock.advance(10);
    server.send('closed', { outputVariables: { b: '2' } } as object);
    const result = success(await clock.run(call.result));
    expect(result).toMatchObject({ outputs: { b: '2' }, missing: ['a'], discardedOutputs: { a: '1' } });
    expect(result.warnings.map(({ clause }) => clause)).toEqual(['AC-DISC-2']);
  });

  it('reports a late value of an output separately if it differs from the assigned one', async () => {
    const { clock, server, call } = await openCall({ outputs: ['a', 'b'] });
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1', b: '2', c: '3' } });
    await clock.advance(10);
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1', b: '4', c: '5' } });
    const result = success(await clock.run(call.result));
    expect(result).toMatchObject({ outputs: { a: '1', b: '2' }, discardedOutputs: { b: '4', c: '3' } });
  });

  it('is not changed by late invalid messages, audio or a hang-up', async () => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(10);
    server.text('garbage');
    server.binary(audio(200));
    call.hangup();
    await clock.advance(10);
    server.send('closed', {});
    const { warnings } = success(await clock.run(call.result));
    expect(warnings.map(({ clause }) => clause)).toEqual(['AC-MSG-1', 'AC-AUDIO-3']);
  });

  it.each(['disconnected', 'failure'])(
    'reports outputs in the `closed` that answers the end of the call separately: %s',
    async (path) => {
      const { clock, server, call } = await openCall();
      server.auto.closed = false;
      if (path === 'disconnected') call.hangup();
      else server.send('disconnect', { reason: 'error', outputVariables: { b: '2' } });
      await clock.advance(10);
      server.send('closed', { outputVariables: { a: '1', b: '3' } } as object);
      const { path: taken, discardedOutputs } = await clock.run(call.result);
      expect(taken).toBe(path);
      expect(discardedOutputs).toEqual(path === 'failure' ? { a: '1', b: '2' } : { a: '1', b: '3' });
    },
  );

  it('stays a hang-up if `disconnect` arrives later, whose outputs are reported separately', async () => {
    const { clock, server, call } = scriptedCall({}, { latencyMs: 20 });
    await clock.advance(500);
    call.hangup();
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    const result = await clock.run(call.result);
    expect(result).toMatchObject({
      path: 'disconnected',
      reason: 'callerHangup',
      discardedOutputs: { a: '1' },
    });
  });

  it('warns of a second `disconnect` that arrives after a hang-up, and reports its outputs too', async () => {
    const { clock, server, call } = scriptedCall({}, { latencyMs: 20 });
    await clock.advance(500);
    call.hangup();
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '2', b: '3' } });
    const result = await clock.run(call.result);
    expect(result).toMatchObject({ path: 'disconnected', discardedOutputs: { a: '1', b: '3' } });
    expect(result.warnings.map(({ clause }) => clause)).toEqual(['AC-DISC-2']);
  });
});

describe('a call that fails', () => {
  it.each([
    ['error', 'bot-error', 'InternalServerError'],
    ['unauthorized', 'unauthorized', 'NoResourceError'],
  ] as const)(
    verifies('AC-OUT-3', 'takes the failure path for disconnect %s'),
    async (reason, cause, errorType) => {
      const { clock, server, call } = await openCall();
      server.send('disconnect', { reason, info: 'no backend', outputVariables: { a: '1' } });
      const result = failure(await clock.run(call.result));
      expect(result).toMatchObject({ cause, failureOutputs: { errorType }, discardedOutputs: { a: '1' } });
      expect(result.failureOutputs.errorMessage).toContain('no backend');
      expect(server.of('close')[0]?.parameters.reason).toBe('disconnect');
    },
  );

  it('uses a configured error type of a cause', async () => {
    const { clock, server, call } = await openCall({ errorTypes: { 'bot-error': 'MyError' } });
    server.send('disconnect', { reason: 'error' });
    expect(failure(await clock.run(call.result)).failureOutputs.errorType).toBe('MyError');
  });

  it('uses a configured error type of a cause also if the session was never opened', async () => {
    const { clock, server, call } = scriptedCall({ errorTypes: { 'connection-lost': 'MyError' } });
    server.auto.opened = undefined;
    await clock.settle();
    server.close(1011);
    expect(failure(await clock.run(call.result)).failureOutputs.errorType).toBe('MyError');
  });

  it('settles at once when the connection is lost mid-call', async () => {
    const { clock, server, call } = await openCall();
    await clock.advance(3000);
    server.terminate();
    const result = failure(await clock.run(call.result));
    expect(result).toMatchObject({
      cause: 'connection-lost',
      closeCode: 1006,
      durationMs: 3000,
      failureOutputs: { errorType: 'InternalServerError' },
    });
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('has the error type of the resource if the connection is lost before `opened`', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.settle();
    server.close(1011, 'no bot here');
    expect(failure(await clock.run(call.result))).toMatchObject({
      cause: 'connection-lost',
      closeCode: 1011,
      failureOutputs: { errorType: 'NoResourceError', errorMessage: expect.stringContaining('no bot here') },
    });
  });

  it.each([
    [1000, 'Bye', 'closed the WebSocket with code 1000 ("Bye")'],
    [1011, '', 'closed the WebSocket with code 1011'],
    [undefined, undefined, 'closed the WebSocket without a code'],
  ])('reports how the bot closed the WebSocket: %s %s', async (code, reason, words) => {
    const { clock, server, call } = await openCall();
    server.close(code, reason);
    const { failureOutputs } = failure(await clock.run(call.result));
    expect(failureOutputs.errorMessage).toContain(`the bot ${words}`);
  });

  it('settles a violation within a second although `closed` never arrives, and drops the socket after 10 s', async () => {
    const { clock, server, call } = await openCall();
    server.auto.closed = false;
    server.text('{');
    await clock.advance(0);
    const seenAt = clock.now();
    const result = failure(await clock.run(call.result));
    expect(result).toMatchObject({ cause: 'protocol-violation', clause: 'AC-MSG-1' });
    expect(clock.now() - seenAt).toBeLessThanOrEqual(1000);
    await clock.run(call.closed);
    expect(clock.now() - seenAt).toBe(10_000);
    expect(server.messages.slice(-3).map(({ what }) => what.type)).toEqual(['error', 'close', 'error']);
    expect(clock.pending).toBe(0);
  });

  it(verifies('AC-TIME-6', 'ends at the longest duration with `close` and reason end'), async () => {
    const { clock, server, call } = await openCall();
    const result = failure(await clock.run(call.result));
    expect(clock.now()).toBe(900_000);
    expect(result.cause).toBe('max-duration');
    expect(server.of('close')[0]?.parameters.reason).toBe('end');
    expect(server.audio).toHaveLength(900_000 / 200);
  });

  it('ends when the source of the caller fails', async () => {
    async function* broken() {
      yield audio(500);
      throw new Error('no microphone');
    }
    const { clock, call } = await openCall({ caller: broken() });
    const result = failure(await clock.run(call.result));
    expect(result.cause).toBe('caller-source');
    expect(result.failureOutputs.errorMessage).toContain('no microphone');
  });
});

describe('a caller who hangs up', () => {
  it('sends nothing to the bot while connecting', async () => {
    const { clock, server, call } = scriptedCall({}, { upgradeMs: 1000 });
    await clock.advance(500);
    call.hangup();
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    await clock.run(call.closed);
    expect(server.requests[0]?.signal.aborted).toBe(true);
    await clock.advance(2000);
    expect(server.messages).toEqual([]);
    expect(server.ended?.what.code).toBe(1006);
  });

  it.each(['opening', 'open'] as const)('sends `close` with reason end while %s', async (state) => {
    const { clock, server, call } = scriptedCall();
    if (state === 'opening') server.auto.opened = undefined;
    await clock.settle();
    expect(call.state).toBe(state);
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    expect(server.of('close').map(({ parameters }) => parameters.reason)).toEqual(['end']);
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('can be aborted by a signal, early or late', async () => {
    const early = scriptedCall({ signal: AbortSignal.abort() });
    expect(await early.clock.run(early.call.result)).toMatchObject({ reason: 'aborted' });
    expect(early.server.requests).toEqual([]);
    await early.clock.run(early.call.closed);

    const controller = new AbortController();
    const late = await openCall({ signal: controller.signal });
    await late.clock.advance(1234);
    controller.abort();
    expect(await late.clock.run(late.call.result)).toMatchObject({ path: 'disconnected', reason: 'aborted' });
  });
});
