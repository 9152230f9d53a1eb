import { quiet } from '@hookline/bots';
import { silenceCaller } from '@hookline/client';
import { CallFailure } from '@hookline/server';
import { describe, expect, test } from 'vitest';
import { linkedCall } from '../src/index.js';
import { finish } from './finish-call.js';

describe('success', () => {
  test('assigns what the handler returns', async () => {
    const linked = linkedCall(
      () =>
        ({ inputs }) => ({ greeting: `hello ${inputs['name']}` }),
      {
        call: { inputs: { name: 'Ann' } },
      },
    );
    expect(await finish(linked)).toMatchObject({
      path: 'success',
      outputs: { greeting: 'hello Ann' },
      missing: [],
      undeclared: [],
      warnings: [],
    });
  });

  test('reports missing declared outputs and undeclared returned ones', async () => {
    const linked = linkedCall(() => () => ({ reservationId: 'R-17', mood: 'good' }), {
      call: { outputs: ['reservationId', 'partySize'] },
    });
    expect(await finish(linked)).toMatchObject({
      path: 'success',
      outputs: { reservationId: 'R-17' },
      missing: ['partySize'],
      undeclared: ['mood'],
      discardedOutputs: { mood: 'good' },
    });
  });

  test('passes the conversation unchanged', async () => {
    const linked = linkedCall(
      () =>
        ({ conversationId, participant, language, connectorId, organizationId, id }) => ({
          conversationId,
          ani: participant.ani,
          aniName: participant.aniName,
          dnis: participant.dnis,
          language: language ?? '',
          connectorId,
          organizationId,
          id,
        }),
      {
        call: {
          connectorId: 'book/tables',
          conversation: { ani: '+15550001', aniName: 'Ann', dnis: '+18000002', language: 'en-US' },
        },
      },
    );
    expect(await finish(linked)).toMatchObject({
      outputs: {
        conversationId: linked.call.conversationId,
        ani: 'tel:+15550001',
        aniName: 'Ann',
        dnis: 'tel:+18000002',
        language: 'en-us',
        connectorId: 'book/tables',
        organizationId: linked.integration.organizationId,
        id: linked.call.sessionId,
      },
    });
  });

  test('keeps inputs with names of Object.prototype members', async () => {
    const linked = linkedCall(
      () =>
        ({ inputs }) => ({ seen: Object.entries(inputs).flat().join(' ') }),
      {
        call: {
          inputs: [
            ['__proto__', 'a'],
            ['constructor', 'b'],
          ],
        },
      },
    );
    expect(await finish(linked)).toMatchObject({ outputs: { seen: '__proto__ a constructor b' } });
  });
});

describe('failure', () => {
  test('of a handler that throws is a bot error without its message', async () => {
    const linked = linkedCall(() => () => {
      throw new Error('password of the database is wrong');
    });
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'failure', cause: 'bot-error' });
    expect(JSON.stringify(result)).not.toContain('password');
  });

  test('of a handler that rejects later is a bot error', async () => {
    const linked = linkedCall(({ clock }) => async () => {
      await new Promise<void>((resolve) => clock.after(3000, resolve));
      throw new TypeError('x is not a function');
    });
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'failure', cause: 'bot-error' });
    expect(result.durationMs).toBeCloseTo(3000, -2);
  });

  test('by the bot reaches the flow with its exact text', async () => {
    const linked = linkedCall(() => () => {
      throw new CallFailure('The backend is down.');
    });
    expect(await finish(linked)).toMatchObject({
      path: 'failure',
      cause: 'bot-error',
      failureOutputs: { errorMessage: expect.stringContaining('The backend is down.') },
    });
  });

  test('of credentials is reported before the call opens', async () => {
    const linked = linkedCall(quiet, { bot: { auth: { 'other-key': null } } });
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'unauthorized', status: 401 });
  });

  test('of credentials can be reported within the session', async () => {
    const linked = linkedCall(quiet, { bot: { auth: { 'other-key': null }, unauthorized: 'disconnect' } });
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'unauthorized' });
  });

  test('of a key store refuses the call', async () => {
    const linked = linkedCall(quiet, {
      bot: {
        auth: () => {
          throw new Error('the key store is down');
        },
      },
    });
    expect(await finish(linked)).toMatchObject({ path: 'failure', cause: 'http-status', status: 503 });
  });

  test('occurs at the maximum duration, which takes no real time on a virtual clock', async () => {
    const linked = linkedCall(quiet);
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'failure', cause: 'max-duration' });
    expect(result.durationMs).toBeCloseTo(15 * 60_000, -3);
  });
});

describe('a caller who hangs up', () => {
  test.each([
    ['before anything was dialled', 0],
    ['between open and opened', 75],
    ['before the first ping', 500],
    ['in the middle of the call', 12_345],
  ])('%s takes no path', async (_when, atMs) => {
    const linked = linkedCall(quiet, { latencyMs: 50 });
    linked.clock.after(atMs, () => linked.call.hangup());
    const result = await finish(linked);
    expect(result).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    expect(result.durationMs).toBeLessThanOrEqual(atMs + 50);
  });

  test('while the bot speaks takes no path, and the playback ends with the call', async () => {
    const endings: string[] = [];
    const linked = linkedCall(() => async (call) => {
      endings.push((await call.playback(new Uint8Array(80_000).fill(0x55)).finished).ended);
    });
    linked.clock.after(2000, () => linked.call.hangup());
    expect(await finish(linked)).toMatchObject({ path: 'disconnected', reason: 'callerHangup' });
    expect(endings).toEqual(['callEnded']);
  });

  test('after the bot has completed changes nothing', async () => {
    const linked = linkedCall(() => () => ({ done: 'yes' }), { latencyMs: 20 });
    linked.call.on('state', (state) => {
      if (state === 'closing') linked.call.hangup();
    });
    expect(await finish(linked)).toMatchObject({ path: 'success', outputs: { done: 'yes' } });
  });

  test('rejects pending promises of the handler without counting as its error', async () => {
    const seen: unknown[] = [];
    const linked = linkedCall(() => async (call) => {
      try {
        await call.collectDigits({ timeoutMs: 60_000 });
      } catch (error) {
        seen.push(error);
        throw error;
      }
    });
    linked.clock.after(3000, () => linked.call.hangup());
    await finish(linked);
    expect(seen).toMatchObject([{ code: 'CALL_ENDED', reason: 'callerHangup' }]);
  });
});

test.each([0, 75, 4000])('an abort after %i ms takes no path', async (atMs) => {
  const controller = new AbortController();
  const linked = linkedCall(quiet, { latencyMs: 50, call: { signal: controller.signal } });
  linked.clock.after(atMs, () => controller.abort());
  expect(await finish(linked)).toMatchObject({ path: 'disconnected', reason: 'aborted' });
});

describe('outputs', () => {
  test('of a bot that completes and then throws are those of the completion', async () => {
    const linked = linkedCall(() => async (call) => {
      await call.complete({ first: 'wins' });
      throw new Error('too late');
    });
    expect(await finish(linked)).toMatchObject({ path: 'success', outputs: { first: 'wins' } });
  });

  test('that cross a hang-up are discarded, and listed', async () => {
    const linked = linkedCall(
      ({ clock }) =>
        async () => {
          await new Promise<void>((resolve) => clock.after(1000, resolve));
          return { late: 'R-17' };
        },
      { latencyMs: 100 },
    );
    linked.clock.after(1150, () => linked.call.hangup());
    expect(await finish(linked)).toMatchObject({ path: 'disconnected', discardedOutputs: { late: 'R-17' } });
  });
});

describe('the probe of an integration', () => {
  test('finds no problem with a bot and runs no handler', async () => {
    let handled = 0;
    const linked = linkedCall(() => () => {
      handled += 1;
    });
    await finish(linked);
    handled = 0;
    const report = await linked.clock.run(linked.integration.probe({ clock: linked.clock }));
    expect(report).toMatchObject({ ok: true, problems: [] });
    expect(handled).toBe(0);
  });

  test('accepts one of three offers', async () => {
    const linked = linkedCall(() => () => {});
    await finish(linked);
    const report = await linked.clock.run(
      linked.integration.probe({ clock: linked.clock, offer: 'three-way' }),
    );
    expect(report).toMatchObject({ ok: true, problems: [] });
  });
});

test('a silent caller sends silence to the bot in real time', async () => {
  const linked = linkedCall(
    () => async (call) => {
      let bytes = 0;
      for await (const chunk of call.audio) {
        expect(chunk.every((byte) => byte === 0xff)).toBe(true);
        bytes += chunk.length;
        if (bytes >= 16_000) break;
      }
      return { bytes: String(bytes) };
    },
    { call: { caller: silenceCaller(300) } },
  );
  const result = await finish(linked);
  expect(result).toMatchObject({ path: 'success', outputs: { bytes: '16000' } });
  expect(result.durationMs).toBeCloseTo(2000, -2);
});
