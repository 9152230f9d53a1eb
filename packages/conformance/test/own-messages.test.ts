import { decodeClientMessage } from '@hookline/protocol';
import { systemClock } from '@hookline/runtime';
import { expect, test } from 'vitest';
import { RawCall } from '../src/caller/raw-call.js';
import { runChecks } from '../src/check/run-checks.js';
import { serveFault } from '../src/faults/serve-fault.js';
import { PLATFORM_DEADLINES } from '../src/record/deadlines.js';
import type { Stage } from '../src/scenarios/scenario.js';
import { SCENARIOS } from '../src/scenarios/scenarios.js';

/** Scenarios that send what no client should, and only that. */
const WRONG = ['identity', 'malformed'];
/** What is wrong on purpose in the others. */
const ON_PURPOSE = [/"hookline_unknown"/];

test('sends what the schemas of the protocol take, but where it is wrong on purpose', {
  timeout: 60_000,
}, async () => {
  const bot = await serveFault(undefined, { port: 0 });
  const calls: RawCall[] = [];
  const target = { url: bot.url, apiKey: 'key' };
  const stageFor = (scenario: string): Stage => {
    const dial: Stage['dial'] = async ({ trigger: _, ...spec }) => {
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
        if (!(await call.opened(changes))) return undefined;
        call.audio.start();
        return call;
      },
    };
  };
  const own = SCENARIOS.filter(({ name, skip }) => !WRONG.includes(name) && !skip?.(stageFor(name)));
  await Promise.all(own.map((scenario) => scenario.run(stageFor(scenario.name))));
  await bot.close();

  const sent = calls.flatMap(({ events }) =>
    events.flatMap((event) => (event.kind === 'message' && event.dir === 'out' ? [event.text] : [])),
  );
  const wrong = sent
    .filter((text) => !ON_PURPOSE.some((pattern) => pattern.test(text)))
    .map((text) => decodeClientMessage(text))
    .flatMap((decoded) => (decoded.kind === 'message' ? [] : [decoded]));
  expect(sent.length).toBeGreaterThan(100);
  expect(wrong).toEqual([]);
});

test('refuses to send what no client may send, and says why', { timeout: 60_000 }, async () => {
  const bot = await serveFault(undefined, { port: 0 });
  const inputs = { large: 'x'.repeat(70_000) };
  const running = runChecks({ target: { url: bot.url, apiKey: 'key' }, profile: { inputs } });
  await expect(running).rejects.toMatchObject({
    code: 'CONFORMANCE_OWN_MESSAGE',
    message: expect.stringMatching(/a wrong `open`: .*65,?535/),
  });
  await bot.close();
});
