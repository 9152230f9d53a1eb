import { describe, expect, test } from 'vitest';
import { opened, received, record, sent, start } from '../../test/scripted-call.js';
import type { CallEvent } from '../record/call-event.js';
import { evaluateCall } from './evaluate.js';

const violatedBy = (events: readonly CallEvent[]): string[] =>
  evaluateCall(record(events))
    .filter((one) => !one.passed)
    .map(({ clause }) => clause);

describe('a ping that the bot leaves unanswered', () => {
  const until = (t: number, seq = 4) => [
    sent(t, 'close', 9, { reason: 'end' }),
    received(t + 1, 'closed', seq, 9),
  ];
  const first = [sent(1010, 'ping', 2)];
  const second = [sent(6010, 'ping', 3), received(6011, 'pong', 2, 3)];

  test('breaks AC-PING-1 also if a later one is answered, once for each', () => {
    const third = sent(11_010, 'ping', 4);
    const fourth = [sent(16_010, 'ping', 5), received(16_011, 'pong', 3, 5)];
    expect(violatedBy([...start, opened, ...first, ...second])).toEqual([]);
    const missed = evaluateCall(
      record([...start, opened, ...first, ...second, third, ...fourth, ...until(20_000)]),
    );
    expect(missed.filter(({ passed }) => !passed).map(({ got }) => got)).toEqual([
      expect.stringMatching(/^no `pong` within 19\.0 s after .*"seq":2/),
      expect.stringMatching(/^no `pong` within 9\.0 s after .*"seq":4/),
    ]);
  });

  test('is none if its answer follows that to a later one, or comes late', () => {
    const earlierLast = [sent(1010, 'ping', 2), sent(1011, 'ping', 3), received(1012, 'pong', 2, 3)];
    expect(
      violatedBy([...start, opened, ...earlierLast, received(1013, 'pong', 3, 2), ...until(12_000)]),
    ).toEqual([]);
    const late = [
      ...first,
      sent(6010, 'ping', 3),
      received(7011, 'pong', 2, 2),
      received(11_000, 'pong', 3, 3),
      ...until(20_000),
    ];
    expect(violatedBy([...start, opened, ...late])).toEqual(['AC-PING-3']);
  });

  test('is none if it is answered twice with the number of the last message: AC-PING-2', () => {
    const both = [sent(1010, 'ping', 2), sent(1011, 'ping', 3)];
    const pongs = [received(1012, 'pong', 2, 3), received(1013, 'pong', 3, 3)];
    expect(violatedBy([...start, opened, ...both, ...pongs, ...until(12_000)])).toEqual(['AC-PING-2']);
  });

  test('breaks the rule that it tests if only the ping with unknown fields is', () => {
    const mark: CallEvent = {
      kind: 'mark',
      t: 1010,
      expected: 'tolerate',
      clause: 'AC-MSG-11',
      description: 'a ping with unknown fields',
    };
    expect(violatedBy([...start, opened, mark, ...first, ...second, ...until(12_000, 3)])).toEqual([
      'AC-MSG-11',
    ]);
    const another = [sent(7000, 'ping', 4), sent(7001, 'ping', 5), received(7002, 'pong', 3, 5)];
    expect(violatedBy([...start, opened, mark, ...first, ...second, ...another, ...until(20_000)])).toEqual([
      'AC-PING-1',
      'AC-PING-1',
    ]);
  });
});
