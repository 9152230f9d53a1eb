import { encodeMulaw, sine } from '@hookline/audio';
import { echo, parrot, quiet } from '@hookline/bots';
import { defineIntegration } from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { type Bot, type CallHandler, createBot } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import { describe, expect, it } from 'vitest';
import { generate } from '../src/generate.js';
import { type Behaviour, conversation, type LoadProgress } from '../src/index.js';
import { type LoadOptions, planLoad } from '../src/plan.js';
import { reportLoad } from '../src/report.js';

const hello = encodeMulaw(sine({ hz: 440, ms: 900 }));

/** A load against a bot in memory, on a virtual clock. */
async function load(
  handler: (settings: { readonly clock: VirtualClock }) => CallHandler,
  options: LoadOptions & {
    readonly behaviour?: Behaviour;
    readonly signal?: AbortSignal;
    readonly during?: (clock: VirtualClock, bot: Bot) => Promise<void>;
  } = {},
) {
  const { behaviour = conversation({ lines: [hello] }), signal, during, ...given } = options;
  const clock = new VirtualClock();
  const bot = createBot({ auth: 'none', clock }, handler({ clock }));
  const integration = defineIntegration({
    baseConnectionUri: 'ws://localhost',
    apiKey: 'k',
    dial: inMemoryDial(bot, { latencyMs: 10 }),
  });
  const told: LoadProgress[] = [];
  const running = generate({
    plan: planLoad(given),
    target: { integration, connectorId: '', inputs: {} },
    url: 'ws://localhost/',
    behaviour,
    clock,
    cpuMs: () => 0,
    signal,
    onProgress: (progress) => told.push(progress),
  });
  if (during) await during(clock, bot);
  const run = await clock.run(running);
  return { run, report: reportLoad(run, planLoad(given).thresholds), told, clock, bot };
}

describe('a load', () => {
  it('begins calls at its rate, however the bot does, and counts how each ended', async () => {
    const { report } = await load(parrot, { rate: 5, durationMs: 4000, holdMs: 5000 });
    expect(report.counts).toMatchObject({ started: 20, opened: 20, hungUp: 20, failed: 0 });
    expect(report.metrics.opened?.p50).toBeCloseTo(20, 1);
    expect(report.metrics.reply?.count).toBeGreaterThanOrEqual(20);
    expect(report.verdict).toBe('passed');
    console.log(JSON.stringify(report, null, 1));
  });
});
