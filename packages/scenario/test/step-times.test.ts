import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMulaw, sine, writeWav } from '@hookline/audio';
import { ScriptedServer } from '@hookline/client/testing';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readScenarios } from '../src/index.js';
import { runVirtual } from './run-virtual.js';

/** What the bot does, by the time at which it does it. */
type Schedule = Readonly<Record<number, string>>;

interface Bot {
  /** From `open` to `opened`, in milliseconds. */
  readonly openMs?: number;
  /** By the time since `opened`: `barge_in`, `tone`, `disconnect`, or the text of a turn. */
  readonly opened?: Schedule;
  /** The same by the time since the first key. */
  readonly key?: Schedule;
}

/** Runs the lines of `steps` against a bot that acts by a schedule. */
async function run(bot: Bot, ...lines: readonly string[]) {
  const text = `version: 1\nname: a\nsteps:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  const { scenarios, problems } = await readScenarios(text, 'a.call.yaml');
  expect(problems).toEqual([]);
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  const act = (what: string) => {
    if (server.ended) return;
    if (what === 'tone') server.binary(encodeMulaw(sine({ hz: 440, ms: 500, dbfs: -20 })));
    else if (what === 'disconnect') server.send('disconnect', { reason: 'error', info: 'no more calls' });
    else if (what === 'barge_in') server.send('event', { entities: [{ type: what, data: {} }] });
    else {
      const data = { disposition: 'match', text: what };
      server.send('event', { entities: [{ type: 'bot_turn_response', data }] });
    }
  };
  const follow = (schedule: Schedule = {}) => {
    for (const [ms, what] of Object.entries(schedule)) clock.after(Number(ms), () => act(what));
  };
  const { openMs = 0 } = bot;
  const { opened } = server.auto;
  server.auto.opened = undefined;
  void server.next('open').then((open) =>
    clock.after(openMs, () => {
      if (open.type === 'open' && opened) server.send('opened', opened(open));
      follow(bot.opened);
    }),
  );
  void server.next('dtmf').then(() => follow(bot.key));
  const result = await runVirtual(scenarios, server, clock);
  return { ...result, keysMs: server.timesOf('dtmf') };
}

const LATE: Bot = { openMs: 1500, opened: { 100: 'hello' } };

describe('the time of an expectation starts at the opening of the call', () => {
  test.each([
    ['alone', ['- expect: { turn: { text: hello } }', '  within: 1s']],
    ['in parallel', ['- parallel:', '  - expect: { turn: { text: hello } }', '    within: 1s']],
    ['after a wait before it', ['- wait: 1s', '- expect: { turn: { text: hello } }', '  within: 400ms']],
  ])('%s', async (_, lines) => {
    expect((await run(LATE, ...lines)).failure).toBeUndefined();
  });

  test('and the message says so, also after a wait that was over by then', async () => {
    const { failure } = await run(LATE, '- wait: 1s', '- expect: barge_in', '  within: 300ms');
    expect([failure?.expected, failure?.atMs]).toEqual([
      'barge_in within 300 ms from the opening of the call',
      1800,
    ]);
  });

  test('and so does the time in which an event must be absent', async () => {
    const bot: Bot = { openMs: 1500, opened: { 400: 'barge_in' } };
    const absence = '- expect: { absent: barge_in, for: 500ms }';
    expect((await run(bot, absence)).failure?.got).toBe('barge_in 0 ms dropped at 1.90 s');
    expect((await run(bot, '- parallel:', `  ${absence}`)).failure?.got).toBe(
      'barge_in 0 ms dropped at 1.90 s',
    );
  });
});

describe('the order of parallel expectations does not change the verdict', () => {
  const turn = '- expect: { turn: { text: hello } }';
  const absence = '- expect: { absent: barge_in, for: 500ms }';
  const audio = ['- expect: { audio: { duration: "> 0ms" } }', '  within: 1s'];

  async function inBothOrders(bot: Bot, one: readonly string[], other: readonly string[]) {
    const verdicts: boolean[] = [];
    for (const branches of [
      [...one, ...other],
      [...other, ...one],
    ]) {
      const { passed } = await run(bot, '- dtmf: "1"', '- parallel:', ...branches.map((line) => `  ${line}`));
      verdicts.push(passed);
    }
    return verdicts;
  }

  test('an absence lasts from the start of the step, however long another expectation takes', async () => {
    const later: Bot = { key: { 2000: 'hello', 2300: 'barge_in' } };
    expect(await inBothOrders(later, [absence], [turn])).toEqual([true, true]);
    const between: Bot = { key: { 600: 'barge_in', 2000: 'hello' } };
    expect(await inBothOrders(between, [absence], [turn])).toEqual([true, true]);
  });

  test('an event in that time fails it in either order', async () => {
    const bot: Bot = { key: { 300: 'barge_in', 2000: 'hello' } };
    expect(await inBothOrders(bot, [absence], [turn])).toEqual([false, false]);
  });

  test('one event does not meet two expectations', async () => {
    const once: Bot = { key: { 300: 'hello' } };
    const twice: Bot = { key: { 300: 'hello', 600: 'hello' } };
    expect(await inBothOrders(once, [turn], [turn])).toEqual([false, false]);
    expect(await inBothOrders(twice, [turn], [turn])).toEqual([true, true]);
    const { failure } = await run(once, '- dtmf: "1"', '- parallel:', `  ${turn}`, `  ${turn}`);
    expect(failure?.got).toBe(
      'only turn match "hello" at 0.30 s, for this and another expectation of the step',
    );
  });

  test('the message of one that the end of the call left unmet says how the call ended', async () => {
    const bot: Bot = { key: { 300: 'bye', 600: 'disconnect' } };
    const alone = (await run(bot, '- dtmf: "1"', turn)).failure;
    expect(alone?.got).toMatch(
      /^the call ended on the failure path \(.*no more calls.*\) before that; turn /,
    );
    const parallel = (await run(bot, '- dtmf: "1"', '- parallel:', `  ${turn}`)).failure;
    expect(parallel?.got).toBe(alone?.got);
  });

  test('an event goes to the expectation that no other event meets', async () => {
    const any = '- expect: turn';
    const bot: Bot = { key: { 300: 'hello', 600: 'bye' } };
    expect(await inBothOrders(bot, [any], [turn])).toEqual([true, true]);
    const optional = [any, '  optional: true'];
    expect(await inBothOrders({ key: { 300: 'hello' } }, optional, [turn])).toEqual([true, true]);
  });

  test('a measurement may meet several', async () => {
    const bot: Bot = { key: { 300: 'tone' } };
    const reply = (range: string) => [`- expect: { reply: "${range}" }`, '  within: 1s'];
    expect(await inBothOrders(bot, reply('< 2s'), reply('> 100ms'))).toEqual([true, true]);
    expect(await inBothOrders(bot, reply('< 2s'), reply('> 1s'))).toEqual([false, false]);
  });

  test('a sound may meet several', async () => {
    const bot: Bot = { key: { 300: 'tone' } };
    const tone = ['- expect: { audio: { tone: 440 } }', '  within: 1s'];
    expect(await inBothOrders(bot, audio, tone)).toEqual([true, true]);
    const longer = ['- expect: { audio: { duration: "> 2s" } }', '  within: 1s'];
    expect(await inBothOrders(bot, audio, longer)).toEqual([false, false]);
    const lines = [...audio, ...tone].map((line) => `  ${line}`);
    const { failure } = await run(bot, '- dtmf: "1"', '- parallel:', ...lines, ...audio);
    expect(failure?.got).toBe('the bot was not heard');
  });

  test('a sound after the time of an audio expectation does not meet it', async () => {
    const late: Bot = { key: { 1200: 'tone', 3000: 'hello' } };
    expect(await inBothOrders(late, audio, [turn])).toEqual([false, false]);
    const inTime: Bot = { key: { 500: 'tone', 3000: 'hello' } };
    expect(await inBothOrders(inTime, audio, [turn])).toEqual([true, true]);
  });
});

describe('a wait is a step of the caller like any other', () => {
  const key = '- dtmf: "1"';

  test('time is counted from its end, as the message says', async () => {
    const expectation = ['- expect: { turn: { text: hello } }', '  within: 2s'];
    const met = await run({ key: { 3500: 'hello' } }, key, '- wait: 3s', ...expectation);
    expect(met.failure).toBeUndefined();
    const { failure } = await run({ key: { 5500: 'hello' } }, key, '- wait: 3s', ...expectation);
    expect([failure?.expected, failure?.atMs]).toEqual([
      'turn with text "hello" within 2 s from the end of wait 3s',
      5000,
    ]);
  });

  test('with from: start, time is counted from its start', async () => {
    const expectation = ['- expect: { turn: { text: hello } }', '  within: 2s', '  from: start'];
    const late = await run({ key: { 2200: 'hello' } }, key, '- wait: 1s', ...expectation);
    expect([late.failure?.expected, late.failure?.atMs]).toEqual([
      'turn with text "hello" within 2 s from the start of wait 1s',
      2000,
    ]);
  });

  test('does not extend the time in which an answer to earlier words is awaited', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hookline-step-times-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const data = encodeMulaw(sine({ hz: 440, ms: 500, dbfs: -20 }));
    writeFileSync(join(folder, 'hello.wav'), writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data }));
    const endOfSecond = async (...between: string[]) => {
      const lines = ['- say: hello.wav', ...between, '- say: hello.wav'];
      const text = `version: 1\nname: a\nsteps:\n${lines.map((line) => `  ${line}\n`).join('')}`;
      const { scenarios } = await readScenarios(text, join(folder, 'a.call.yaml'));
      const clock = new VirtualClock();
      const { steps } = await runVirtual(scenarios, new ScriptedServer(clock), clock);
      return steps.at(-1)?.endMs;
    };
    const withoutWait = await endOfSecond();
    expect(await endOfSecond('- wait: 5s')).toBe(withoutWait);
  });

  test('its id stands for its own start and end', async () => {
    const lines = ['- dtmf: "1111"', '  gap: 1s', '- wait: 1s', '  id: w'];
    const fromStart = await run({}, ...lines, '- { dtmf: "2", at: w.start + 2s }');
    const [firstMs = 0] = fromStart.keysMs;
    expect(fromStart.keysMs.map((ms) => ms - firstMs)).toEqual([0, 1000, 2000, 3000, 5000]);
    const fromEnd = await run({}, ...lines, '- { dtmf: "2", at: w.end + 2s }');
    expect(fromEnd.keysMs.at(-1)).toBe(firstMs + 6000);
  });

  test('what happened before it, since the last action, still meets an expectation', async () => {
    const said = await run({ key: { 500: 'hello' } }, key, '- wait: 1s', '- expect: turn', '  within: 100ms');
    expect(said.failure).toBeUndefined();
    const heard = await run(
      { key: { 100: 'tone' } },
      key,
      '- wait: 2s',
      '- expect: { audio: { tone: 440 } }',
      '  within: 100ms',
    );
    expect(heard.failure).toBeUndefined();
  });
});
