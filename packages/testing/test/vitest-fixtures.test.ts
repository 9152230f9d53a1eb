import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { greeter, ivr, parrot, phraseUrl } from '@hookline/bots';
import { VirtualClock } from '@hookline/runtime';
import { createBot } from '@hookline/server';
import { NotMet, openTestCall, stopBots, type TestCall } from '@hookline/testing';
import { afterAll, describe, expect, scenario, test } from '@hookline/testing/vitest';
import { freePort } from '#free-port';

describe('a bot that is defined by its handler', () => {
  test.override({ bot: { handler: ivr } });

  test('is called on a virtual clock, step by step', async ({ call }) => {
    await using c = await call();
    await expect(c).toHaveHeardTurn(/enter your code/);
    await c.bot.finishesSpeaking();
    await c.dtmf('1234#', { gap: 120 });
    await expect(c).toHaveHeardTurn({ disposition: 'match', text: /press one/i }, { within: 500 });
    await expect(c).toHaveHeardAudio({ speech: '>= 2s' });
    await c.dtmf('1');
    expect(await c.ended({ within: 20_000 })).toTakeSuccessPath({
      verified: 'true',
      next: expect.stringMatching(/^trans/),
    });
    expect(c.clock).toBeInstanceOf(VirtualClock);
  });

  test('fails with the expected and the received value, the ladder and the trace', async ({ call }) => {
    await using c = await call();
    const missed = await c.meets({ turn: { text: /goodbye/ } }, { within: 1000 });
    expect(missed).toBeInstanceOf(NotMet);
    expect(missed?.message).toMatch(/expected turn with text \/goodbye\/ within 1000 ms/);
    expect(missed?.message).toContain('turn match "Welcome. Please enter your code');
    expect(missed?.message).toContain('playback_started');
    expect(missed?.message).toContain(`npx hookline show ${c.trace}`);
    expect(existsSync(c.trace)).toBe(true);
    await expect(expect(c).toHaveHeardTurn('nonsense', { within: 10 })).rejects.toThrow('npx hookline show');
  });

  test('passes for an expectation that must not be met', async ({ call }) => {
    await using c = await call();
    await expect(c).not.toHaveHeardTurn(/goodbye/, { within: 2000 });
    await expect(expect(c).not.toMeet('playback_started', { within: 2000 })).rejects.toThrow('it came');
  });

  test('says what a matcher was not given', async ({ call }) => {
    await using c = await call();
    const within = (value: unknown) => value as { within: number };
    await expect(async () => expect(Promise.resolve(c)).toHaveBargedIn()).rejects.toThrow(
      'got a promise: await it',
    );
    await expect(async () => expect('c').toHaveBargedIn()).rejects.toThrow('expected a call');
    await expect(async () => expect(c).toHaveReplied(within({}))).rejects.toThrow('within is undefined');
    await expect(async () => expect(c).toHaveReplied(within(undefined))).rejects.toThrow(
      'toHaveReplied: the',
    );
    await expect(async () => expect(c).toHaveReplied(within({ withn: 5 }))).rejects.toThrow('`withn`');
    expect(() => expect(Promise.resolve()).toTakeSuccessPath()).toThrow('got a promise: await it');
  });

  test('fails for an invalid expectation', async ({ call }) => {
    await using c = await call();
    await expect(c.expects({ trun: {} })).rejects.toThrow(/no key "trun".*write turn/);
    await expect(c.expects({ turn: { text: '/(/' } })).rejects.toThrow('is not a regular expression');
  });
});

describe('a caller', () => {
  test.override({ bot: { handler: greeter } });

  test('speaks over the bot', async ({ call }) => {
    await using c = await call();
    await c.bargeIn(phraseUrl('hello'), { after: 1000 });
    await expect(c).toHaveBargedIn({ within: 800, from: 'start' });
    await expect(c).toMeet({ playback: { ended: 'bargeIn' } });
    expect(await c.ended()).toTakeSuccessPath({ interrupted: 'true' });
  });

  test('speaks in turn, and hangs up', async ({ call }) => {
    await using c = await call();
    await c.bot.startsSpeaking();
    await c.say(phraseUrl('hello'));
    await expect(c).toHaveReplied({ within: 1500 });
    const end = await c.hangup();
    expect(end).toBeDisconnected();
    expect(() => expect(end).toTakeSuccessPath()).toThrow(
      /expected the success path\n {5}got disconnected\n/,
    );
    expect(() => expect(end).not.toBeDisconnected()).toThrow(/expected not the disconnected path/);
    expect(() => expect(end).toTakeFailurePath()).toThrow(/playback_started.*npx hookline show \.hookline/s);
  });
});

describe('the trace of a call', () => {
  const outcome = async (keepTrace: boolean | undefined, use: (call: TestCall) => Promise<unknown>) => {
    const options = keepTrace === undefined ? {} : { keepTrace };
    await using call = await openTestCall({ handler: greeter }, {}, options);
    await use(call).catch(() => {});
    await call.finish();
    const isKept = existsSync(call.trace);
    await call.deleteTrace();
    return isKept;
  };
  const miss = (call: TestCall) => call.expects({ turn: { text: 'nonsense' } }, { within: 100 });
  const pass = (call: TestCall) => call.expects('playback_started');

  test('is removed when the call is finished, and kept if an error names it', async () => {
    expect(await outcome(undefined, pass)).toBe(false);
    expect(
      await outcome(undefined, (call) => call.meets({ turn: { text: 'nonsense' } }, { within: 100 })),
    ).toBe(false);
    expect(await outcome(undefined, miss)).toBe(true);
    expect(await outcome(undefined, (call) => call.ended({ within: 100 }))).toBe(true);
    expect(await outcome(undefined, async (call) => expect(call).toHaveHeardTurn('x', { within: 1 }))).toBe(
      true,
    );
    expect(await outcome(undefined, async (call) => expect(await call.hangup()).toTakeFailurePath())).toBe(
      true,
    );
    expect(await outcome(true, pass)).toBe(true);
    expect(await outcome(false, miss)).toBe(false);
  });
});

describe('a bot that was created by createBot', () => {
  const clock = new VirtualClock();
  const bot = createBot({ auth: { testing: null }, clock }, parrot());
  test.override({ bot: { bot: async () => ({ default: bot }), clock } });

  test('is called on its clock', async ({ call }) => {
    await using c = await call();
    await c.say(phraseUrl('hello'));
    await c.expects({ audio: { sounds_like: 'packages/bots/speech/hello.wav' } });
    expect(await c.ended()).toTakeSuccessPath({ utterances: '1' });
  });
});

describe('a test', () => {
  test.override({ bot: { handler: parrot } });

  test.fails('fails if it leaves a call open', async ({ call }) => {
    await call();
  });
});

describe('a virtual clock', () => {
  test('is refused for a bot without a known clock', async () => {
    const bot = createBot({ auth: 'none' }, parrot());
    await expect(openTestCall({ bot }, {}, { virtual: true })).rejects.toThrow(
      "clock: 'virtual' needs a bot",
    );
    await expect(openTestCall({ url: 'ws://localhost:1' }, {}, { virtual: true })).rejects.toThrow(
      'another process',
    );
  });
});

describe('a bot that listens', async () => {
  const bot = createBot({ auth: { testing: null } }, ivr());
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  afterAll(() => listening.close());
  test.override({ bot: { url: `ws://127.0.0.1:${listening.port}` } });

  test('is called over a socket, in real time', async ({ call }) => {
    await using c = await call();
    await expect(c).toHaveHeardTurn(/enter your code/, { within: 2000 });
    await c.dtmf('1234#', { gap: 50 });
    await expect(c).toHaveHeardTurn(/press one/i, { within: 1000 });
    expect(await c.hangup()).toBeDisconnected();
    expect(c.clock).not.toBeInstanceOf(VirtualClock);
  });
});

describe('a bot that a command starts', () => {
  const bin = fileURLToPath(new URL('../../cli/bin/hookline.mjs', import.meta.url));

  test('is started once, called, and stopped', { timeout: 60_000 }, async () => {
    const port = await freePort();
    const url = `ws://127.0.0.1:${port}`;
    const target = {
      url,
      command: `'${process.execPath}' '${bin}' serve ivr --no-auth --port ${port} --drain 0s`,
    };
    for (let round = 0; round < 2; round++) {
      await using c = await openTestCall(target, { connectorId: 'ivr' });
      await c.expects('turn', { within: 5000 });
    }
    stopBots();
    await expect.poll(() => listens(port), { timeout: 60_000 }).toBe(false);
  });

  test('causes an error if it does not start', async () => {
    const target = { url: 'ws://127.0.0.1:9', command: 'echo no such bot >&2; exit 3' };
    await expect(openTestCall(target)).rejects.toThrow(/ended with 3.*no such bot/s);
  });

  test('causes an error at once if it is killed', async () => {
    const target = { url: 'ws://127.0.0.1:9', command: 'kill -9 $$' };
    await expect(openTestCall(target)).rejects.toThrow(/ended with SIGKILL/);
  });
});

describe('a scenario file', async () => {
  await scenario('packages/scenario/scenarios/ivr-right-code.call.yaml', { handler: ivr });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
