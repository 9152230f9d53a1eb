import { isHooklineError } from '@hookline/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLadder, renderLadder } from '../ladder/create-ladder.js';
import { renderStereo } from '../recording/render-stereo.js';
import { summarise } from '../summary/summarise.js';
import type { TraceHeader } from './header.js';
import { audioLine, eventLine, headerLine } from './print.js';
import { readTrace } from './read.js';
import { framesOf } from './trace.js';

const header: TraceHeader = {
  format: 'hookline-trace',
  schemaVersion: 1,
  vantage: 'client',
  started: '2026-01-01T00:00:00.000Z',
  url: 'ws://localhost:8080/book',
  codec: 'PCMU',
  rate: 8000,
  channels: ['external'],
  redactions: [],
};
const run = {
  kind: 'audio',
  t: 10,
  dir: 'in',
  frames: 2,
  bytes: 5,
  arrivalsMs: [0, 1.5],
  sizes: [2, 3],
} as const;
const end = { kind: 'end', t: 20, by: 'peer', code: 1000, reason: 'bye' } as const;
const whole = headerLine(header) + audioLine(run, 0) + eventLine(end);

test('times are printed to the nearest microsecond', () => {
  const times = [1.9996, 1.0004, 12.34567, 12.3456].map((t) => JSON.parse(eventLine({ ...end, t })).t);
  expect(times).toEqual([2, 1, 12.346, 12.346]);
});

test('a call that ends with audio lasts until the last frame', () => {
  const frames = audioLine({ ...run, arrivalsMs: [0, 1800] }, 0);
  const other = audioLine({ ...run, t: 500, dir: 'out', arrivalsMs: [0, 200] }, 0);
  expect(summarise(readTrace(headerLine(header) + frames + other)).durationMs).toBe(1800);
});

describe('readTrace', () => {
  test('reads a file that an editor has stored with a byte order mark', () => {
    expect(readTrace(`\uFEFF${whole}`, {})).toEqual(readTrace(whole, {}));
  });

  test('reads what was written', () => {
    const bot = Uint8Array.of(1, 2, 3, 4, 5);
    const trace = readTrace(new TextEncoder().encode(whole), { bot, result: { path: 'success' } });
    expect(trace).toEqual({
      header,
      rows: [{ ...run, offset: 0 }, end],
      truncated: false,
      caller: new Uint8Array(0),
      bot,
      result: { path: 'success' },
    });
    const [audio] = trace.rows;
    expect(audio?.kind === 'audio' && framesOf(audio, bot)).toEqual([bot.subarray(0, 2), bot.subarray(2)]);
  });

  test('reads a file that is cut anywhere up to its last complete row, and reports that it is truncated', () => {
    const headerEnd = headerLine(header).length;
    for (let length = headerEnd; length <= whole.length; length++) {
      const cut = whole.slice(0, length);
      const { rows, truncated } = readTrace(cut);
      const wholeRows = cut
        .split('\n')
        .slice(1)
        .filter((line) => line.endsWith('}') && isJson(line));
      expect(rows).toHaveLength(wholeRows.length);
      expect(truncated).toBe(!cut.endsWith('\n') && !isJson(cut.split('\n').at(-1) ?? ''));
    }
  });

  test('reports truncated audio if a raw file ends before its rows', () => {
    expect(readTrace(whole, { bot: new Uint8Array(4) }).truncated).toBe(true);
    expect(readTrace(whole).truncated).toBe(false);
  });

  test.each([
    ['a kind that it does not know', { kind: 'mark', t: 3, label: 'x' }, { t: 3, of: 'mark' }],
    ['a kind that does not fit its fields', { kind: 'end', t: 3 }, { t: 3, of: 'end' }],
    ['a row without kind and time', { label: 'x' }, { t: 0, of: '' }],
    ['audio whose frames do not add up', { ...run, offset: 0, length: 6 }, { t: 10, of: 'audio' }],
  ])('keeps %s unchanged', (_, row, expected) => {
    const { rows } = readTrace(`${headerLine(header)}${JSON.stringify(row)}\n`);
    expect(rows).toEqual([{ kind: 'unknown', row, ...expected }]);
  });

  const stored = {
    kind: 'audio',
    t: 10,
    dir: 'in',
    offset: 0,
    length: 5,
    arrivalsMs: [0, 1.5],
    sizes: [2, 3],
  };
  test.each<[string, object]>([
    ...[-1, -1e300, 1e300, '5', null, [5], {}, true].map((t): [string, object] => [
      `t ${JSON.stringify(t)}`,
      { ...end, t },
    ]),
    ...[-1, 0.5, 1e300, '0', null].flatMap((n): [string, object][] => [
      [`offset ${n}`, { ...stored, offset: n }],
      [`size ${n}`, { ...stored, sizes: [2, n] }],
      [`length ${n}`, { ...stored, length: n }],
    ]),
    ...[-1, 1e300, '0', null].flatMap((n): [string, object][] => [
      [`arrival ${n}`, { ...stored, arrivalsMs: [0, n] }],
      [`heardMs ${n}`, { kind: 'playback', t: 1, heardMs: n, droppedMs: 0, ended: 'completed' }],
      [`droppedMs ${n}`, { kind: 'playback', t: 1, heardMs: 0, droppedMs: n, ended: 'completed' }],
    ]),
    ['an offset whose end is no safe number', { ...stored, offset: Number.MAX_SAFE_INTEGER }],
  ])('reads a row with the number %s as unknown', (_, row) => {
    const text = JSON.stringify(row);
    const trace = readTrace(`${headerLine(header)}${text}\n`, { bot: new Uint8Array(9) });
    expect(trace.rows).toEqual([{ kind: 'unknown', t: expect.any(Number), of: expect.any(String), row }]);
    expect(trace.rows[0]?.t).toBeGreaterThanOrEqual(0);
    expect(summarise(trace).durationMs).toBe(0);
    expect(renderLadder(trace.rows, { vantage: 'client' })).not.toMatch(/NaN|Infinity|e\+/);
  });

  test.each([
    ['an empty file', '', 'TRACE_NOT_A_TRACE', /first line is ""/],
    ['other JSON', '{"log":{"version":"1.2"}}\n', 'TRACE_NOT_A_TRACE', /a different format/],
    [
      'a newer version',
      headerLine(header).replace('n":1', 'n":2'),
      'TRACE_VERSION',
      /schemaVersion 2.*reads 1/,
    ],
    ['a broken header', headerLine(header).replace('client', 'moon'), 'TRACE_NOT_A_TRACE', /\/vantage/],
    [
      'a broken line in the middle',
      `${headerLine(header)}{"t":\n${eventLine(end)}`,
      'TRACE_CORRUPT',
      /Line 2/,
    ],
  ])('refuses %s with the reason', (_, text, code, message) => {
    expect(() => readTrace(text)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test('throws only HooklineErrors, for any bytes', () => {
    const json = fc.json().map((text) => `${text}\n`);
    const line = fc.oneof(
      json,
      fc
        .record({
          kind: fc.constantFrom('audio', 'message', 'end', 'playback', 'violation', 'request', 'response'),
          t: fc.double({ noNaN: true }),
          dir: fc.constantFrom('in', 'out'),
          text: fc.oneof(fc.string(), fc.json()),
          head: fc.string(),
          offset: fc.maxSafeNat(),
          length: fc.maxSafeNat(),
          sizes: fc.array(fc.maxSafeNat(), { maxLength: 2 }),
          arrivalsMs: fc.array(fc.double({ noNaN: true }), { maxLength: 2 }),
        })
        .map((row) => {
          const length = row.sizes.reduce((sum, size) => sum + size, 0);
          return `${JSON.stringify({ ...row, length })}\n`;
        }),
      fc.string({ unit: 'binary' }),
    );
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.array(line).map((lines) => new TextEncoder().encode(headerLine(header) + lines.join(''))),
    );
    fc.assert(
      fc.property(bytes, (data) => {
        try {
          const trace = readTrace(data, { caller: new Uint8Array(9), bot: new Uint8Array(9) });
          summarise(trace);
          renderLadder(trace.rows, { vantage: 'client' });
          renderStereo(trace);
          createLadder({ vantage: 'client' });
        } catch (error) {
          if (!isHooklineError(error)) throw error;
        }
      }),
      { numRuns: 500 },
    );
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
