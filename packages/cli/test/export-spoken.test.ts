import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWav } from '@hookline/audio';
import { greeter, ivr, parrot, phrase } from '@hookline/bots';
import {
  type CallerSource,
  callAudioConnector,
  defineIntegration,
  inTurn,
  silenceCaller,
  wavCaller,
} from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { loadScenarios, runScenario } from '@hookline/scenario';
import { type CallHandler, createBot, wav } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import { createTraceWriter, openTrace } from '@hookline/trace/node';
import { afterAll, describe, expect, test } from 'vitest';
import { readRecordedCall } from '../src/replay/recorded-call.js';
import { exportScenario } from '../src/run/export-scenario.js';

const folder = mkdtempSync(join(tmpdir(), 'hookline-export-spoken-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A bot in this process, and an integration for it. */
function dialled(clock: VirtualClock, create: () => CallHandler) {
  const bot = createBot({ auth: { key: null }, clock }, create());
  return defineIntegration({
    baseConnectionUri: 'ws://localhost',
    apiKey: 'key',
    clientSecret: null,
    dial: inMemoryDial(bot),
  });
}

/** Records a call and exports it as a scenario. */
async function exported(
  name: string,
  create: () => CallHandler,
  caller: CallerSource,
  act: (call: ReturnType<typeof callAudioConnector>, clock: VirtualClock) => Promise<void> = async () => {},
) {
  const clock = new VirtualClock();
  const dir = join(folder, `${name}-trace`);
  const url = 'ws://localhost/bot';
  const writer = createTraceWriter({ dir, vantage: 'client', clock, url });
  const call = callAudioConnector({
    integration: dialled(clock, create),
    connectorId: 'bot',
    clock,
    caller,
    sink: writer,
  });
  await act(call, clock);
  writer.result(await clock.run(call.result));
  await clock.run(call.closed);
  await writer.close();
  const trace = await openTrace(dir);
  const made = exportScenario(trace, readRecordedCall(trace, name), {
    name,
    stem: name,
    connectorId: 'bot',
  });
  const path = join(folder, `${name}.call.yaml`);
  writeFileSync(path, made.text);
  for (const { file, bytes } of made.audio) writeFileSync(join(folder, file), bytes);
  return { path, ...made };
}

async function runAgainst(path: string, create: () => CallHandler) {
  const [scenario] = await loadScenarios(path);
  if (!scenario) throw new Error('no scenario');
  const clock = new VirtualClock();
  return clock.run(runScenario(scenario, { integration: dialled(clock, create), clock }));
}

const hello = () => wavCaller(phrase('hello').bytes);
const table = () => wavCaller(phrase('table').bytes);
const lengthMs = (bytes: Uint8Array) => readWav(bytes).samples.length / 8;

describe('a scenario from a call with speech', () => {
  test('plays each utterance in turn, and passes with the same bot', async () => {
    const { path, text, audio } = await exported(
      'said',
      parrot,
      inTurn(hello(), silenceCaller(3800), table()),
    );
    expect(text).toMatch(
      /- say: said-1\.wav\n {2}- expect: playback_completed\n {2}- say: said-2\.wav\n {2}- expect: playback_completed/,
    );
    expect(audio.map(({ bytes }) => lengthMs(bytes))).toEqual([
      expect.closeTo(1960, -2.7),
      expect.closeTo(2080, -2.7),
    ]);
    const { failure, steps } = await runAgainst(path, parrot);
    expect(failure).toBeUndefined();
    expect(steps.every(({ outcome }) => outcome === 'passed')).toBe(true);
  });

  test('interrupts the bot where the caller did', async () => {
    const { path, text } = await exported('over', greeter, inTurn(silenceCaller(1500), hello()));
    expect(text).toMatch(/- say: over-1\.wav\n {4}at: playback_started \+ 1[5-9]\d\dms\n/);
    expect(text).toContain('- expect: barge_in');
    const { failure } = await runAgainst(path, greeter);
    expect(failure).toBeUndefined();
  });

  test('acts twice during one playback when the caller did', async () => {
    // Plays to its end, whatever the caller does.
    const patient = (): CallHandler => async (call) => {
      await call.play(wav(phrase('greeting').bytes));
      const { digits } = await call.collectDigits({ max: 2, timeoutMs: 1000 });
      return { digits };
    };
    const { path, text } = await exported('twice', patient, silenceCaller(100), async (call, clock) => {
      await clock.advance(700);
      for (const digit of '12') {
        await call.sendDtmf(digit);
        await clock.advance(1700);
      }
    });
    expect(text).toMatch(
      /- dtmf: "1"\n {4}at: playback_started \+ \d+ms\n {4}id: (action-\d)\n {2}- dtmf: "2"\n {4}at: \1\.start \+ 17\d\dms\n/,
    );
    const { failure, result } = await runAgainst(path, patient);
    expect(failure).toBeUndefined();
    expect(result).toMatchObject({ outputs: { digits: '12' } });
  });

  test('fails with a bot that behaves differently', async () => {
    const { path } = await exported('other', parrot, hello());
    const { passed, failure } = await runAgainst(path, ivr);
    expect(passed).toBe(false);
    expect(failure?.got).not.toBe('');
  });
});
