import { describe, expect, it } from 'vitest';
import { openai } from '../src/openai/index.js';
import { type ScriptedLink, type ScriptedOptions, scripted } from '../src/testing/index.js';
import { bridged, finish, ready } from './bridged.js';

/** Values that no type allows, as from JavaScript. */
const untyped = <Value>(value: unknown) => value as Value;

describe('scripted()', () => {
  it.each<[unknown, string]>([
    [null, 'scripted: the options are nothing'],
    ['x', 'scripted: the options are a string'],
    [{ onask() {} }, 'unknown option `onask`; did you mean `onAsk`?'],
    [{ name: '' }, 'scripted: name is the string ""; expected a non-empty string'],
    [{ onAsk: 5 }, 'scripted: onAsk is 5; expected a function'],
    [{ onText: {} }, 'scripted: onText is an object; expected a function'],
    [{ onToolResult: 'x' }, 'scripted: onToolResult is the string "x"; expected a function'],
    [{ refuse: true }, 'scripted: refuse is true; expected a function'],
    [{ connectMs: -1 }, 'scripted: connectMs is -1; expected a number from 0'],
    [{ connectMs: Number.NaN }, 'scripted: connectMs is NaN'],
    [{ input: 5 }, 'scripted: input: the options are a number'],
    [{ output: { encoding: 'mp3', rate: 8000 } }, 'scripted: output.encoding is "mp3"'],
    [{ output: { encoding: 'pcmu' } }, 'scripted: output.rate is undefined'],
    [{ can: { trunkate: true } }, 'scripted: can: unknown option `trunkate`'],
    [{ can: { vad: 'yes' } }, 'scripted: can.vad is the string "yes"; expected a boolean'],
    [{ can: { resume: true } }, 'scripted: can.resume is true'],
  ])('refuses %o', (options, message) => {
    expect(() => scripted(untyped<ScriptedOptions>(options))).toThrow(
      expect.objectContaining({ code: 'REALTIME_BAD_OPTION', message: expect.stringContaining(message) }),
    );
  });

  it('says what to do before a session has connected', () => {
    expect(() => scripted().link).toThrow('advance the clock');
  });

  it('refuses a result of refuse that is no error', async () => {
    const it = bridged({}, { service: untyped<ScriptedOptions>({ refuse: () => 'no' }) });
    await it.clock.run(it.call.result);
    const failure: unknown = await it.session.result.catch((error: unknown) => error);
    expect(failure).toMatchObject({
      cause: { message: expect.stringContaining('the result of refuse is the string "no"') },
    });
  });
});

describe('a link of scripted()', () => {
  type Misuse = (link: ScriptedLink) => void;
  const reply =
    (...args: unknown[]): Misuse =>
    (link) =>
      link.reply(...untyped<Parameters<ScriptedLink['reply']>>(args));
  it.each<[string, Misuse]>([
    ['reply: id is undefined', reply(undefined, 100)],
    ['reply: id is the string ""', reply('', 100)],
    ['reply: ms is undefined', reply('r')],
    ['reply: ms is -5', reply('r', -5)],
    ['reply: ms is the string "100"', reply('r', '100')],
    ['reply: the options are nothing', reply('r', 100, null)],
    ['reply: unknown option `chunk`', reply('r', 100, { chunk: 20 })],
    ['reply: parts is an array; expected an array of at least one name', reply('r', 100, { parts: [] })],
    ['reply: parts is the string "ab"', reply('r', 100, { parts: 'ab' })],
    ['reply: byte is 300', reply('r', 100, { byte: 300 })],
    ['reply: chunkMs is 0', reply('r', 100, { chunkMs: 0 })],
    ['reply: chunkMs is -1', reply('r', 100, { chunkMs: -1 })],
    ['reply: everyMs is NaN', reply('r', 100, { everyMs: Number.NaN })],
    ['reply: text is 5', reply('r', 100, { text: 5 })],
    ['reply: done is the string "no"', reply('r', 100, { done: 'no' })],
    ['drop: code is the string "x"', (link) => link.drop(untyped<number>('x'))],
    ['drop: code is 5000', (link) => link.drop(5000)],
    ['drop: reason is 5', (link) => link.drop(1000, untyped<string>(5))],
  ])('refuses what it cannot do, and its call goes on: %s', async (message, misuse) => {
    const it = bridged({ limits: { callMs: 2000 } });
    await ready(it);
    expect(() => misuse(it.service.link)).toThrow(
      expect.objectContaining({ code: 'REALTIME_BAD_OPTION', message: expect.stringContaining(message) }),
    );
    expect((await finish(it)).path).toBe('success');
  });

  it('does nothing more after the end of its session', async () => {
    const it = bridged({ limits: { callMs: 1000 } });
    await finish(it);
    it.service.link.reply('late', 100);
    it.service.link.drop();
    expect(it.session.state).toBe('closed');
  });
});

describe('a key of a service', () => {
  it.each(['sk-abc\n', 'sk abc', 'sk-\u{1f511}', '\tsk'])(
    'that no header can carry is refused: %j',
    (apiKey) => {
      expect(() => openai({ apiKey })).toThrow(
        expect.objectContaining({
          code: 'REALTIME_BAD_OPTION',
          message: expect.not.stringContaining(apiKey),
        }),
      );
    },
  );

  it('from a function fails the session, without being shown', async () => {
    const it = bridged({}, { on: openai({ apiKey: () => 'sk-abc\n' }) });
    await it.clock.run(it.call.result);
    const failure: unknown = await it.session.result.catch((error: unknown) => error);
    expect(failure).toMatchObject({
      reason: 'SERVICE_UNAUTHORIZED',
      cause: { message: expect.stringMatching(/^openai: apiKey\(\) returned a key that cannot be sent/) },
    });
  });
});
