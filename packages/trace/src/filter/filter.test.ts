import { describe, expect, test } from 'vitest';
import { teller } from '../../test/a-call.js';
import type { LadderEvent } from '../ladder/row.js';
import { parseFilter } from './filter.js';

const { client, server } = teller('client');
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
  ])('%j passes the rows at %j', (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });

  test.each([
    ['kind:event', 1, 'there is no kind:; expected type:, dir:, text: or words'],
    ['type:ping tpye:event', 11, 'Did you mean type:event?'],
    [
      'type:evnt',
      1,
      'Did you mean type:event? To look for it as it stands, put it in double quotes: type:"evnt".',
    ],
    ['dir:left', 1, 'dir:in or dir:out'],
    ['dir:in -dir:ot', 8, 'dir:in or dir:out'],
    ['two "for three', 5, 'the quote is never closed'],
    ['"a"b', 1, 'a blank is missing behind the closing quote'],
    ['dir:in type:', 8, 'nothing stands behind type:'],
    ['  -', 3, 'nothing stands behind -'],
    ['""', 1, 'nothing stands behind text:'],
  ])('refuses %j at column %d, and says what would do', (filter, column, words) => {
    expect(() => parseFilter(filter)).toThrow(
      expect.objectContaining({
        code: 'TRACE_FILTER',
        message: expect.stringMatching(new RegExp(`^Filter, column ${column}: `)),
      }),
    );
    expect(() => parseFilter(filter)).toThrow(words);
  });

  test.each([
    ['text:"table for"', [4]],
    ['"kind:event"', []],
    ['type:"evnt"', []],
    ['TYPE:Event', [3]],
    ['  dir:in\tbarge_in ', [3]],
  ])('%j is understood and passes the rows at %j', (filter, expected) => {
    expect(passing(filter)).toEqual(expected);
  });
});
