import { describe, expect, test } from 'vitest';
import { eventBuilders } from '../../test/sample-call.js';
import type { LadderEvent } from '../ladder/row.js';
import { parseFilter } from './filter.js';

const { client, server } = eventBuilders('client');
const rows: LadderEvent[] = [
  client(1, 'ping', 2, 1),
  server(2, 'pong', 2, 2),
  server(3, 'event', 3, 2, { entities: [{ type: 'barge_in', data: {} }] }),
  server(4, 'disconnect', 4, 2, { reason: 'completed', info: 'Table for two' }),
  { kind: 'audio', t: 5, dir: 'out', frames: 1, bytes: 1600, arrivalsMs: [0], sizes: [1600] },
  { kind: 'violation', t: 6, clause: 'AC-MSG-6', text: 'seq 4', fatal: true },
  { kind: 'unknown', t: 7, of: 'mark', row: { kind: 'mark', label: 'here' } },
];

const passing = (filter: string) => rows.filter(parseFilter(filter)).map((row) => row.t);

describe('a filter', () => {
  test.each([
    ['', [1, 2, 3, 4, 5, 6, 7]],
    ['type:event', [3]],
    ['type:ping type:pong', [1, 2]],
    ['-type:ping -type:pong -type:audio', [3, 4, 6, 7]],
    ['dir:in', [2, 3, 4]],
    ['dir:in -type:event two', [4]],
    ['"TABLE for two"', [4]],
    ['-completed dir:in', [2, 3]],
    ['type:violation', [6]],
    ['AC-MSG-6', [6]],
    ['type:mark here', [7]],
    ['barge_in completed', []],
    ['type=ping,pong', [1, 2]],
    ['not type=ping not type=pong dir=in', [3, 4]],
    ['type=event or type=audio', [3, 5]],
    ['dir=in and not (type=event or type=pong)', [4]],
    ['t>2ms t<=0.004s', [3, 4]],
    ['clause=AC-MSG-*', [6]],
    ['clause=ac-*-6', [6]],
    ['clause=AC-*SG*-6', [6]],
    ['clause=AC-OPEN-*', []],
    ['clause=AC*6*6', []],
    ['text~"table for two"', [4]],
    ['type~disc', [4]],
    ['type!=ping t<3ms', [2]],
    ['-(dir=in or dir=out)', [6, 7]],
    ['"or"', [4]],
    ['type="ping"', [1]],
    ['clause="AC-MSG-6"', [6]],
    ['text~"two"', [4]],
    ['-', [1, 2, 3, 4, 6]],
  ])('%j matches the rows at %j', (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });

  test.each([
    ['kind:event', 1, 'expected one of type, dir, clause, t, text'],
    ['type=ping tipe=pong', 11, 'did you mean type?'],
    ['dir:left', 5, 'dir is "left"; expected in or out'],
    ['t>soon', 3, 'expected a time such as 1.5s'],
    ['t=1s', 2, 't must be followed by <'],
    ['type>ping', 5, 'type must be followed by ='],
    ['type=', 6, 'expected a value'],
    ['(type=ping', 1, 'is not closed'],
    ['type=ping)', 10, 'closes nothing'],
    ['ping or', 8, 'a condition is missing'],
    ['a "b', 3, 'is not closed'],
    ['not', 4, 'a condition is missing'],
    ['()', 2, 'a condition is missing'],
  ])('refuses %j at character %i: %s', (filter, at, words) => {
    expect(() => parseFilter(filter)).toThrow(expect.objectContaining({ code: 'TRACE_FILTER' }));
    expect(() => parseFilter(filter)).toThrow(`character ${at}: `);
    expect(() => parseFilter(filter)).toThrow(words);
  });

  test('matches an end by its close code and by its reason', () => {
    const end: LadderEvent = { kind: 'end', t: 8, by: 'peer', code: 1011, reason: 'Out of order' };
    for (const filter of ['1011', '"out of"', 'type=end']) expect(parseFilter(filter)(end)).toBe(true);
    expect(parseFilter('1000')(end)).toBe(false);
  });

  test('takes time in proportion to the text, for any value', () => {
    const text = 'a'.repeat(60_000);
    const row: LadderEvent = { kind: 'violation', t: 0, clause: text, text: '', fatal: false };
    expect(parseFilter(`clause=${'a*'.repeat(900)}b`)(row)).toBe(false);
  }, 2000);

  test('is refused beyond 2000 characters or 50 levels', () => {
    expect(() => parseFilter('x'.repeat(2001))).toThrow('expected at most 2000');
    expect(() => parseFilter(`${'('.repeat(60)}x${')'.repeat(60)}`)).toThrow('50 levels');
  });
});
