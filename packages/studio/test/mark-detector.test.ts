import { expect, test } from 'vitest';
import { MarkDetector } from '../src/call/mark-detector.js';
import type { Mark } from '../src/messages.js';

test.each([0, 250])('a playback after a key at %i ms has the time since that key', (t) => {
  const marks: Mark[] = [];
  const detector = new MarkDetector(
    'client',
    (mark) => marks.push(mark),
    () => undefined,
  );
  const text = JSON.stringify({
    version: '2',
    type: 'dtmf',
    seq: 2,
    serverseq: 1,
    id: '00000000-0000-4000-8000-000000000000',
    position: 'PT0S',
    parameters: { digit: '5' },
  });
  detector.onEvent({ kind: 'message', t, dir: 'out', type: 'dtmf', text });
  detector.onPlaybackStarted(t + 120);
  expect(marks).toMatchObject([
    { kind: 'key', t, digit: '5' },
    { kind: 'playback', from: t + 120, replyMs: 120 },
  ]);
});
