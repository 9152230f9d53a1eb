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

  test('refuses a key or direction that does not exist, and says which there are', () => {
    expect(() => parseFilter('kind:event')).toThrow(/"kind:event" is none of type: .* dir:in, dir:out/);
    expect(() => parseFilter('dir:left')).toThrow(expect.objectContaining({ code: 'TRACE_FILTER' }));
  });
});
