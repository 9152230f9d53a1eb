import { encodeMulaw, sine } from '@hookline/audio';
import { parrot } from '@hookline/bots';
import { MAX_TIMER_MS } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { conversation } from '../src/index.js';
import { BareBots } from './bare-bots.js';
import { dialBot, runInMemory } from './in-memory-load.js';

const hello = encodeMulaw(sine({ hz: 440, ms: 900 }));

describe('a caller of a load test who talks continuously', () => {
  it.each([
    ['has no lines', { lines: [] }],
    [
      'has only lines without audio, and no pause between them',
      { lines: [hello.subarray(0, 0)], turnGapMs: 0 },
    ],
  ])('but %s is silent until the hold time is over', async (_, options) => {
    const { report } = await runInMemory(dialBot(parrot), {
      calls: 1,
      holdMs: 2000,
      behaviour: conversation({ ...options, talk: 'over' }),
    });
    expect(report.counts).toMatchObject({ started: 1, opened: 1, hungUp: 1, failed: 0 });
    expect(report.durationMs).toBeLessThan(4000);
  });
});

it('a pause between lines may be as long as a timer can be', async () => {
  const { report } = await runInMemory(dialBot(parrot), {
    calls: 1,
    holdMs: 3000,
    behaviour: conversation({ lines: [hello], talk: 'over', turnGapMs: MAX_TIMER_MS }),
  });
  expect(report.counts).toMatchObject({ opened: 1, hungUp: 1, failed: 0 });
});

describe('a caller of a load test who talks in turn', () => {
  it('and whose code throws fails only its own call, at once', async () => {
    const talk = conversation({ lines: [hello], patienceMs: 1000 });
    const unanswered = () => {
      throw new Error('not counted');
    };
    const { run, report } = await runInMemory((clock) => new BareBots(clock).dial, {
      calls: 2,
      rate: 10,
      holdMs: 20_000,
      behaviour: (target, tools) => talk(target, tools.index === 0 ? { ...tools, unanswered } : tools),
    });
    expect(report.counts).toMatchObject({ started: 2, failed: 1, hungUp: 1 });
    expect(report.failures).toEqual({ behaviour: 1 });
    expect(report.examples).toEqual({ behaviour: 'not counted' });
    expect(report.counts.unanswered).toBeGreaterThan(3);
    expect(run.seconds.findIndex(({ failed }) => failed > 0)).toBeLessThan(5);
  });
});
