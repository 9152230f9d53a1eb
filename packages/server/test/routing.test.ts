import { joinConnectionUri } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import { createBot, createRouter } from '../src/index.js';
import { dialHeaders, ScriptedClient } from '../src/testing/index.js';
import { dialBot, hangUp, idle, untilEnd } from './open-call.js';

function routed() {
  const seen: string[] = [];
  const clock = new VirtualClock();
  const router = createRouter()
    .bot('book', async () => void seen.push('book'))
    .bot('faq/:lang', async (call) => void seen.push(`faq ${call.params['lang']}`))
    .bot('faq/help', async () => void seen.push('never'));
  const bot = createBot({ auth: { 'test-key': null }, clock, path: '/v1' }, router);
  return { seen, clock, bot, router };
}

describe('a router', () => {
  it.each([
    ['/v1/book', 'book'],
    ['/v1/book/?tier=gold', 'book'],
    ['/v1/faq/de', 'faq de'],
    ['/v1/faq/pt%2DBR', 'faq pt-BR'],
    ['/v1/faq/%zz', 'faq %zz'],
    ['/v1/faq/help', 'faq help'],
  ])('routes %s to the first matching bot', async (url, expected) => {
    const { seen, clock, bot } = routed();
    const client = await clock.run(ScriptedClient.dial(bot, { clock, url }));
    client.open();
    await untilEnd(clock, client);
    expect(seen).toEqual([expected]);
  });

  it.each(['order status', 'müller', 'm%C3%BCller', '50%', 'a%2Fb', '100%25'])(
    'routes to the bot "%s" what a client sends for this Connector ID',
    async (path) => {
      const clock = new VirtualClock();
      const bot = createBot({ auth: 'none', clock, path: '/büro' }, createRouter().bot(path, idle));
      const { pathname } = new URL(joinConnectionUri('ws://bot/büro', path));
      expect(pathname).toMatch(/^[!-~]+$/);
      const other = pathname.replace(/%../g, (code) => code.toLowerCase());
      for (const url of [pathname, other]) {
        expect(await bot.inject({ url, headers: {} })).toMatchObject({ accepted: true });
      }
    },
  );

  it.each(["/a'b", '/a|b', '/a(b)', '/a~b', '/a b/c'])(
    'takes each way to encode the path %s for the same',
    async (path) => {
      const encoded = path.replace(/[^/a-z]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
      for (const mounted of [path.replaceAll(' ', '%20'), encoded]) {
        const bot = createBot({ auth: 'none', clock: new VirtualClock(), path: mounted }, idle);
        for (const url of [encoded, encoded.replace(/%../g, (code) => code.toUpperCase())]) {
          expect(await bot.inject({ url: `${url}/x`, headers: {} })).toMatchObject({ accepted: true });
        }
      }
    },
  );

  it('takes no encoded slash for a separator', async () => {
    const clock = new VirtualClock();
    const bot = createBot({ auth: 'none', clock }, createRouter().bot('a/b', idle));
    expect(await bot.inject({ url: '/a%2Fb', headers: {} })).toMatchObject({ status: 404 });
  });

  it.each(['/v1/other', '/v1/faq', '/v1/book/more'])('answers 404 to %s', async (url) => {
    const { clock, bot } = routed();
    const result = await clock.run(bot.inject({ url, headers: dialHeaders({ clock, url }) }));
    expect(result).toMatchObject({ accepted: false, status: 404 });
  });

  it(
    verifies('AC-PROBE-4', 'lets a probe in at the base path, and tells a call there what is missing'),
    async () => {
      const { clock, bot, seen } = routed();
      const probe = await clock.run(ScriptedClient.dial(bot, { clock, url: '/v1' }));
      probe.openProbe();
      await clock.advance(1);
      await hangUp(clock, probe);
      expect(probe.types).toEqual(['opened', 'closed']);
      const call = await clock.run(ScriptedClient.dial(bot, { clock, url: '/v1' }));
      call.open();
      expect(await untilEnd(clock, call)).toEqual({
        reason: 'error',
        info: expect.stringMatching(/no Connector ID/),
      });
      expect(seen).toEqual([]);
      expect(bot.stats()).toMatchObject({ probes: 1, calls: {} });
    },
  );

  it('routes all others to its fallback, including the empty Connector ID', async () => {
    const { clock, bot, router } = routed();
    const seen: string[] = [];
    router.fallback(async (call) => void seen.push(call.connectorId));
    for (const url of ['/v1', '/v1/other/x']) {
      const client = await clock.run(ScriptedClient.dial(bot, { clock, url }));
      client.open();
      await untilEnd(clock, client);
    }
    expect(seen).toEqual(['', 'other/x']);
  });

  it.each(['', '/', 'a?b=1', '../a', 'a/%2e'])('refuses the path "%s"', (path) => {
    expect(() => createRouter().bot(path, idle)).toThrow(/not a valid Connector ID path/);
  });
});

describe('declared variables', () => {
  const inputs = Type.Object({
    customerId: Type.String({ minLength: 1 }),
    tier: Type.Optional(Type.String()),
  });
  const outputs = Type.Object({ reservationId: Type.String() });

  it('reach the bot typed if valid, next to undeclared ones', async () => {
    const clock = new VirtualClock();
    const bot = createBot({ auth: { 'test-key': null }, clock, inputs, outputs }, async (call) => {
      const customerId: string = call.inputs.customerId;
      // @ts-expect-error: not declared
      expect(call.inputs.other).toBe('x');
      return { reservationId: `R-${customerId}` };
    });
    const client = await clock.run(ScriptedClient.dial(bot, { clock }));
    client.open({ inputVariables: { customerId: '42', other: 'x' } });
    expect(await untilEnd(clock, client)).toEqual({
      reason: 'completed',
      outputVariables: { reservationId: 'R-42' },
    });
  });

  it.each([
    ['missing', undefined, /input variable "customerId" is nothing; expected a string/],
    ['bad', { customerId: '' }, /input variable "customerId" is ""/],
  ])('fail the call before it opens if %s', async (_, inputVariables, info) => {
    const clock = new VirtualClock();
    const bot = createBot({ auth: { 'test-key': null }, clock, inputs }, () => {});
    const client = await clock.run(ScriptedClient.dial(bot, { clock }));
    client.open(inputVariables ? { inputVariables } : {});
    expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: expect.stringMatching(info) });
    expect(client.types).toEqual(['disconnect', 'closed']);
  });

  it('fail the call if the bot returns something else', async () => {
    const clock = new VirtualClock();
    const bot = createBot({ auth: { 'test-key': null }, clock, outputs }, async () => {
      const returned: { reservationId: string } = JSON.parse('{}');
      return returned;
    });
    const client = await clock.run(ScriptedClient.dial(bot, { clock }));
    client.open();
    expect(await untilEnd(clock, client)).toEqual({
      reason: 'error',
      info: expect.stringMatching(/Output variable "reservationId" .* is undefined/),
    });
  });

  it('are objects', () => {
    expect(() => createBot({ auth: { k: null }, inputs: Type.String() }, () => {})).toThrow(
      /schema of an object/,
    );
  });

  it('belong to each bot of a router', async () => {
    const clock = new VirtualClock();
    const router = createRouter().bot('book', { inputs }, async (call) => ({ seen: call.inputs.customerId }));
    const { client } = await (async () => {
      const bot = createBot({ auth: { 'test-key': null }, clock }, router);
      return { client: await clock.run(ScriptedClient.dial(bot, { clock, url: '/book' })) };
    })();
    client.open({ inputVariables: { customerId: '7' } });
    expect(await untilEnd(clock, client)).toMatchObject({ outputVariables: { seen: '7' } });
  });
});

describe('a bot without a router', () => {
  it('accepts every Connector ID', async () => {
    let connectorId: string | undefined;
    const { clock, client } = await dialBot(
      (call) => {
        connectorId = call.connectorId;
      },
      {},
      { url: '/any/thing' },
    );
    client.open();
    await untilEnd(clock, client);
    expect(connectorId).toBe('any/thing');
  });
});
