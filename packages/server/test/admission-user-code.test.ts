import { isUuid } from '@hookline/protocol';
import { sign } from '@hookline/protocol/signature';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import {
  type BotOptions,
  type Call,
  type CallFacts,
  createBot,
  createRouter,
  type NonceStore,
} from '../src/index.js';
import { dialHeaders, ScriptedClient, type ScriptedDial } from '../src/testing/index.js';
import { dialBot, idle, openCall, SECRET, untilEnd } from './open-call.js';

const AUTH = { 'test-key': SECRET };
const WRONG = 'b3RoZXIgc2VjcmV0IG9mIDMyIGJ5dGVzIGxlbmd0aCE=';
const UP = '../../../../tmp/x';

/** Log lines, and rejections that nobody handled. */
function watch() {
  const lines: string[] = [];
  const line = (_: unknown, message: string) => lines.push(message);
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', onUnhandled);
  onTestFinished(() => void process.off('unhandledRejection', onUnhandled));
  return { logger: { debug: line, info: line, warn: line, error: line }, lines, unhandled };
}

function door(options: Partial<BotOptions> = {}) {
  const clock = new VirtualClock();
  const watched = watch();
  const bot = createBot({ auth: AUTH, clock, logger: watched.logger, ...options }, idle);
  const requestUpgrade = (dial: Partial<ScriptedDial> = {}) => {
    const headers = dialHeaders({ clock, secret: SECRET, ...dial });
    return bot.inject({ url: dial.url ?? '/', headers });
  };
  const answer = async (dial: Partial<ScriptedDial> = {}) => {
    const result = await clock.run(requestUpgrade(dial));
    return result.accepted ? 101 : result.status;
  };
  return { ...watched, clock, bot, requestUpgrade, answer };
}

/** The headers of a request of the usual client that is signed with this nonce. */
function longNonce(nonce: string): Record<string, string> {
  const { Host = '', ...usual } = dialHeaders({ clock: new VirtualClock() });
  const { headers } = sign({
    requestTarget: '/',
    authority: Host,
    headers: {
      organizationId: usual['Audiohook-Organization-Id'] ?? '',
      sessionId: usual['Audiohook-Session-Id'] ?? '',
      correlationId: usual['Audiohook-Correlation-Id'] ?? '',
      apiKey: usual['X-API-KEY'] ?? '',
    },
    secret: SECRET,
    nonce,
    created: Math.floor(new VirtualClock().wall() / 1000),
  });
  return { ...headers };
}

const junk = (value: unknown) => value as never;
/** A thenable that calls back twice, the second time with something else. */
const twice = (first: unknown, second: unknown) =>
  junk({
    // biome-ignore lint/suspicious/noThenProperty: this is what the test is about
    then(resolve: (value: unknown) => void, reject: (reason: unknown) => void) {
      resolve(first);
      resolve(second);
      reject(new Error('called back twice'));
    },
  });
const store = (remember: () => unknown): NonceStore => ({ remember: junk(remember) });
const boom = () => {
  throw new Error('a bug of the user');
};
const late = (clock: VirtualClock, reject: boolean) =>
  new Promise<never>((resolve, fail) => {
    clock.after(3000, () => (reject ? fail(new Error('late')) : resolve(junk(SECRET))));
  });

describe('user code that admits requests ends at most its own upgrade', () => {
  it.each<[string, (options: { clock: VirtualClock }) => Partial<BotOptions>, number]>([
    ['auth throws', () => ({ auth: boom }), 503],
    ['auth rejects', () => ({ auth: async () => boom() }), 503],
    ['auth hangs', () => ({ auth: () => new Promise<never>(() => {}) }), 503],
    ['auth resolves late', ({ clock }) => ({ auth: () => late(clock, false) }), 503],
    ['auth rejects late', ({ clock }) => ({ auth: () => late(clock, true) }), 503],
    ['auth resolves to a number', () => ({ auth: () => junk(7) }), 503],
    ['auth resolves to true', () => ({ auth: () => junk(true) }), 503],
    ['auth resolves to an object', () => ({ auth: () => junk({ secret: SECRET }) }), 503],
    ['auth resolves to an empty string', () => ({ auth: () => '' }), 503],
    ['auth resolves to an array of invalid values', () => ({ auth: () => junk([SECRET, 7]) }), 503],
    ['auth resolves to a function', () => ({ auth: () => junk(() => SECRET) }), 503],
    ['auth resolves twice', () => ({ auth: () => twice(SECRET, null) }), 101],
    ['auth rejects first, then resolves', () => ({ auth: () => twice(undefined, SECRET) }), 401],
    ['nonces throws', () => ({ nonces: store(boom) }), 503],
    ['nonces rejects', () => ({ nonces: store(async () => boom()) }), 503],
    ['nonces hangs', () => ({ nonces: store(() => new Promise(() => {})) }), 503],
    ['nonces resolves late', ({ clock }) => ({ nonces: store(() => late(clock, false)) }), 503],
    ['nonces rejects late', ({ clock }) => ({ nonces: store(() => late(clock, true)) }), 503],
    ['nonces resolves to undefined', () => ({ nonces: store(() => undefined) }), 503],
    ['nonces resolves to "OK"', () => ({ nonces: store(() => 'OK') }), 503],
    ['nonces resolves to 1', () => ({ nonces: store(async () => 1) }), 503],
    ['nonces resolves twice', () => ({ nonces: store(() => twice(true, false)) }), 101],
    ['nonces resolves to false first, then true', () => ({ nonces: store(() => twice(false, true)) }), 401],
    ['authority throws', () => ({ authority: boom }), 503],
    ['authority returns undefined', () => ({ authority: () => junk(undefined) }), 503],
    ['authority returns an empty string', () => ({ authority: () => '' }), 503],
    ['authority returns an object', () => ({ authority: () => junk({}) }), 503],
    ['authority returns a promise', () => ({ authority: async () => 'bot.example.com' }) as never, 503],
    ['authority rejects', () => ({ authority: async () => boom() }) as never, 503],
    ['sink throws', () => ({ sink: boom }), 101],
    ['sink returns a promise', () => ({ sink: junk(async () => ({ event() {} })) }), 101],
    ['sink rejects', () => ({ sink: junk(async () => boom()) }), 101],
    ['sink returns null', () => ({ sink: junk(() => null) }), 101],
    ['sink returns false', () => ({ sink: junk(() => false) }), 101],
    ['sink returns an empty string', () => ({ sink: junk(() => '') }), 101],
    ['sink returns a string', () => ({ sink: junk(() => 'trace') }), 101],
    ['sink returns an object without event', () => ({ sink: junk(() => ({ audio() {} })) }), 101],
    [
      'sink returns an audio that is not a function',
      () => ({ sink: junk(() => ({ event() {}, audio: 1 })) }),
      101,
    ],
    ['a sink throws', () => ({ sink: () => ({ event: boom }) }), 101],
    ['a sink rejects', () => ({ sink: () => ({ event: junk(async () => boom()) }) }), 101],
  ])('%s', async (_, optionsOf, expected) => {
    const clock = new VirtualClock();
    const options = optionsOf({ clock });
    const line = door({ ...options, clock });
    const answer = async () => {
      const result = await clock.run(
        line.bot.inject({ url: '/', headers: dialHeaders({ clock, secret: SECRET }) }),
      );
      return result.accepted ? 101 : result.status;
    };
    const startedMs = clock.now();
    expect(await answer()).toBe(expected);
    expect(clock.now() - startedMs).toBeLessThanOrEqual(1100);
    if (expected === 503) expect(line.lines.join()).toMatch(/could not be checked/);
    await clock.advance(10_000);
    expect(line.unhandled).toEqual([]);
    // The place of the pending upgrade is free, and nothing that came late let anybody in.
    expect(line.bot.sessions).toBe(expected === 101 ? 1 : 0);
    await clock.run(line.bot.drain({ timeoutMs: 50 }));
    expect(clock.pending).toBe(0);
  });

  it('logs the rejection of a sink once, and passes nothing more of the call to it', async () => {
    let events = 0;
    const { logger, lines, unhandled } = watch();
    const { clock, client } = await dialBot(idle, {
      logger,
      sink: () => ({
        event: junk(async () => {
          events += 1;
          throw new Error('disk full');
        }),
      }),
    });
    await clock.advance(1);
    const soFar = events;
    client.open();
    await clock.advance(100);
    expect(events).toBe(soFar);
    expect(lines.filter((line) => line.includes('disk full'))).toHaveLength(1);
    expect(unhandled).toEqual([]);
  });
});

describe('what a bot writes to', () => {
  it('are not the facts of its call: the limit per key and the ids are kept', async () => {
    const clock = new VirtualClock();
    const errors: unknown[] = [];
    const overwrite = (facts: object) => Object.assign(facts, { apiKey: 'hidden', id: 'mine' });
    const options = {
      clock,
      limits: { maxSessionsPerKey: 1 },
      onError: (error: unknown) => errors.push(error),
      sink: (facts: CallFacts) => junk(overwrite(facts)),
      prepare: overwrite,
    };
    const line = door(options);
    for (const _ of ['first', 'second']) {
      const client = await clock.run(ScriptedClient.dial(line.bot, { clock, secret: SECRET }));
      client.open();
      expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error' });
    }
    expect(errors.join()).toMatch(/Cannot assign to read only property/);
    expect(line.bot.sessions).toBe(0);
  });

  it('are not the counters of its call: the metrics stay numbers', async () => {
    const { bot, client, clock } = await dialBot((call) => {
      Object.assign(call.stats, { underruns: Number.NaN });
    });
    client.open();
    await untilEnd(clock, client);
    expect(bot.metrics()).not.toContain('NaN');
  });
});

describe('timers.authMs', () => {
  it('has no timer left when auth has answered', async () => {
    const { answer, clock } = door({ auth: async () => boom() });
    expect(await answer()).toBe(503);
    expect(clock.pending).toBe(0);
  });

  it('limits auth and nonces together, and logs it', async () => {
    const clock = new VirtualClock();
    const line = door({
      clock,
      timers: { authMs: 250 },
      auth: () => new Promise((resolve) => clock.after(200, () => resolve(SECRET))),
      nonces: { remember: () => new Promise((resolve) => clock.after(200, () => resolve(true))) },
    });
    const result = await clock.run(
      line.bot.inject({ url: '/', headers: dialHeaders({ clock, secret: SECRET }) }),
    );
    expect(result).toMatchObject({ accepted: false, status: 503 });
    expect(clock.now()).toBeLessThanOrEqual(255);
    expect(line.lines[0]).toEqual(expect.stringMatching(/within 250 ms \(timers\.authMs\)/));
  });

  it('is 1 s by default', async () => {
    const { clock, answer } = door({ auth: () => new Promise(() => {}) });
    expect(await answer()).toBe(503);
    expect(clock.now()).toBeGreaterThanOrEqual(1000);
    expect(clock.now()).toBeLessThanOrEqual(1005);
  });

  it('ignores a late result: no nonce is used, and nothing is logged', async () => {
    const clock = new VirtualClock();
    const remembered: string[] = [];
    const line = door({
      clock,
      auth: () => new Promise((resolve) => clock.after(1500, () => resolve(SECRET))),
      nonces: { remember: (key) => remembered.push(key) > 0 },
    });
    const result = await clock.run(
      line.bot.inject({ url: '/', headers: dialHeaders({ clock, secret: SECRET }) }),
    );
    expect(result.accepted).toBe(false);
    const logged = line.lines.length;
    await clock.advance(5000);
    expect(remembered).toEqual([]);
    expect(line.lines).toHaveLength(logged);
  });
});

describe('a header of a peer', () => {
  it.each([
    UP,
    'no-uuid',
    '..',
    '30b0e395-84d3-4570-ac13-9a62d8f514c0\n',
    '30b0e395'.repeat(500),
    '__proto__',
  ])('is never taken as an id without credentials: %j', async (id) => {
    const sinkCalls: CallFacts[] = [];
    const options: Partial<BotOptions> = {
      unauthorized: 'disconnect',
      sink: (facts) => {
        sinkCalls.push(facts);
        return undefined;
      },
    };
    const logged: string[] = [];
    const note = (fields: object, message: string) => logged.push(JSON.stringify(fields) + message);
    const { clock, client } = await dialBot(
      idle,
      { ...options, logger: { debug: note, info: note, warn: note, error: note } },
      {
        secret: WRONG,
        headers: {
          'Audiohook-Session-Id': id,
          'Audiohook-Organization-Id': id,
          'Audiohook-Correlation-Id': id,
        },
      },
    );
    client.sendText('{');
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'unauthorized' });
    expect(sinkCalls).toEqual([]);
    expect(client.messages.every(({ message }) => isUuid(message.id))).toBe(true);
    expect(logged.join()).not.toContain(JSON.stringify(id).slice(1, -1));
  });

  it.each<[string, Partial<BotOptions>]>([
    ['with a key that needs no signature', { auth: { 'test-key': null } }],
    ['if auth is none', { auth: 'none' }],
    ['if auth is none, without the headers', { auth: 'none' }],
  ])('is a UUID or undefined in the properties of a sink and of a call: %s', async (how, options) => {
    let facts: CallFacts | undefined;
    let seen: Call | undefined;
    const session = how.endsWith('headers') ? { 'Audiohook-Session-Id': undefined } : {};
    const { client, clock } = await openCall(
      (call) => {
        seen = call;
        return idle(call);
      },
      {
        ...options,
        sink: (call) => {
          facts = call;
          return undefined;
        },
      },
      { headers: { ...session, 'Audiohook-Correlation-Id': UP, 'X-API-KEY': 'test-key' } },
    );
    await clock.advance(1);
    expect(isUuid(facts?.id ?? '')).toBe(true);
    expect(facts?.correlationId).toBe('');
    expect(seen?.id).toBe(facts?.id);
    expect(client.last('opened')?.id).toBe(client.id);
    expect(facts?.apiKey).toBe(options.auth === 'none' ? '' : 'test-key');
  });

  it.each([
    '/bots/../x',
    '/bots/a/../../x',
    '/bots/..',
    '/bots/./x',
    '/bots/%2e%2e/x',
    '/bots/%2E./x',
    '/bots/..%2fx',
    '/bots/a%2f..%2fx',
    '/bots/..\\x',
    '/bots/a%5c..%5cx',
    '/bots/a%00b',
    '/bots/..?x=1',
    '/bots/../x%',
  ])('is not served if its path leaves its folder: %s', async (url) => {
    const clock = new VirtualClock();
    const bot = createBot(
      { auth: 'none', clock, path: '/bots' },
      createRouter().bot(':a', idle).bot(':a/:b', idle).fallback(idle),
    );
    const result = await clock.run(bot.inject({ url, headers: dialHeaders({ clock, url }) }));
    expect(result).toMatchObject({ accepted: false, status: 404 });
  });

  it.each(['/bots/a..b', '/bots/...', '/bots/.well-known', '/bots/a%2fb', '/bots/50%', '/bots/a?x=../..'])(
    'is served when it only looks like that: %s',
    async (url) => {
      const clock = new VirtualClock();
      const bot = createBot({ auth: 'none', clock, path: '/bots' }, idle);
      expect((await clock.run(bot.inject({ url, headers: dialHeaders({ clock, url }) }))).accepted).toBe(
        true,
      );
    },
  );
});

describe('a request beyond a limit', () => {
  it.each<[string, Partial<BotOptions>]>([
    ['the bot has its maximum of calls', { limits: { maxSessions: 1 } }],
    ['its key has its maximum of calls', { limits: { maxSessionsPerKey: 1 } }],
  ])('does not use up its nonce, so that it can be sent again: %s', async (_, options) => {
    const line = door(options);
    const dials = [0, 1, 2].map(() => ({
      url: '/',
      headers: dialHeaders({ clock: line.clock, secret: SECRET }),
    }));
    const results = await line.clock.run(Promise.all(dials.map((dial) => line.bot.inject(dial))));
    const answers = results.map((result) => (result.accepted ? 101 : result.status));
    expect(answers.toSorted()).toEqual([101, 503, 503]);
    for (const result of results) if (result.accepted) result.transport.terminate();
    await line.clock.advance(10);
    const lost = dials[answers.indexOf(503)];
    const again = lost && (await line.clock.run(line.bot.inject(lost)));
    expect(again?.accepted).toBe(true);
  });

  it('is not refused because of a request with a used nonce, once that is known', async () => {
    const used: Parameters<NonceStore['remember']>[0][] = [];
    const nonces: NonceStore = {
      remember: async (key) => !used.includes(key) && used.push(key) > 0,
    };
    const line = door({ nonces, limits: { maxSessions: 1 } });
    const dial = { url: '/', headers: dialHeaders({ clock: line.clock, secret: SECRET }) };
    const first = await line.clock.run(line.bot.inject(dial));
    if (first.accepted) first.transport.terminate();
    await line.clock.advance(10);
    expect(await line.clock.run(line.bot.inject(dial))).toMatchObject({ accepted: false, status: 401 });
    expect(await line.answer()).toBe(101);
  });

  it('releases its place if its nonce cannot be stored in time', async () => {
    let answer = (_: boolean) => {};
    const nonces: NonceStore = {
      remember: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    };
    const line = door({ nonces, limits: { maxSessions: 1 }, timers: { authMs: 100 } });
    const slow = line.requestUpgrade();
    await line.clock.advance(50);
    expect(await line.answer()).toBe(503);
    expect(await line.clock.run(slow)).toMatchObject({ accepted: false, status: 503 });
    const next = line.requestUpgrade();
    await line.clock.advance(1);
    answer(true);
    expect(await line.clock.run(next)).toMatchObject({ accepted: true });
  });
});

describe('unauthenticated peers', () => {
  it('do not count towards maxSessions, and are refused with 401 if there are too many of them', async () => {
    const line = door({ unauthorized: 'disconnect', limits: { maxSessions: 2, maxPendingUpgrades: 3 } });
    const unauthenticated = await line.clock.run(
      Promise.all(Array.from({ length: 3 }, () => line.requestUpgrade({ secret: WRONG }))),
    );
    expect(unauthenticated.map(({ accepted }) => accepted)).toEqual([true, true, true]);
    expect(await line.answer({ secret: WRONG })).toBe(401);
    expect([await line.answer(), await line.answer(), await line.answer()]).toEqual([101, 101, 503]);
    expect(line.bot.sessions).toBe(2);
    const drained = line.bot.drain({ timeoutMs: 1000 });
    expect(await line.answer({ secret: WRONG })).toBe(503);
    await line.clock.run(drained);
    expect(line.clock.pending).toBe(0);
  });

  it('release their place when they disconnect', async () => {
    const line = door({ unauthorized: 'disconnect', limits: { maxPendingUpgrades: 1 } });
    expect([await line.answer({ secret: WRONG }), await line.answer({ secret: WRONG })]).toEqual([101, 401]);
    await line.clock.advance(20_000);
    expect(await line.answer({ secret: WRONG })).toBe(101);
  });

  it('are not counted for the key that they claim', async () => {
    const open = door({ auth: 'none', limits: { maxSessionsPerKey: 1 } });
    expect([await open.answer(), await open.answer(), await open.answer()]).toEqual([101, 101, 101]);
    const told = door({ unauthorized: 'disconnect', limits: { maxSessionsPerKey: 1 } });
    expect([await told.answer({ secret: WRONG }), await told.answer(), await told.answer()]).toEqual([
      101, 101, 503,
    ]);
  });
});

describe('a nonce', () => {
  const stores: [string, () => Partial<BotOptions>][] = [
    ['in memory', () => ({})],
    [
      'in a store that forgets as early as allowed',
      () => {
        const until = new Map<string, number>();
        const clock = new VirtualClock();
        return {
          clock,
          nonces: {
            remember(key, ttlMs) {
              if ((until.get(key) ?? 0) > clock.now()) return false;
              until.set(key, clock.now() + ttlMs);
              return true;
            },
          },
        };
      },
    ],
  ];
  describe.each(stores)('%s', (_, optionsOf) => {
    it.each([
      [17_000, -15_000],
      [12_000, -12_000],
      [31_000, -30_000],
      [33_000, -33_000],
      [47_000, -40_000],
      [65_000, -65_000],
      [600_000, -600_000],
      [3_600_000, -3_599_000],
    ])(
      verifies('AC-SIG-9', 'is not accepted again %i ms later when the wall clock was set by %i ms'),
      async (laterMs, stepMs) => {
        const options = optionsOf();
        const clock = (options.clock as VirtualClock | undefined) ?? new VirtualClock();
        const bot = createBot({ auth: AUTH, clock, ...options }, idle);
        const headers = dialHeaders({ clock, secret: SECRET });
        const again = async () => (await clock.run(bot.inject({ url: '/', headers }))).accepted;
        expect(await again()).toBe(true);
        await clock.advance(laterMs);
        expect(await again()).toBe(false);
        clock.stepWall(stepMs);
        expect(await again()).toBe(false);
        clock.stepWall(30_000);
        expect(await again()).toBe(false);
        clock.stepWall(-30_000);
        expect(await again()).toBe(false);
      },
    );
  });

  it('is accepted as new while the clock is right, regardless of what was accepted before', async () => {
    const { clock, answer } = door();
    for (let call = 0; call < 200; call++) {
      // Clients whose clocks differ by as much as may be.
      const skewed = {
        clock: {
          ...clock,
          now: () => clock.now(),
          wall: () => clock.wall() + (call % 2 ? 2900 : -9000),
          after: () => () => {},
        },
      };
      expect(await answer(skewed), `call ${call}`).toBe(101);
      await clock.advance(777);
    }
  });

  it('of a new request is accepted after the wall clock was corrected, in either direction', async () => {
    const { clock, answer } = door();
    expect(await answer()).toBe(101);
    clock.stepWall(7_200_000);
    expect(await answer()).toBe(101);
    await clock.advance(60_000);
    expect(await answer()).toBe(101);
    clock.stepWall(5000);
    expect(await answer()).toBe(101);
  });

  it('of any length needs little space in a store', async () => {
    const keys: string[] = [];
    const { answer } = door({ nonces: { remember: (key) => keys.push(key) > 0 } });
    const nonce = 'n'.repeat(4000);
    expect(await answer({ headers: longNonce(nonce) })).toBe(101);
    expect(await answer({ headers: longNonce(`${nonce}x`) })).toBe(101);
    expect(new Set(keys).size).toBe(2);
    for (const key of keys) expect(key.length).toBeLessThan(120);
  });
});

describe('numbers in options', () => {
  const bad: unknown[] = [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, '5', null, undefined, {}, 2 ** 31];
  const names = [
    'timers.upgradeHeadersMs',
    'timers.authMs',
    'timers.openMs',
    'timers.silenceMs',
    'timers.idleMs',
    'timers.closeMs',
    'timers.socketMs',
    'limits.maxSessions',
    'limits.maxSessionsPerKey',
    'limits.maxPendingUpgrades',
    'limits.maxPayloadBytes',
    'limits.maxTextPerSecond',
    'limits.maxBufferedBytes',
    'limits.maxTapMs',
    'limits.maxAudioSpeed',
  ];
  it.each(names.flatMap((name) => bad.map((value) => [name, value] as const)))(
    'are checked by createBot: %s of %o',
    (path, value) => {
      const [group = '', name = ''] = path.split('.');
      if (path === 'timers.idleMs' && value === Number.POSITIVE_INFINITY) return;
      if (path === 'limits.maxAudioSpeed' && value === 2 ** 31) return;
      const make = () => createBot({ auth: AUTH, [group]: { [name]: value } } as unknown as BotOptions, idle);
      expect(make).toThrow(expect.objectContaining({ code: 'SERVER_BAD_OPTION' }));
      expect(make).toThrow(new RegExp(`^createBot: ${path} is .*; expected `));
    },
  );

  it.each(['timers.upgradeHeadersMs', 'limits.maxSessions', 'limits.maxPayloadBytes'])(
    'are whole where that is meant: %s',
    (path) => {
      const [group = '', name = ''] = path.split('.');
      expect(() =>
        createBot({ auth: AUTH, [group]: { [name]: 10.5 } } as unknown as BotOptions, idle),
      ).toThrow(`${path} is 10.5; expected a whole number`);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, '5', null])(
    'are checked by drain, which drains nothing then: timeoutMs of %o',
    async (timeoutMs) => {
      const { clock, bot, client } = await openCall(idle);
      await expect(bot.drain({ timeoutMs: junk(timeoutMs) })).rejects.toMatchObject({
        code: 'SERVER_BAD_OPTION',
        message: expect.stringMatching(/^drain: timeoutMs is .*; expected /),
      });
      await clock.advance(100);
      expect(bot.ready()).toBe(true);
      expect(client.types).toEqual(['opened']);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, '0'])(
    'are checked by inject: latencyMs of %o',
    async (latencyMs) => {
      const { bot } = door();
      await expect(bot.inject({ url: '/', headers: {}, latencyMs: junk(latencyMs) })).rejects.toMatchObject({
        code: 'SERVER_BAD_OPTION',
      });
    },
  );
});

describe('caller audio', () => {
  it('that was held back is accepted completely: a burst of 9 s right after opened', async () => {
    let heard = 0;
    const { clock, client } = await dialBot((call) => {
      call.onAudio((bytes) => {
        heard += bytes.length;
      });
      return idle(call);
    });
    client.open();
    await clock.advanceUntil(() => client.types.includes('opened'));
    for (let frame = 0; frame < 45; frame++) client.sendAudio();
    client.stream();
    await clock.advance(10_000);
    expect(heard).toBeGreaterThanOrEqual(45 * 1600 + 79_000);
  });

  it('that keeps arriving too fast is dropped and counted', async () => {
    let heard = 0;
    let call: Call | undefined;
    const { clock, client } = await dialBot((opened) => {
      call = opened;
      opened.onAudio((bytes) => {
        heard += bytes.length;
      });
      return idle(opened);
    });
    client.open();
    await clock.advanceUntil(() => client.types.includes('opened'));
    for (let second = 0; second < 30; second++) {
      for (let frame = 0; frame < 50; frame++) client.sendAudio();
      await clock.advance(1000);
    }
    // 10 s of credit and twice 30 s, of the 300 s that came.
    expect(heard / 8000).toBeGreaterThan(67);
    expect(heard / 8000).toBeLessThanOrEqual(70.2);
    expect(call?.stats.droppedInFrames).toBe(1500 - heard / 1600);
    expect(client.types).toEqual(['opened']);
  });
});
