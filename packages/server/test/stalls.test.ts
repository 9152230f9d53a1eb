import { createTicker, VirtualClock } from '@hookline/runtime';
import { expect, it } from 'vitest';
import { DigitCollector } from '../src/dtmf/digit-collector.js';
import { type BotOptions, createBot } from '../src/index.js';
import { redisNonces } from '../src/redis/redis-nonces.js';
import { dialHeaders, ScriptedClient } from '../src/testing/index.js';
import { idle, SECRET } from './open-call.js';

/** A process that can be blocked: after it, every timer that is due runs at once, and sees how late it is. */
function stallingClock() {
  const virtual = new VirtualClock();
  const timers = new Set<{ dueMs: number; arm: () => void }>();
  let blockedMs = 0;
  const now = () => virtual.now() + blockedMs;
  const clock = {
    now,
    wall: () => virtual.wall() + blockedMs,
    after(ms: number, callback: () => void) {
      let cancel = () => {};
      const timer = {
        dueMs: now() + ms,
        arm() {
          cancel();
          cancel = virtual.after(timer.dueMs - now(), () => {
            timers.delete(timer);
            callback();
          });
        },
      };
      timers.add(timer);
      timer.arm();
      return () => {
        timers.delete(timer);
        cancel();
      };
    },
  };
  const block = async (ms: number) => {
    blockedMs += ms;
    for (const timer of timers) timer.arm();
    await virtual.settle();
  };
  return { virtual, clock, block };
}

type Stall = ReturnType<typeof stallingClock>;

function botOf({ clock }: Stall, options: Partial<BotOptions>) {
  return createBot({ auth: { 'test-key': SECRET }, clock, ...options }, idle);
}

const REQUEST_CHECKS: Readonly<
  Record<string, (stall: Stall, answered: Promise<void>) => Partial<BotOptions>>
> = {
  auth: (_, answered) => ({ auth: () => answered.then(() => SECRET) }),
  redisNonces: ({ clock }, answered) => ({
    nonces: redisNonces(() => answered.then(() => 'OK'), { clock }),
  }),
};

it.each(Object.entries(REQUEST_CHECKS))(
  'an answer to %s that arrived while the process was blocked counts, although its time has passed',
  async (_, check) => {
    const stall = stallingClock();
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const bot = botOf(stall, check(stall, answered));
    const result = bot.inject({ url: '/', headers: dialHeaders({ clock: stall.clock, secret: SECRET }) });
    await stall.virtual.advance(10);
    await stall.block(3000);
    answer();
    await stall.virtual.advance(100);
    expect(await result).toMatchObject({ accepted: true });
  },
);

it('an answer to auth that does not arrive after a stall either is refused', async () => {
  const stall = stallingClock();
  const bot = botOf(stall, { auth: () => new Promise<never>(() => {}) });
  const result = bot.inject({ url: '/', headers: dialHeaders({ clock: stall.clock, secret: SECRET }) });
  await stall.virtual.advance(10);
  await stall.block(3000);
  await stall.virtual.advance(1000);
  expect(await result).toMatchObject({ accepted: false, status: 503 });
});

it('a prepare that was ready while the process was blocked is in time', async () => {
  const stall = stallingClock();
  let ready = () => {};
  const prepare = () =>
    new Promise<void>((resolve) => {
      ready = resolve;
    });
  const bot = createBot({ auth: { 'test-key': SECRET }, clock: stall.clock, prepare }, idle);
  const client = await stall.virtual.run(ScriptedClient.dial(bot, { clock: stall.virtual, secret: SECRET }));
  client.open();
  await stall.virtual.advance(100);
  await stall.block(6000);
  ready();
  await stall.virtual.advance(100);
  expect(client.types).not.toContain('disconnect');
});

it('audio and open that arrived while the process was blocked keep the call', async () => {
  const stall = stallingClock();
  const bot = botOf(stall, {});
  const client = await stall.virtual.run(ScriptedClient.dial(bot, { clock: stall.virtual, secret: SECRET }));
  await stall.virtual.advance(100);
  await stall.block(12_000);
  client.open();
  await stall.virtual.advance(2000);
  expect(client.types).toEqual(['opened']);
  await stall.block(25_000);
  client.sendAudio(new Uint8Array(1600));
  await stall.virtual.advance(1000);
  expect(client.types).toEqual(['opened']);
});

it('a key that arrived while the process was blocked is collected', async () => {
  const { virtual, clock, block } = stallingClock();
  const collector = new DigitCollector(clock, createTicker(clock), {
    stop: () => {},
    idle: () => Promise.resolve(),
  });
  const collected = collector.collect({ max: 1, timeoutMs: 1000 });
  await virtual.advance(10);
  await block(2000);
  collector.press('7');
  expect(await collected).toEqual({ digits: '7', ended: 'max' });
});
