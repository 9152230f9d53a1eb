import { readFileSync } from 'node:fs';
import { audioRuns } from '@hookline/protocol';
import { describe, expect, test } from 'vitest';
import { artifacts } from '../scripts/artifacts.js';
import { audioLine, eventLine } from '../src/index.js';
import { reportSampleCall } from './sample-call.js';

describe('the published format', () => {
  test.each([...artifacts()])(
    'matches the code in %s; npm run generate -w @hookline/trace writes it',
    (path, text) => {
      expect(readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')).toBe(text);
    },
  );

  test('contains every kind of row of the writer with every field', () => {
    const schema = JSON.parse(artifacts().get('schema/trace-line.schema.json') ?? '');
    const lines: string[] = [];
    const runs = audioRuns((event) => {
      lines.push(event.kind === 'audio' ? audioLine(event, 0) : eventLine(event));
    });
    reportSampleCall(runs, 'client');
    runs.flush();
    const kinds = new Set<string>();
    for (const line of lines) {
      const row = JSON.parse(line);
      kinds.add(row.kind);
      expect(Object.keys(row)).toEqual(expect.arrayContaining(schema.$defs[row.kind].required));
      for (const field of Object.keys(row)) expect(schema.$defs[row.kind].properties).toHaveProperty(field);
    }
    expect(kinds).toEqual(new Set(Object.keys(schema.$defs).filter((name) => name !== 'header')));
  });
});
