import { tmpdir } from 'node:os';
import { MAX_TIMER_MS } from '@hookline/runtime';
import type { PlaybackFacts } from '@hookline/trace';
import { expect } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { parseTime } from '../src/options/parse.js';
import { createConsole } from '../src/output/console.js';
import { playbackLines } from '../src/output/playback-lines.js';
import { CallTap } from '../src/record/call-tap.js';
import { hookline } from './hookline.js';

everyBoundHolds({
  package: 'cli',
  rows: [
    {
      bound: 'MAX_PARALLEL',
      holds: 'more concurrent calls are refused',
      async drive(limit) {
        const args = ['run', 'calls', '--target', 'ws://127.0.0.1:9', '--parallel', String(limit + 1)];
        const { code, stderr } = await hookline(args, { cwd: tmpdir() });
        expect([code, stderr]).toEqual([2, expect.stringMatching(`--parallel .*${limit}.*${limit + 1}`)]);
      },
    },
    {
      bound: 'MAX_ROWS',
      holds: 'further playbacks are only counted',
      drive(limit) {
        const stream = { isTTY: false, write: () => true } as unknown as NodeJS.WriteStream;
        const console = createConsole({ env: {}, stdout: stream, stderr: stream });
        const facts = (index: number): PlaybackFacts => ({
          startedAtMs: 2000 * index,
          heardMs: 1000,
          ended: 'completed',
        });
        const lines = playbackLines(
          console,
          Array.from({ length: limit + 5 }, (_, index) => facts(index)),
        );
        expect(lines).toHaveLength(limit + 2);
        expect(lines.at(-1)).toContain('and 5 times more');
      },
    },
    {
      bound: 'MAX_HEAD_BYTES',
      holds: 'a longer head of a request is not recorded',
      drive(limit) {
        let recorded = 0;
        const tap = new CallTap({
          now: () => 0,
          onUpgrade() {
            recorded += 1;
            return { event: () => {} };
          },
          onUnreadable: () => {},
        });
        tap.fromCaller(Buffer.from(`GET / HTTP/1.1\r\nUpgrade: websocket\r\nX: ${'x'.repeat(limit)}`));
        tap.fromCaller(Buffer.from('\r\n\r\n'));
        expect(recorded).toBe(0);
      },
    },
  ],
  unnamed: [
    {
      holds: 'a time beyond what a timer waits is refused',
      drive() {
        expect(parseTime(`${MAX_TIMER_MS}ms`, '--hold')).toBe(MAX_TIMER_MS);
        expect(() => parseTime(`${MAX_TIMER_MS + 1}ms`, '--hold')).toThrow('--hold takes at most 24 days');
      },
    },
  ],
  elsewhere: {
    MAX_LINKS: 'packages/cli/src/check-artifacts.test.ts',
    MAX_LINE_BYTES: 'packages/cli/src/commands/input-lines.test.ts',
    MAX_RUNNING: 'packages/cli/src/commands/run-commands.test.ts',
    MAX_RECORDED_MESSAGE_BYTES: 'packages/cli/src/record/frame-reader.test.ts',
    MAX_FRAME_HEADER_BYTES: 'packages/cli/src/record/frame-reader.test.ts',
  },
});
