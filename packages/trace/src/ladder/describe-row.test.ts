import { expect, test } from 'vitest';
import { createRowDescriber } from './describe-row.js';

const ids = '"version":"2","id":"e160e428-53e2-487c-977d-96989bf5c99d"';
const message = (t: number, dir: 'in' | 'out', type: string, text: string) =>
  ({ kind: 'message', t, dir, type, text }) as const;

test('describes each event with the text of its ladder row, for the given vantage', () => {
  const describe = createRowDescriber({ vantage: 'proxy' });
  const ping = `{"type":"ping",${ids},"seq":7,"serverseq":2,"position":"PT1S","parameters":{}}`;
  const pong = `{"type":"pong",${ids},"seq":3,"clientseq":7,"parameters":{}}`;
  expect(describe(message(10, 'in', 'ping', ping))).toEqual({
    lane: 'caller',
    type: 'ping',
    seq: '7',
    detail: '',
  });
  expect(describe(message(34, 'out', 'pong', pong))).toEqual({
    lane: 'bot',
    type: 'pong',
    seq: '3/7',
    detail: '',
    note: '24 ms',
  });
  expect(
    describe({ kind: 'audio', t: 40, dir: 'out', frames: 2, bytes: 3200, arrivalsMs: [], sizes: [] }),
  ).toEqual({
    lane: 'bot',
    type: 'audio',
    detail: '0.4 s in 2 frames',
    audioMs: 400,
  });
});

test('names the fault of a malformed message, and escapes control characters', () => {
  const describe = createRowDescriber({ vantage: 'client' });
  const { type, fault, detail } = describe(message(1, 'in', 'x', '{"type":"\\u001b[2J"}'));
  expect([fault !== undefined, `${type}${fault}${detail}`.includes('\u001b')]).toEqual([true, false]);
});

test.each([
  ['mark', 'mark'],
  ['\u001b[2J', '\\x1b[2J'],
  ['', 'unknown'],
])('calls a row of the unknown kind %j %s', (of, type) => {
  const describe = createRowDescriber({ vantage: 'client' });
  expect(describe({ kind: 'unknown', t: 1, of, row: {} })).toEqual({ type, detail: '' });
});

test('names one frame of audio, and the audio that opened tells the client to discard', () => {
  const describe = createRowDescriber({ vantage: 'client' });
  expect(
    describe({ kind: 'audio', t: 40, dir: 'in', frames: 1, bytes: 1600, arrivalsMs: [], sizes: [] }),
  ).toMatchObject({ detail: '0.2 s in 1 frame' });
  const media = '[{"type":"audio","format":"PCMU","channels":["external"],"rate":8000}]';
  const parameters = (more: string) => `{"startPaused":false,"media":${media}${more}}`;
  const opened = (more: string) =>
    describe(
      message(
        10,
        'in',
        'opened',
        `{"type":"opened",${ids},"seq":1,"clientseq":1,"parameters":${parameters(more)}}`,
      ),
    ).detail;
  expect(opened(',"discardTo":"PT2.5S"')).toMatch(/discard to 2\.5 s/);
  expect(opened('')).not.toContain('discard');
});
