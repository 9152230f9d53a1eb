import { type Logger, VirtualClock } from '@hookline/runtime';
import { Type } from '@sinclair/typebox';
import { expect, test } from 'vitest';
import { tool } from '../src/index.js';
import { ToolRuns } from '../src/session/tool-runs.js';

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** The runs of two tools, `slow` (5 s) and `fast` (1 s), and for each that ended whether the model should reply to it. */
function runs() {
  const clock = new VirtualClock();
  const ended: (readonly [name: string, reply: boolean])[] = [];
  const sent: string[] = [];
  const lasting = (ms: number) =>
    tool({
      description: 'Waits.',
      parameters: Type.Object({}),
      run: () => new Promise<string>((resolve) => void clock.after(ms, () => resolve('done'))),
    });
  const tools = new ToolRuns(
    { slow: lasting(5000), fast: lasting(1000) },
    {
      takesRequests: () => true,
      onTooLate: () => {},
      // The tools do not use it.
      context: () => ({}) as never,
      onStarted: () => {},
      onEnded: (reply, name) => ended.push([name, reply]),
      sendResult: (id) => sent.push(`result ${id}`) > 0,
      onDeferred: () => {},
      sendText: (text) => sent.push(text),
    },
    { clock, log: silent, toolMs: 60_000 },
  );
  return { clock, tools, ended, sent };
}

test('the model replies after the last result of the tools that it requested at once', async () => {
  const { clock, tools, ended } = runs();
  tools.request('1', 'slow', '{}');
  tools.request('2', 'fast', '{}');
  await clock.advance(6000);
  expect(ended).toEqual([
    ['fast', false],
    ['slow', true],
  ]);
});

test('a tool that a lost session requested does not delay the reply to the results of the next session', async () => {
  const { clock, tools, ended, sent } = runs();
  tools.request('1', 'slow', '{}');
  await clock.advance(100);
  tools.onSessionLost(false);
  tools.request('1', 'fast', '{}');
  await clock.advance(2000);
  expect(ended).toEqual([['fast', true]]);
  await clock.advance(5000);
  // The next session does not know the request: its result is told as text.
  expect(sent).toEqual(['result 1', expect.stringContaining('Result of slow')]);
  expect(ended).toEqual([
    ['fast', true],
    ['slow', false],
  ]);
});
