import { type Logger, sleep, VirtualClock } from '@hookline/runtime';
import { Type } from '@sinclair/typebox';
import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  type CallFacts,
  CallFailure,
  createBot,
  createRouter,
  type OpenFacts,
  type Prepare,
} from '../src/index.js';
import { ScriptedClient } from '../src/testing/index.js';
import { hangUp, untilEnd } from './open-call.js';

const AUTH = { 'test-key': null };

/** Dials a bot and opens the call after `openMs`. */
async function dialled(make: (clock: VirtualClock) => ReturnType<typeof createBot>, openMs = 0) {
  const clock = new VirtualClock();
  const bot = make(clock);
  const client = await clock.run(ScriptedClient.dial(bot, { clock }));
  await clock.advance(openMs);
  client.open();
  return { clock, bot, client };
}

describe('prepare', () => {
  it('starts with the upgrade, and its result is the second argument of the handler', async () => {
    const seen: [string, number][] = [];
    let facts: CallFacts | undefined;
    const { clock, client } = await dialled(
      (clock) =>
        createBot(
          {
            auth: AUTH,
            clock,
            inputs: Type.Object({ name: Type.Optional(Type.String()) }),
            prepare: async (given, open, signal) => {
              facts = given;
              expectTypeOf(open).toEqualTypeOf<Promise<OpenFacts<{ name?: string }>>>();
              seen.push(['upgrade', clock.now()]);
              await sleep(clock, 300, signal);
              const { conversationId } = await open;
              return { ready: conversationId };
            },
          },
          async (call, prepared) => {
            expectTypeOf(prepared).toEqualTypeOf<{ ready: string }>();
            seen.push([prepared.ready, clock.now()]);
            return { same: String(prepared.ready === call.conversationId) };
          },
        ),
      200,
    );
    await clock.advanceUntil(() => client.types.includes('opened'));
    expect(clock.now()).toBeLessThan(290);
    const told = await untilEnd(clock, client);
    expect(told).toEqual({ reason: 'completed', outputVariables: { same: 'true' } });
    expect(seen.map(([, ms]) => ms)).toEqual([expect.closeTo(0, -1), expect.closeTo(300, -1)]);
    expect(facts?.id).toBe(client.id);
    expect(clock.pending).toBe(0);
  });

  it('may be awaited while the caller speaks, and the first words are not lost', async () => {
    let heardMs = 0;
    const { clock, client } = await dialled((clock) =>
      createBot({ auth: AUTH, clock, prepare: () => sleep(clock, 1500) }, async (call) => {
        call.caller().onAudio((bytes) => {
          heardMs += bytes.length / 8;
        });
        await call.ended;
      }),
    );
    client.stream();
    await clock.advance(2000);
    expect(heardMs).toBe(2000);
  });

  it.each<[string, unknown, string]>([
    ['a CallFailure', new CallFailure('no such tenant'), 'no such tenant'],
    ['any other value', new Error('db down'), 'internal error of the bot'],
  ])('fails the call with %s that it throws, like a handler', async (_, thrown, info) => {
    const errors: unknown[] = [];
    let called = false;
    const { clock, client } = await dialled((clock) =>
      createBot(
        { auth: AUTH, clock, onError: (error) => errors.push(error), prepare: () => Promise.reject(thrown) },
        () => {
          called = true;
        },
      ),
    );
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error', info });
    expect(called).toBe(false);
    expect(errors).toEqual(thrown instanceof CallFailure ? [] : [thrown]);
  });

  describe('whose call never opens', () => {
    const WAYS: [string, (client: ScriptedClient) => void][] = [
      ['is a probe', (client) => client.openProbe()],
      ['leaves before open', (client) => client.transport.close()],
      ['is refused for its media', (client) => client.open({ media: [] })],
    ];

    /** Lets a client act after `prepare` has failed, or been left pending. Returns what the operator was told. */
    async function unopened(act: (client: ScriptedClient) => void, prepare: Prepare<unknown>) {
      const clock = new VirtualClock();
      const told: unknown[] = [];
      const lines: string[] = [];
      const none = () => {};
      const error: Logger['error'] = (_, message) => lines.push(String(message));
      const bot = createBot(
        {
          ...{ auth: AUTH, clock, prepare, logger: { debug: none, info: none, warn: none, error } },
          onError: (given) => told.push(given),
        },
        () => {},
      );
      const client = await clock.run(ScriptedClient.dial(bot, { clock }));
      await clock.advance(100);
      act(client);
      await clock.advance(100);
      const types = [...client.types];
      client.send('close', { reason: types.includes('disconnect') ? 'disconnect' : 'end' });
      await clock.advance(100);
      client.transport.close();
      await clock.advance(100);
      expect(bot.sessions).toBe(0);
      return { told, lines, types };
    }

    it.each(WAYS)('reports its error once if the client %s', async (way, act) => {
      const failure = new Error('the database is down');
      const { told, lines, types } = await unopened(act, () => Promise.reject(failure));
      expect(told).toEqual([failure]);
      expect(lines).toEqual(['the bot failed: the database is down']);
      if (way === 'is a probe') expect(types).toEqual(['opened']);
    });

    it.each(WAYS)(
      'reports neither a CallFailure nor what follows from the abort if the client %s',
      async (_, act) => {
        const failures: Prepare<unknown>[] = [
          () => Promise.reject(new CallFailure('no such tenant')),
          (_facts, open) => open,
          (_facts, _open, signal) =>
            new Promise((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(new Error('the socket was closed')));
            }),
        ];
        for (const prepare of failures) {
          expect(await unopened(act, prepare)).toMatchObject({ told: [], lines: [] });
        }
      },
    );
  });

  it('that takes longer than timers.prepareMs fails the call and is aborted, regardless of its later result', async () => {
    const aborted: unknown[] = [];
    let called = false;
    const { clock, client } = await dialled((clock) =>
      createBot(
        {
          auth: AUTH,
          clock,
          timers: { prepareMs: 2000 },
          prepare: async (_facts, _open, signal) => {
            signal.addEventListener('abort', () => aborted.push(signal.reason));
            await sleep(clock, 3000);
          },
        },
        () => {
          called = true;
        },
      ),
    );
    await clock.advance(1900);
    expect(client.types).not.toContain('disconnect');
    await clock.advance(200);
    expect(client.last('disconnect')?.parameters.info).toBe(
      'the bot was not ready within 2 s (timers.prepareMs)',
    );
    expect(aborted).toHaveLength(1);
    await untilEnd(clock, client);
    await clock.advance(3000);
    expect(called).toBe(false);
    expect(clock.pending).toBe(0);
  });

  /** A bot whose preparation lasts until it is aborted. */
  function waiting(aborted: unknown[], opens: unknown[]) {
    return (clock: VirtualClock) =>
      createBot(
        {
          auth: AUTH,
          clock,
          prepare: (_facts, open, signal) => {
            open.then(
              () => opens.push('taken'),
              (error) => opens.push(error.code),
            );
            return new Promise<void>((_, reject) => {
              signal.addEventListener('abort', () => {
                aborted.push(signal.reason.code);
                reject(signal.reason);
              });
            });
          },
        },
        () => {},
      );
  }

  it('is aborted when the peer disconnects, before and after open', async () => {
    for (const opened of [false, true]) {
      const aborted: unknown[] = [];
      const opens: unknown[] = [];
      const clock = new VirtualClock();
      const bot = waiting(aborted, opens)(clock);
      const client = await clock.run(ScriptedClient.dial(bot, { clock }));
      if (opened) {
        client.open();
        await clock.advance(100);
      }
      client.transport.terminate();
      await clock.advance(100);
      expect(aborted).toEqual(['CALL_ENDED']);
      expect(opens).toEqual([opened ? 'taken' : 'CALL_ENDED']);
      expect(bot.sessions).toBe(0);
      expect(clock.pending).toBe(0);
    }
  });

  it('that ignores the end of its call runs no handler, and leaves no timer', async () => {
    let called = false;
    let finish = () => {};
    const { clock, client } = await dialled((clock) =>
      createBot(
        {
          auth: AUTH,
          clock,
          prepare: () =>
            new Promise<void>((resolve) => {
              finish = resolve;
            }),
        },
        () => {
          called = true;
        },
      ),
    );
    await clock.advance(100);
    await hangUp(clock, client);
    expect(clock.pending).toBe(0);
    finish();
    await clock.advance(100);
    expect(called).toBe(false);
  });

  it('is aborted if the connection is only a probe', async () => {
    const aborted: unknown[] = [];
    const clock = new VirtualClock();
    const client = await clock.run(ScriptedClient.dial(waiting(aborted, [])(clock), { clock }));
    client.openProbe();
    await clock.advanceUntil(() => client.types.includes('opened'));
    expect(aborted).toEqual(['CALL_ENDED']);
    await hangUp(clock, client);
    expect(client.types).not.toContain('disconnect');
  });

  it('has a signal that aborts when the call ends, to release what it prepared', async () => {
    const aborted: string[] = [];
    const { clock, client } = await dialled((clock) =>
      createBot(
        {
          auth: AUTH,
          clock,
          prepare: (_facts, _open, signal) => {
            signal.addEventListener('abort', () => {
              aborted.push('aborted');
              throw new Error('in a listener');
            });
          },
        },
        (call) => call.ended.then(() => {}),
      ),
    );
    await clock.advance(10_000);
    expect(aborted).toEqual([]);
    client.send('close', { reason: 'end' });
    await clock.advance(100);
    expect(aborted).toEqual(['aborted']);
  });

  it('belongs to one bot of a router', async () => {
    const router = createRouter()
      .bot('a/:x', { prepare: ({ connectorId }) => connectorId.length }, (call, prepared) => {
        expectTypeOf(prepared).toEqualTypeOf<number>();
        return { x: `${call.params['x']} ${prepared}` };
      })
      .bot('b', () => ({ b: 'yes' }));
    const clock = new VirtualClock();
    const bot = createBot({ auth: AUTH, clock }, router);
    const client = await clock.run(ScriptedClient.dial(bot, { clock, url: '/a/bc' }));
    client.open();
    expect((await untilEnd(clock, client))?.outputVariables).toEqual({ x: 'bc 4' });
    // @ts-expect-error which of them would it be for?
    expect(() => createBot({ auth: AUTH, prepare: () => 1 }, router)).toThrow('pass prepare to router.bot');
    // @ts-expect-error no function
    expect(() => createBot({ auth: AUTH, prepare: 1 }, () => {})).toThrow('prepare is 1;');
  });
});
