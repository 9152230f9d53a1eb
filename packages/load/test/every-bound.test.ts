import { BYTES_PER_MS } from '@hookline/audio';
import type { VirtualClock } from '@hookline/runtime';
import { expect } from 'vitest';
import { everyBoundHolds } from '#bounds';
import { EchoDetector } from '../src/echo-detector.js';
import { encodeRun, mergeRuns, parseRun, renderHtml, reportLoad } from '../src/index.js';
import { addExample, emptySecond, type LoadRun, NO_CALLS } from '../src/load-run.js';
import { Metrics } from '../src/metrics.js';
import { BareBots } from './bare-bots.js';
import { runInMemory } from './in-memory-load.js';

/** A run of this many seconds without measurements. */
function runOf(seconds: number): LoadRun {
  return {
    startedAtMs: 0,
    durationMs: seconds * 1000,
    url: 'wss://bots.example',
    processes: 1,
    maxLateMs: 50,
    counts: { ...NO_CALLS },
    failures: {},
    echo: { backMs: 0, lostMs: 0, alteredMs: 0 },
    seconds: Array.from({ length: seconds }, () => ({ ...emptySecond(), live: 1 })),
    metrics: new Metrics(),
    cpuMs: 0,
  };
}

everyBoundHolds({
  package: 'load',
  rows: [
    {
      bound: 'MAX_EXAMPLE_CHARS',
      holds: 'the rest of a longer error is left out',
      drive(limit) {
        const examples: Record<string, string> = {};
        addExample(examples, 'refused', 'x'.repeat(limit + 1));
        expect(examples['refused']).toHaveLength(limit);
      },
    },
    {
      bound: 'MAX_EXAMPLES',
      holds: 'a further cause has no example',
      drive(limit) {
        const examples: Record<string, string> = {};
        for (let nth = 0; nth <= limit; nth++) addExample(examples, `cause ${nth}`, 'x');
        expect(Object.keys(examples)).toHaveLength(limit);
      },
    },
    {
      bound: 'MAX_PENDING_BYTES',
      holds: 'older audio is dropped, and counts as lost if the bot echoes',
      drive(limit) {
        const detector = new EchoDetector();
        const frame = (value: number) => new Uint8Array(1600).fill(value);
        detector.sent(frame(1));
        detector.received(frame(1));
        const frames = limit / 1600 + 10;
        for (let index = 0; index < frames; index++) detector.sent(frame(2));
        expect(detector.summary?.lostMs).toBe((10 * 1600) / BYTES_PER_MS);
      },
    },
    {
      bound: 'BEHAVIOUR_LINGER_MS',
      holds: 'a behaviour that continues after its call is abandoned',
      async drive(limit) {
        const { report, clock } = await runInMemory((clock: VirtualClock) => new BareBots(clock).dial, {
          calls: 1,
          holdMs: 1000,
          behaviour: (_, tools) => {
            tools.call();
            return new Promise(() => {});
          },
        });
        expect(report.failures).toEqual({ expectation: 1 });
        expect(clock.now()).toBeLessThan(1000 + limit + 1000);
      },
    },
    {
      bound: 'MAX_TIME_US',
      holds: 'a longer time is recorded as this time',
      drive(limit) {
        const metrics = new Metrics();
        metrics.record('reply', limit);
        expect(metrics.summary('reply')?.max).toBeCloseTo(limit / 1000, -4);
      },
    },
    {
      bound: 'MAX_SECONDS',
      holds: 'a file of a longer run is refused, and so are runs that start further apart',
      drive(limit) {
        const data = { ...encodeRun(runOf(0)), seconds: new Array(limit + 1).fill(0) };
        expect(() => parseRun(JSON.stringify(data), 'long')).toThrow('long has no list of seconds');
        const startedAtMs = Date.UTC(2026, 7, 1);
        const runs = (seconds: number) => [
          { ...runOf(10), startedAtMs: startedAtMs + seconds * 1000 },
          { ...runOf(10), startedAtMs },
        ];
        expect(mergeRuns(runs(limit)).seconds).toHaveLength(limit + 10);
        expect(() => mergeRuns(runs(limit + 1))).toThrow(
          expect.objectContaining({
            code: 'LOAD_BAD_OPTION',
            message:
              'The runs cannot be merged: run 1 of 2 starts 604801 s after the first; expected 604800 s at most, which is a week. Merge only runs of machines that ran at the same time.',
          }),
        );
        expect(() => mergeRuns([{ ...runOf(10), startedAtMs: 1e300 }, runOf(10)])).toThrow(
          'run 1 of 2 starts',
        );
      },
    },
    {
      bound: 'MAX_POINTS',
      holds: 'a longer run is drawn with longer steps',
      drive(limit) {
        const run = runOf(limit * 3);
        const [live = ''] = /<path class="line c1" d="[^"]*/.exec(renderHtml(run, reportLoad(run))) ?? [];
        expect(live.match(/[ML]/g)?.length).toBe(limit);
      },
    },
  ],
  elsewhere: { LEAD_MS: 'packages/cli/test/load.test.ts' },
});
