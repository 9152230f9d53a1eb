import { describe, expect, test } from 'vitest';
import {
  createRowDescriber,
  diffTraces,
  type LadderEvent,
  parseFilter,
  renderDiff,
  renderLadder,
  renderMarkdown,
  summarise,
  summaryFacts,
  type TraceRow,
} from '../src/index.js';
import { eventBuilders, sampleHeader } from './sample-call.js';

const header = sampleHeader('client');
const { client, server } = eventBuilders('client');

/** A message of the bot with `value`, which `JSON.stringify` may not be able to print. */
function withValue(type: string, value: string): Extract<LadderEvent, { kind: 'message' }> {
  const parameters =
    type === 'event'
      ? { entities: [{ type: 'x', data: 'VALUE' }] }
      : { reason: 'completed', outputVariables: { a: 'VALUE', b: 'short' } };
  const row = server(1, type, 1, 1, parameters);
  if (row.kind !== 'message') throw new Error('a message was expected');
  return { ...row, text: row.text.replace('"VALUE"', value) };
}

const deep = (levels: number, inside = '') => `${'['.repeat(levels)}${inside}${']'.repeat(levels)}`;
const objects = (levels: number) => `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`;

describe.each([
  ['2,000 lists', deep(2000)],
  ['5,000 lists', deep(5000)],
  ['30,000 lists', deep(30_000)],
  ['10,000 objects', objects(10_000)],
])('a message that is nested in %s', (_, value) => {
  const rows: TraceRow[] = [withValue('event', value), withValue('disconnect', value)];

  test('has its row in a ladder, a document and a description, and its fact in a summary', () => {
    expect(renderLadder(rows, { vantage: 'client' })).toMatch(/disconnect.*outputs:/);
    expect(renderMarkdown({ header, rows, truncated: false })).toContain('## Ladder');
    const describeRow = createRowDescriber({ vantage: 'client' });
    expect(rows.map((row) => describeRow(row).type)).toEqual(['event', 'disconnect']);
    const summary = summarise({ header, rows, truncated: false });
    expect(JSON.parse(JSON.stringify(summary)).disconnect.outputs.b).toBe('short');
    expect(summaryFacts(header, summary).find(({ name }) => name === 'outcome')?.text).toContain('b="short"');
  });

  test('equals itself in a comparison, and differs from another', () => {
    const one = { header, rows };
    expect(diffTraces(one, one)).toEqual([]);
    const other = {
      header,
      rows: [rows[0] ?? withValue('event', '0'), withValue('disconnect', deep(3000, '7'))],
    };
    const differences = diffTraces(one, other);
    expect(differences.length).toBeGreaterThan(0);
    expect(renderDiff(differences)).toMatch(/^! disconnect from the bot/);
    expect(() => JSON.stringify(differences)).not.toThrow();
  });

  test('is compared as result of a call', () => {
    const result: unknown = JSON.parse(`{"path":"success","outputs":${value}}`);
    expect(diffTraces({ header, rows, result }, { header, rows, result })).toEqual([]);
  });

  test('is searched by a filter as a row of an unknown kind', () => {
    const row: TraceRow = { kind: 'unknown', t: 0, of: 'mark', row: JSON.parse(`{"a":${value}}`) };
    expect([row].filter(parseFilter('nothing'))).toEqual([]);
  });
});

test('a message may have more changes than a call can have arguments', () => {
  const list = (number: number) => `[${new Array<number>(200_000).fill(number).join()}]`;
  const a = { header, rows: [withValue('event', list(1))] };
  const b = { header, rows: [withValue('event', list(2))] };
  expect(diffTraces(a, b)).toHaveLength(200_000);
});

test('changes are in the order of A', () => {
  const rows = (value: string) => ({ header, rows: [withValue('event', value)] });
  const changes = diffTraces(rows('{"a":[1,[2,3]],"b":4,"c":5}'), rows('{"d":6,"b":0,"a":[0,[0,3],0]}'));
  expect(changes.map(({ path }) => path?.replace('parameters.entities[0].data.', ''))).toEqual([
    'a[0]',
    'a[1][0]',
    'a[2]',
    'b',
    'c',
    'd',
  ]);
});

test('a summary counts more types of messages than a call can have arguments', () => {
  const rows = Array.from({ length: 150_000 }, (_, index) => server(1, `type-${index}`, index + 1, 1));
  const facts = summaryFacts(header, summarise({ header, rows, truncated: false }));
  expect(facts.find(({ name }) => name === 'bot')?.text).toContain('type-149999');
});

test('a document of a call with many violations and playbacks takes time in proportion to them', () => {
  const count = 50_000;
  const playback = { kind: 'playback', heardMs: 1, droppedMs: 0, ended: 'completed' } as const;
  const rows: TraceRow[] = [];
  for (let t = 0; t < count; t++) {
    rows.push(client(t, 'playback_started', t + 1, 0), { ...playback, t });
    rows.push({ kind: 'violation', t, clause: 'AC-MSG-7', text: `seen ${t}`, fatal: false });
  }
  for (let t = 0; t < count; t++) rows.push({ ...playback, t: count });
  const text = renderMarkdown({ header, rows, truncated: false });
  expect(text).toMatch(/\(50000 times\) .* Seen: seen 0\n/);
}, 15_000);
