import { expect, test } from 'vitest';
import { end, opened, received, record, sent, start } from '../../test/scripted-call.js';
import type { CallEvent } from '../record/call-event.js';
import { evaluateCalls } from '../rules/evaluate.js';
import { findLostCalls } from './lost-calls.js';

const call = (startedMs: number, scenario: string, events: readonly CallEvent[]) => ({
  ...record([...start, ...events]),
  startedMs,
  scenario,
  call: scenario,
});
const mark: CallEvent = {
  kind: 'mark',
  t: 300,
  expected: 'tolerate',
  clause: 'AC-AUDIO-6',
  description: 'a frame of 7 bytes',
};
const lost = (...calls: readonly ReturnType<typeof call>[]) => {
  const evidence = evaluateCalls(calls);
  const { ended } = findLostCalls(
    calls.map((record, index) => ({ record, evidence: evidence[index] ?? [] })),
    false,
  );
  return ended.map((one) => one.record.scenario);
};

test('calls that a crash ended, for which the stimulus of another call is blamed, are not lost without a reason', () => {
  const pong = [sent(900, 'ping', 2), received(902, 'pong', 2, 2)];
  const survivor = call(0, 'handshake', [opened, ...pong, end(5000)]);
  const crashed = call(11, 'frames', [opened, mark, end(304, 'loss')]);
  const beside = call(10, 'talk', [opened, end(310, 'loss')]);
  // Ended by itself, like an ordinary call before it.
  const earlier = [
    call(-9000, 'keys', [opened, end(2000, 'loss')]),
    call(-5000, 'hold', [opened, { ...mark, t: 1900 }, end(2000, 'loss')]),
  ];
  expect(lost(survivor, crashed, beside)).toEqual([]);
  expect(lost(...earlier, crashed, beside)).toEqual(['keys', 'hold']);
});

test('calls that the bot ended with an invalid `disconnect`, which is reported, are not lost without a reason', () => {
  const ending = (parameters: object) => [
    call(-9000, 'talk', [opened, received(2000, 'disconnect', 2, 1, parameters), end(2300)]),
    call(-5000, 'hold', [
      opened,
      { ...mark, t: 1900 },
      received(2000, 'disconnect', 2, 1, parameters),
      end(2300),
    ]),
  ];
  expect(lost(...ending({ reason: 'error', info: 'backend is down' }))).toEqual(['talk', 'hold']);
  for (const parameters of [
    { reason: 'completed', info: null },
    { reason: 'completed', outputVariables: null },
    { reason: 'done' },
  ])
    expect(lost(...ending(parameters))).toEqual([]);
});
