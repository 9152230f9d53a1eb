import { decodeClientMessage } from '@hookline/protocol';
import { systemClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { RawCall } from '../src/caller/raw-call.js';
import { serveFault } from '../src/faults/serve-fault.js';
import { PLATFORM_DEADLINES } from '../src/record/deadlines.js';
import type { ScenarioContext } from '../src/scenarios/scenario.js';
import { SCENARIOS } from '../src/scenarios/scenarios.js';

/** Scenarios that send only invalid messages. */
const INVALID_SCENARIOS = ['identity', 'malformed'];
/** Messages of the other scenarios that are invalid on purpose. */
const INVALID_MESSAGES = [/"hookline_unknown"/];

test('sends messages that the schemas of the protocol accept, except for messages that are invalid on purpose', {
  timeout: 60_000,
}, async () => {
  const bot = await serveFault(undefined, { port: 0 });
  const calls: RawCall[] = [];
  const target = { url: bot.url, apiKey: 'key' };
  const contextFor = (scenario: string): ScenarioContext => {
    const dial: ScenarioContext['dial'] = async ({ trigger: _, ...spec }) => {
      const call = await RawCall.dial({
        scenario,
        purpose: { kind: 'call' },
        target,
        deadlines: PLATFORM_DEADLINES,
        clock: systemClock,
        ...spec,
      });
      calls.push(call);
      return call;
    };
    return {
      target,
      profile: { triggers: {}, auth: 'none', inputs: {} },
      clock: systemClock,
      deadlines: PLATFORM_DEADLINES,
      dial,
      async open(spec, changes) {
        const call = await dial(spec);
        if (!(await call.open(changes))) return undefined;
        call.audio.start();
        return call;
      },
    };
  };
  const scenarios = SCENARIOS.filter(
    ({ name, skip }) => !INVALID_SCENARIOS.includes(name) && !skip?.(contextFor(name)),
  );
  await Promise.all(scenarios.map((scenario) => scenario.run(contextFor(scenario.name))));
  await bot.close();

  const sent = calls.flatMap(({ events }) =>
    events.flatMap((event) => (event.kind === 'message' && event.dir === 'out' ? [event.text] : [])),
  );
  const invalid = sent
    .filter((text) => !INVALID_MESSAGES.some((pattern) => pattern.test(text)))
    .map((text) => decodeClientMessage(text))
    .flatMap((decoded) => (decoded.kind === 'message' ? [] : [decoded]));
  expect(sent.length).toBeGreaterThan(100);
  expect(invalid).toEqual([]);
});

test('refuses to send an invalid message, and explains why', async () => {
  const bot = await serveFault(undefined, { port: 0 });
  const call = await RawCall.dial({
    scenario: 'talk',
    call: 'an invalid message',
    purpose: { kind: 'call' },
    target: { url: bot.url, apiKey: 'key' },
    deadlines: PLATFORM_DEADLINES,
    clock: systemClock,
  });
  expect(() => call.send('ping', { padding: 'x'.repeat(70_000) })).toThrow(
    expect.objectContaining({
      code: 'CONFORMANCE_OWN_MESSAGE',
      message: expect.stringMatching(/an invalid `ping`: .*65,?535/),
    }),
  );
  await call.terminate();
  await bot.close();
});
