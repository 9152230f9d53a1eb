import { describe, expect, it } from 'vitest';
import type { RealtimeService } from '../src/index.js';
import { scripted } from '../src/testing/index.js';
import { bridged, finish, ready } from './bridged.js';

/** How a service ends each of its sessions soon after it has accepted it. */
const ENDINGS = {
  'breaks the connection': (it: ReturnType<typeof bridged>) => it.service.link.drop(1006),
  'reports an expired session': (it: ReturnType<typeof bridged>) =>
    it.service.link.host.problem({ code: 'SESSION_EXPIRED', message: 'expired', fatal: true }),
};

describe('a service that accepts every session', () => {
  it.each(Object.entries(ENDINGS))(
    'and %s at once is connected to a few times; then the call fails',
    async (_, end) => {
      const it = bridged(
        { greeting: 'model' },
        { service: { onAsk: () => it.clock.after(10, () => end(it)) } },
      );
      const result = await finish(it);
      expect(result.path).toBe('failure');
      expect(it.service.links).toHaveLength(3);
      await expect(it.session.result).rejects.toMatchObject({
        reason: 'SERVICE_LOST',
        cause: {
          message: expect.stringContaining('scripted was lost 3 times in a row within 10 s of connecting'),
        },
      });
    },
  );

  it('and loses each soon after is connected to at once, and the next time after a pause', async () => {
    const askedAtMs: number[] = [];
    const it = bridged(
      { greeting: 'model' },
      {
        service: {
          onAsk: () => {
            askedAtMs.push(it.clock.now());
            it.clock.after(10, () => it.service.link.drop(1006));
          },
        },
      },
    );
    await finish(it);
    const [first = 0, second = 0, third = 0] = askedAtMs;
    expect(askedAtMs).toHaveLength(3);
    expect(second - first).toBeLessThan(100);
    expect(third - second).toBeGreaterThanOrEqual(500);
    expect(third - second).toBeLessThan(600);
  });

  it.each([
    ['before', 'connecting'],
    ['in the same moment as', 'linked'],
  ] as const)(
    'and ends it %s it is handed over is connected to a few times; then the call fails',
    async (_, when) => {
      const inner = scripted();
      let connections = 0;
      const on: RealtimeService = {
        ...{ name: 'expiring', input: inner.input, output: inner.output, can: inner.can },
        async connect(host, start, signal) {
          connections += 1;
          // Ends at some time, so that a session that is connected to without end fails the test.
          const expire = () => {
            if (connections < 50) host.problem({ code: 'SESSION_EXPIRED', message: 'expired', fatal: true });
          };
          const link = await inner.connect(host, start, signal);
          if (when === 'linked') {
            expire();
            return link;
          }
          host.clock.after(10, expire);
          return new Promise(() => {});
        },
      };
      const it = bridged({ limits: { callMs: 60_000 } }, { on });
      expect((await it.clock.run(it.call.result)).path).toBe('failure');
      expect(connections).toBe(3);
      await expect(it.session.result).rejects.toMatchObject({
        reason: 'SERVICE_LOST',
        cause: { message: 'expiring was lost 3 times in a row within 10 s of connecting.' },
      });
      await it.clock.run(it.call.closed);
      await it.clock.settle();
      expect(it.clock.pending).toBe(0);
    },
  );

  it.each([
    ['SERVICE_LIMITED', 1, 'failure'],
    ['SESSION_EXPIRED', 2, 'disconnected'],
  ] as const)('and fails a reply with %s is connected to %i times', async (code, connections, path) => {
    const it = bridged();
    await ready(it);
    await it.clock.advance(15_000);
    const { host } = it.service.link;
    host.replyStarted('r1');
    host.replyDone('r1', 'failed', { code, message: 'no', fatal: true });
    await it.clock.advance(1000);
    expect(it.service.links).toHaveLength(connections);
    it.call.hangup();
    expect((await finish(it)).path).toBe(path);
  });

  it('and loses it now and then is reconnected each time', async () => {
    const it = bridged({ limits: { callMs: 120_000, silenceMs: 600_000 } });
    await ready(it);
    for (let nth = 1; nth <= 6; nth++) {
      await it.clock.advance(15_000);
      it.service.link.drop(1006);
      await it.clock.advanceUntil(() => it.service.links.length > nth);
    }
    expect((await finish(it)).path).toBe('success');
    expect(it.service.links).toHaveLength(7);
  });

  it('and fails with the close code and the reason of the last one', async () => {
    const it = bridged();
    await ready(it);
    for (let nth = 1; nth <= 3; nth++) {
      await it.clock.advanceUntil(() => it.service.links.length === nth);
      it.service.link.drop(1008, 'Operation is not implemented');
    }
    expect((await finish(it)).path).toBe('failure');
    await expect(it.session.result).rejects.toMatchObject({
      reason: 'SERVICE_LOST',
      cause: { message: expect.stringContaining('1008 (Operation is not implemented)') },
    });
  });

  it('and says that it expires at once is renewed every 30 s at most', async () => {
    const it = bridged({ limits: { callMs: 100_000, silenceMs: 600_000 } });
    await ready(it);
    const seen = new Set<unknown>();
    const tick = () => {
      const { link } = it.service;
      if (!seen.has(link)) link.host.expires(-1000);
      seen.add(link);
      if (it.session.state !== 'closed') it.clock.after(100, tick);
    };
    tick();
    await finish(it);
    expect(it.service.links.length).toBeLessThanOrEqual(4);
    expect(it.service.links.length).toBeGreaterThan(1);
  });
});

describe('a close code without a meaning for sessions', () => {
  // Those that services define themselves are 3000 to 4999.
  const CODES = [
    1001, 1005, 1006, 1007, 1008, 1011, 1012, 1013, 1014, 1015, 3000, 3001, 3999, 4000, 4001, 4499, 4999,
  ];

  it.each(CODES)('%i is reconnected', async (code) => {
    const it = bridged();
    await ready(it);
    await it.clock.advance(15_000);
    it.service.link.drop(code, 'over');
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    it.call.hangup();
    expect((await finish(it)).path).toBe('disconnected');
  });

  it.each(CODES)(
    '%i causes the failure path with the code and its reason if reconnect is off',
    async (code) => {
      const it = bridged({ reconnect: false });
      await ready(it);
      it.service.link.drop(code, 'over');
      expect((await finish(it)).path).toBe('failure');
      await expect(it.session.result).rejects.toMatchObject({
        reason: 'SERVICE_LOST',
        cause: { message: `scripted closed the connection with ${code} (over), and reconnect is off.` },
      });
    },
  );
});

describe('a session that the service closes for a reason that a new one shares', () => {
  it.each([
    [1011, 'You exceeded your current quota, please check your plan', 'SERVICE_LIMITED'],
    [1002, 'This request exceeds your quota limit.', 'SERVICE_LIMITED'],
    [1008, 'Rate limit reached', 'SERVICE_LIMITED'],
    [1007, 'API key not valid. Please pass a valid API key.', 'SERVICE_UNAUTHORIZED'],
    [1008, 'Request had invalid authentication credentials.', 'SERVICE_UNAUTHORIZED'],
  ])('fails at once: %i (%s) is %s', async (code, why, reason) => {
    const it = bridged();
    await ready(it);
    it.service.link.drop(code, why);
    expect((await finish(it)).path).toBe('failure');
    expect(it.service.links).toHaveLength(1);
    await expect(it.session.result).rejects.toMatchObject({ reason });
  });

  it('is reconnected if its key has expired: the key of the next one is a new one', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.drop(1008, 'The API key has expired');
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    it.call.hangup();
    await finish(it);
  });
});
