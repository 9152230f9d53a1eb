import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import { type Auth, type BotOptions, createBot } from '../src/index.js';
import { dialHeaders, type ScriptedClient, type ScriptedDial } from '../src/testing/index.js';
import { dialBot, hangUp, idle, SECRET, untilEnd } from './open-call.js';

const OTHER = 'b3RoZXIgc2VjcmV0IG9mIDMyIGJ5dGVzIGxlbmd0aCE=';

async function requestUpgrade(
  auth: Auth,
  dial: Partial<ScriptedDial> = {},
  options: Partial<BotOptions> = {},
) {
  const clock = new VirtualClock();
  const bot = createBot({ auth, clock, ...options }, idle);
  const headers = dialHeaders({ clock, ...dial });
  return { clock, bot, headers, result: await clock.run(bot.inject({ url: dial.url ?? '/', headers })) };
}

const bodyOf = (result: Awaited<ReturnType<typeof requestUpgrade>>['result']) =>
  result.accepted ? undefined : { status: result.status, ...JSON.parse(result.body) };

describe('a request', () => {
  it.each<[string, Auth, Partial<ScriptedDial>]>([
    ['signed with the secret', { 'test-key': SECRET }, { secret: SECRET }],
    ['signed with the secret as bytes', { 'test-key': Buffer.from(SECRET, 'base64') }, { secret: SECRET }],
    ['signed with one of several secrets', { 'test-key': [OTHER, SECRET] }, { secret: SECRET }],
    ['unsigned, with a key registered with null', { 'test-key': null }, {}],
    ['unsigned, with a key registered as unsigned', { 'test-key': { unsigned: true } }, {}],
    ['unsigned, with a key that a resolver says is unsigned', async () => ({ unsigned: true }), {}],
    [
      'with a key that a resolver knows',
      async (key) => (key === 'test-key' ? SECRET : undefined),
      { secret: SECRET },
    ],
    ['from any client if auth is none', 'none', { headers: { 'X-API-KEY': undefined } }],
    [
      'without session headers if auth is none',
      'none',
      { headers: { 'Audiohook-Session-Id': undefined, 'Audiohook-Organization-Id': undefined } },
    ],
  ])('is accepted: %s', async (_, auth, dial) => {
    expect((await requestUpgrade(auth, dial)).result.accepted).toBe(true);
  });

  it.each<[string, Auth, Partial<ScriptedDial>, RegExp]>([
    ['unsigned, with a key that has a secret', { 'test-key': SECRET }, {}, /./],
    ['signed with another secret', { 'test-key': SECRET }, { secret: OTHER }, /does not match/],
    ['with an unknown key', { 'test-key': SECRET }, { apiKey: 'nobody', secret: SECRET }, /does not match/],
    [
      'without a key',
      { 'test-key': SECRET },
      { headers: { 'X-API-KEY': undefined } },
      /X-API-KEY is missing/,
    ],
    ['with a key that a resolver does not know', async () => undefined, { secret: SECRET }, /does not match/],
    ['with a key for which a database returns null', async () => null, { secret: SECRET }, /does not match/],
    ['unsigned, with a key for which a database returns null', () => null, {}, /neither Signature/],
    [
      'for another host',
      { 'test-key': SECRET },
      { secret: SECRET, headers: { Host: 'evil.example.com' } },
      /does not match/,
    ],
    [
      'with a session that was not signed',
      { 'test-key': SECRET },
      { secret: SECRET, headers: { 'Audiohook-Session-Id': '00000000-0000-4000-8000-000000000000' } },
      /does not match/,
    ],
    [
      'with a signature of 31 bytes',
      { 'test-key': SECRET },
      { secret: SECRET, headers: { Signature: `sig1=:${'A'.repeat(40)}AA==:` } },
      /./,
    ],
    ['with an empty signature', { 'test-key': SECRET }, { secret: SECRET, headers: { Signature: '' } }, /./],
  ])(
    verifies('AC-AUTH-1', 'AC-AUTH-2', 'AC-AUTH-3', 'AC-AUTH-7', 'is refused with 401: %s'),
    async (_, auth, dial, reason) => {
      const answer = bodyOf((await requestUpgrade(auth, dial)).result);
      expect(answer).toEqual({ status: 401, error: 'unauthorized', reason: expect.stringMatching(reason) });
      expect(JSON.stringify(answer)).not.toMatch(/TXlTdX|MySuper/);
    },
  );

  it('gets the answer for an unknown key if auth returns null, and the log says once what null means', async () => {
    const lines: string[] = [];
    const log = (_: object, message: string) => void lines.push(message);
    const logger = { debug: log, info: log, warn: log, error: log };
    const answer = await requestUpgrade(() => null, { secret: SECRET }, { logger });
    const unknown = bodyOf((await requestUpgrade(() => undefined, { secret: SECRET })).result);
    expect(bodyOf(answer.result)).toEqual(unknown);
    const { bot, clock, headers } = answer;
    await clock.run(bot.inject({ url: '/', headers }));
    expect(lines.filter((line) => line.includes('return { unsigned: true }'))).toHaveLength(1);
  });

  it('gets the same answer for an unknown key as for a wrong secret', async () => {
    const wrong = bodyOf((await requestUpgrade({ 'test-key': SECRET }, { secret: OTHER })).result);
    const unknown = bodyOf((await requestUpgrade({ 'other-key': SECRET }, { secret: OTHER })).result);
    expect(unknown).toEqual(wrong);
  });

  it.each<[string, Partial<BotOptions> & { auth: Auth }]>([
    [
      'a resolver throws',
      {
        auth: () => {
          throw new Error('database down');
        },
      },
    ],
    ['a resolver rejects', { auth: () => Promise.reject(new Error('database down')) }],
    ['a resolver hangs', { auth: () => new Promise(() => {}) }],
    ['a resolver returns an invalid secret', { auth: () => '***' }],
    [
      'the nonce store rejects',
      { auth: { 'test-key': SECRET }, nonces: { remember: () => Promise.reject(new Error('x')) } },
    ],
    [
      'the authority cannot be determined',
      {
        auth: { 'test-key': SECRET },
        authority: () => {
          throw new Error('x');
        },
      },
    ],
  ])('is refused with 503, never accepted, if %s', async (_, options) => {
    const answer = bodyOf((await requestUpgrade(options.auth, { secret: SECRET }, options)).result);
    expect(answer).toMatchObject({ status: 503, error: 'unavailable' });
    expect(JSON.stringify(answer)).not.toMatch(/database/);
  });

  it(
    verifies('AC-SIG-9', 'is refused when it is sent again, until nobody could accept it any more'),
    async () => {
      const { clock, bot, headers, result } = await requestUpgrade(
        { 'test-key': SECRET },
        { secret: SECRET },
      );
      expect(result.accepted).toBe(true);
      await clock.advance(3000);
      expect(bodyOf(await clock.run(bot.inject({ url: '/', headers })))).toMatchObject({
        status: 401,
        reason: expect.stringMatching(/replay/),
      });
      await clock.advance(14_000);
      expect(bodyOf(await clock.run(bot.inject({ url: '/', headers })))).toMatchObject({
        status: 401,
        reason: expect.stringMatching(/created is 17 s before/),
      });
    },
  );

  it.each([
    ['Audiohook-Session-Id', undefined, 'is missing'],
    ['Audiohook-Organization-Id', 'x', 'is not a UUID'],
  ])('is refused with 400 if %s is not a UUID', async (name, value, what) => {
    const answer = bodyOf(
      (await requestUpgrade({ 'test-key': null }, { headers: { [name]: value } })).result,
    );
    expect(answer).toEqual({ status: 400, error: 'bad-request', reason: `the header ${name} ${what}` });
  });

  it('is refused with 404 outside the path, and with 503 at maxSessions', async () => {
    const auth = { 'test-key': null };
    expect(bodyOf((await requestUpgrade(auth, { url: '/v1x' }, { path: '/v1' })).result)).toMatchObject({
      status: 404,
    });
    const { bot, clock, headers } = await requestUpgrade(auth, {}, { limits: { maxSessions: 1 } });
    expect(bodyOf(await clock.run(bot.inject({ url: '/', headers })))).toMatchObject({ status: 503 });
  });

  it('is refused with 503 if concurrent requests took the last place', async () => {
    const { clock, bot, headers } = await requestUpgrade(
      { 'test-key': null },
      {},
      { limits: { maxSessions: 3 } },
    );
    const results = await clock.run(
      Promise.all(Array.from({ length: 10 }, () => bot.inject({ url: '/', headers }))),
    );
    expect(results.filter(({ accepted }) => accepted)).toHaveLength(2);
    expect(bot.sessions).toBe(3);
  });

  it('is accepted while the number of pending upgrades, including its own, is within the limit', async () => {
    const { result, bot, clock, headers } = await requestUpgrade(
      { 'test-key': null },
      {},
      { limits: { maxPendingUpgrades: 1 } },
    );
    expect(result.accepted).toBe(true);
    const [one, two] = await clock.run(
      Promise.all([bot.inject({ url: '/', headers }), bot.inject({ url: '/', headers })]),
    );
    expect([one.accepted, two.accepted]).toEqual([true, false]);
  });

  it('is refused with 503 while its key is at its maximum of calls', async () => {
    const auth = { 'test-key': null, other: null };
    const { bot, clock, headers, result } = await requestUpgrade(
      auth,
      {},
      { limits: { maxSessionsPerKey: 1 } },
    );
    const again = () => clock.run(bot.inject({ url: '/', headers }));
    expect(bodyOf(await again())).toEqual({
      status: 503,
      error: 'unavailable',
      reason: 'the maximum number of calls with this API key is reached',
    });
    const ofOther = dialHeaders({ clock, apiKey: 'other' });
    expect((await clock.run(bot.inject({ url: '/', headers: ofOther }))).accepted).toBe(true);
    if (result.accepted) result.transport.terminate();
    await clock.advance(10);
    expect((await again()).accepted).toBe(true);
  });

  it(verifies('AC-AUTH-6', 'is told unauthorized in the protocol when that is chosen'), async () => {
    const { clock, client } = await dialBot(idle, { unauthorized: 'disconnect' }, { secret: OTHER });
    client.open();
    expect(await untilEnd(clock, client)).toEqual({
      reason: 'unauthorized',
      info: expect.stringMatching(/does not match/),
    });
    expect(client.types).toEqual(['disconnect', 'closed']);
  });
});

describe('an open that does not match its request', () => {
  it.each([
    [
      'session id',
      (client: ScriptedClient) => {
        client.id = 'd7934305-0972-4844-938e-9060eef73d05';
        client.open();
      },
    ],
    [
      'organization',
      (client: ScriptedClient) => client.open({ organizationId: '30b0e395-84d3-4570-ac13-9a62d8f514c0' }),
    ],
  ])(verifies('AC-AUTH-4', 'AC-AUTH-5', 'is disconnected as unauthorized: another %s'), async (_, open) => {
    const { clock, client } = await dialBot(idle);
    open(client);
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'unauthorized' });
  });
});

describe('the path', () => {
  it.each([
    ['/v1', '/v1', ''],
    ['/v1', '/v1/', ''],
    ['/v1', '/v1/book', 'book'],
    ['/v1/', '/v1/book/a?tier=gold', 'book/a'],
    ['/', '/book', 'book'],
    ['/', '/?x=1', ''],
    ['/v1', '/v1?x=1', ''],
  ])('with base %s and target %s gives Connector ID "%s"', async (path, url, connectorId) => {
    let seen: string | undefined;
    const { clock, client } = await dialBot(
      (call) => {
        seen = call.connectorId;
        return idle(call);
      },
      { path },
      { url },
    );
    client.open();
    await clock.advance(1);
    expect(seen).toBe(connectorId);
  });
});

describe('a probe', () => {
  it.each([
    ['one offer', [{ type: 'audio', format: 'PCMU', channels: ['external'], rate: 8000 }], 1],
    [
      'the three-way list',
      [['external', 'internal'], ['external'], ['internal']].map((channels) => ({
        type: 'audio',
        format: 'PCMU',
        channels,
        rate: 8000,
      })),
      1,
    ],
    ['no acceptable offer', [{ type: 'audio', format: 'OPUS', channels: ['external'], rate: 48_000 }], 0],
  ])(
    verifies('AC-PROBE-2', 'AC-PROBE-3', 'AC-PROBE-5', 'with %s is opened and closed without a call'),
    async (_, media, taken) => {
      let called = false;
      const { clock, client, bot } = await dialBot(() => {
        called = true;
      });
      client.openProbe({ media });
      await clock.advance(1);
      expect(client.last('opened')).toMatchObject({
        seq: 1,
        clientseq: 1,
        parameters: { startPaused: false },
      });
      expect(client.last('opened')?.parameters.media).toHaveLength(taken);
      client.send('ping', {});
      await hangUp(clock, client);
      expect(client.types).toEqual(['opened', 'pong', 'closed']);
      expect(called).toBe(false);
      expect(bot.sessions).toBe(0);
    },
  );
});

describe('the media', () => {
  const offer = (format: string, ...channels: string[]) => ({ type: 'audio', format, channels, rate: 8000 });

  it(
    verifies('AC-MEDIA-4', 'AC-OPEN-4', 'AC-OPEN-5', 'is PCMU before L16, one channel before two, unchanged'),
    async () => {
      const { clock, client } = await dialBot(idle);
      client.open({
        media: [offer('L16', 'external'), offer('PCMU', 'external', 'internal'), offer('PCMU', 'external')],
      });
      await clock.advance(1);
      expect(client.last('opened')?.parameters).toEqual({
        startPaused: false,
        media: [offer('PCMU', 'external')],
      });
    },
  );

  it.each([
    ['none', []],
    ['only another rate', [{ ...offer('PCMU', 'external'), rate: 16_000 }]],
  ])(verifies('AC-MEDIA-5', 'AC-OPEN-2', 'is refused when %s is offered'), async (_, media) => {
    const { clock, client } = await dialBot(idle);
    client.open({ media });
    expect(await untilEnd(clock, client)).toMatchObject({
      reason: 'error',
      info: expect.stringMatching(/media/),
    });
    expect(client.types).toEqual(['disconnect', 'closed']);
  });
});

describe('createBot', () => {
  it.each<[string, Partial<BotOptions>, RegExp]>([
    [
      'a key whose secret is undefined',
      { auth: { 'my-api-key': undefined } },
      /no secret for key "my-a…"; .* Use null for unsigned/,
    ],
    ['a secret that is not base64', { auth: { key: 'not base64!' } }, /base64/],
    ['no key at all', { auth: {} }, /contains no API key/],
    ['no auth', { auth: undefined as unknown as Auth }, /auth is missing/],
    [
      'auth that is another string',
      { auth: 'None' as unknown as Auth },
      /auth is a string; expected .* 'none'/,
    ],
    ['a path without a slash', { path: 'v1' }, /path is "v1"/],
    ['a limit that is not a number', { limits: { maxSessions: Number.NaN } }, /limits.maxSessions is NaN/],
    ['a timer of zero', { timers: { openMs: 0 } }, /timers.openMs is 0/],
  ])('throws at once for %s', (_, options, message) => {
    expect(() => createBot({ auth: { key: SECRET }, ...options }, idle)).toThrow(message);
  });

  it('never shows a secret in an error', () => {
    expect(() => createBot({ auth: { key: 'geheim geheim' } }, idle)).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/geheim/) }),
    );
  });
});

describe('a drain', () => {
  /** A bot whose store of nonces answers when it is told to, and a request that waits for it. */
  async function waiting() {
    const clock = new VirtualClock();
    const stored: ((isNew: boolean) => void)[] = [];
    const nonces = { remember: () => new Promise<boolean>((resolve) => stored.push(resolve)) };
    const bot = createBot({ auth: { 'test-key': SECRET }, clock, nonces, timers: { authMs: 5000 } }, idle);
    const dial = () => bot.inject({ url: '/', headers: dialHeaders({ clock, secret: SECRET }) });
    const request = dial();
    await clock.advance(1);
    return { clock, bot, dial, request, answer: (isNew = true) => stored.shift()?.(isNew) };
  }

  it('accepts a request whose nonce is being stored, and waits for its call: at another instance it would be a replay', async () => {
    const { clock, bot, dial, request, answer } = await waiting();
    let over = false;
    const drained = bot.drain({ timeoutMs: 10_000 }).then(() => {
      over = true;
    });
    expect(await clock.run(dial())).toMatchObject({ accepted: false, status: 503 });
    await clock.advance(500);
    expect(over).toBe(false);
    answer();
    expect(await clock.run(request)).toMatchObject({ accepted: true });
    await clock.advance(1000);
    expect([over, bot.sessions]).toEqual([false, 1]);
    await clock.advance(10_000);
    await drained;
    expect(bot.sessions).toBe(0);
  });

  it('ends as soon as the pending requests are refused and there is no call', async () => {
    const { clock, bot, request, answer } = await waiting();
    let over = false;
    const drained = bot.drain({ timeoutMs: 10_000 }).then(() => {
      over = true;
    });
    await clock.advance(500);
    expect(over).toBe(false);
    answer(false);
    expect(await clock.run(request)).toMatchObject({ accepted: false, status: 401 });
    await clock.advance(1);
    expect(over).toBe(true);
    await drained;
    expect(clock.pending).toBe(0);
  });

  it('ends when the call of a pending request ends', async () => {
    const { clock, bot, request, answer } = await waiting();
    let over = false;
    const drained = bot.drain({ timeoutMs: 10_000 }).then(() => {
      over = true;
    });
    answer();
    const accepted = await clock.run(request);
    await clock.advance(500);
    expect([over, bot.sessions]).toEqual([false, 1]);
    if (accepted.accepted) accepted.transport.terminate();
    await clock.advance(1);
    expect([over, bot.sessions]).toEqual([true, 0]);
    await drained;
  });

  it('ends at its deadline, and accepts no request afterwards', async () => {
    const { clock, bot, request, answer } = await waiting();
    const drained = bot.drain({ timeoutMs: 100 });
    await clock.advance(100);
    await drained;
    answer();
    expect(await clock.run(request)).toMatchObject({ accepted: false, status: 503 });
    expect(bot.sessions).toBe(0);
  });
});
