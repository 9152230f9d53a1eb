import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { expect, it } from 'vitest';
import { type MetricsSink, realtime } from '../src/index.js';
import { scripted } from '../src/testing/index.js';

it.each([
  ['counts each session once up and once down', 0, [1, -1]],
  ['does not count a session whose call was over before it began', 600, []],
])('the metric sessions %s', async (_, startsAfterMs, expected) => {
  const clock = new VirtualClock();
  const counted: number[] = [];
  const metrics: MetricsSink = {
    count: (name, by) => {
      if (name === 'sessions') counted.push(by);
    },
    observe() {},
  };
  const { call, bot } = linkedCall(
    () => async (call) => {
      await new Promise<void>((resolve) => clock.after(startsAfterMs, resolve));
      return realtime(call, scripted(), { clock, metrics, greeting: 'caller' });
    },
    { clock },
  );
  await clock.advance(200);
  call.hangup();
  await clock.run(call.closed);
  await clock.advance(1000);
  expect(counted).toEqual(expected);
  const gauges = bot.metrics().match(/^hookline_realtime_sessions\{.*$/gm) ?? [];
  expect(gauges.every((line) => line.endsWith(' 0'))).toBe(true);
});
