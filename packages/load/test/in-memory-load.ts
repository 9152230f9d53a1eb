import { type Dial, defineIntegration } from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { type CallHandler, createBot } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import type { Behaviour } from '../src/behaviour.js';
import { conversation } from '../src/conversation.js';
import { type GeneratorOptions, generate, type LoadProgress } from '../src/generate.js';
import { type LoadOptions, planLoad } from '../src/plan.js';
import { reportLoad } from '../src/report.js';

/** Overrides of a load test with one call per second and silent callers. */
export interface InMemoryLoad extends LoadOptions {
  readonly clock?: VirtualClock;
  readonly behaviour?: Behaviour;
  readonly signal?: AbortSignal;
  readonly share?: GeneratorOptions['share'];
  /** Called with each progress. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Called once the load test has started. */
  readonly during?: (clock: VirtualClock) => Promise<void>;
}

/** Runs a load test on a virtual clock against the given `Dial`. */
export async function runInMemory(createDial: (clock: VirtualClock) => Dial, options: InMemoryLoad = {}) {
  const {
    clock = new VirtualClock(),
    behaviour = conversation({ lines: [] }),
    signal,
    share,
    onProgress,
    during,
    ...loadOptions
  } = options;
  const plan = planLoad(loadOptions);
  const integration = defineIntegration({
    baseConnectionUri: 'ws://localhost',
    apiKey: 'k',
    clientSecret: null,
    dial: createDial(clock),
  });
  const reports: LoadProgress[] = [];
  const running = generate({
    plan,
    target: { integration, connectorId: '', inputs: {} },
    url: 'ws://localhost/',
    behaviour,
    clock,
    cpuMs: () => 0,
    signal,
    ...(share ? { share } : {}),
    onProgress: (progress) => {
      reports.push(progress);
      return onProgress?.(progress);
    },
  });
  if (during) await during(clock);
  const run = await clock.run(running);
  return { run, report: reportLoad(run, plan.thresholds), reports, clock };
}

/** Creates the `Dial` of a server bot, for `runInMemory`. */
export function dialBot(handler: (settings: { readonly clock: VirtualClock }) => CallHandler) {
  return (clock: VirtualClock): Dial => {
    const auth = { k: null } as const;
    return inMemoryDial(createBot({ auth, clock }, handler({ clock })), { latencyMs: 10 });
  };
}
