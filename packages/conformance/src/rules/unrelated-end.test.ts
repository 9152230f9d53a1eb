import type { ClauseId } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { end, opened, received, record, sent, start } from '../../test/scripted-call.js';
import type { CallEvent } from '../record/call-event.js';
import type { CallRecord } from '../record/call-record.js';
import { evaluateCalls } from './evaluate.js';

const down = (t: number) => received(t, 'disconnect', 2, 1, { reason: 'error', info: 'backend is down' });
const mark = (t: number, clause: ClauseId = 'AC-AUDIO-6'): CallEvent => ({
  kind: 'mark',
  t,
  expected: 'tolerate',
  clause,
  description: 'a frame of 7 bytes',
});
const call = (
  startedMs: number,
  events: readonly CallEvent[],
  given: Partial<CallRecord> = {},
): CallRecord => ({
  ...record([...start, ...events]),
  startedMs,
  ...given,
});
const answered = [sent(1010, 'ping', 2), received(1012, 'pong', 2, 2)];
const violated = (...calls: readonly CallRecord[]) =>
  evaluateCalls(calls).map((evidence) =>
    evidence.filter(({ passed }) => !passed).map(({ clause }) => clause),
  );

describe('the end of a call with a stimulus', () => {
  test('breaks the rule of the stimulus if other calls do not end so', () => {
    expect(violated(call(0, [opened, ...answered]), call(1, [opened, mark(200), down(310)]))).toEqual([
      [],
      ['AC-AUDIO-6'],
    ]);
  });

  test('breaks none if earlier calls without one ended in the same way at the same age', () => {
    const stimulated = call(1, [opened, mark(200), down(310)]);
    expect(violated(call(0, [opened, down(320)]), stimulated)).toEqual([[], []]);
    // Another time, another text, a later call, or calls that lived on.
    expect(violated(call(0, [opened, down(1500)]), stimulated)[1]).toEqual(['AC-AUDIO-6']);
    expect(violated(call(0, [opened, end(320, 'peer')]), stimulated)[1]).toEqual(['AC-AUDIO-6']);
    expect(violated(call(2, [opened, down(320)]), stimulated)[1]).toEqual(['AC-AUDIO-6']);
    const lived = [opened, ...answered, end(2000)];
    expect(violated(call(0, [opened, down(320)]), call(0, lived), stimulated)[2]).toEqual(['AC-AUDIO-6']);
  });

  test('breaks the rule if the bot crashed because of it, which ends other calls at the same moment', () => {
    const beside = call(0, [opened, end(306, 'loss')]);
    const crashed = call(1, [opened, mark(300), end(305, 'loss')]);
    expect(violated(beside, crashed)[1]).toEqual(['AC-AUDIO-6']);
    // Connections that it cut earlier in the same way have another reason.
    expect(violated(call(-5000, [opened, end(306, 'loss')]), crashed)[1]).toEqual(['AC-DISC-4']);
  });

  test('breaks none if the bot went on after the same stimulus, and the lost socket is reported then', () => {
    const kept = call(2, [opened, mark(200), ...answered]);
    expect(violated(call(1, [opened, mark(200), down(310)]), kept)).toEqual([[], []]);
    expect(violated(call(1, [opened, mark(200), end(310, 'loss')]))).toEqual([['AC-AUDIO-6']]);
    expect(violated(call(1, [opened, mark(200), end(310, 'loss')]), kept)).toEqual([['AC-DISC-4'], []]);
  });
});

describe('the refusal of a call with a stimulus', () => {
  const refused = received(10, 'disconnect', 1, 1, { reason: 'error', info: 'too many calls' });
  const open = mark(5, 'AC-MSG-11');

  test('breaks the rule of the stimulus, unless the bot refused an ordinary call with the same words', () => {
    expect(violated(call(1, [open, refused]))).toEqual([['AC-MSG-11']]);
    expect(violated(call(0, [refused]), call(1, [open, refused]))).toEqual([[], []]);
  });

  test('breaks no rule of probes and crashes if the repeated call is opened', () => {
    const probe = { purpose: { kind: 'probe' }, call: 'a probe' } as const;
    const again = { ...probe, call: 'a probe, repeated', repeats: 'a probe' };
    expect(violated(call(0, [refused], probe))).toEqual([['AC-PROBE-3']]);
    expect(violated(call(0, [refused], probe), call(1, [opened], again))).toEqual([[], []]);
    const purpose = { kind: 'acceptance', clause: 'AC-CONN-10', description: 'x', mustOpen: true } as const;
    const after = { purpose, call: 'a call after' };
    const afterAgain = { purpose, call: 'a call after, repeated', repeats: 'a call after' };
    expect(violated(call(0, [end(10, 'loss')], after))).toEqual([['AC-CONN-10']]);
    expect(violated(call(0, [end(10, 'loss')], after), call(1, [opened], afterAgain))).toEqual([[], []]);
    expect(violated(call(0, [end(10, 'loss')], after), call(1, [end(9, 'loss')], afterAgain))).toEqual([
      ['AC-CONN-10'],
      ['AC-CONN-10'],
    ]);
  });
});
