import { type Dial, defineIntegration } from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { type CallHandler, createBot } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import type { Behaviour } from '../src/behaviour.js';
import { conversation } from '../src/conversation.js';
import { type GeneratorParts, generate, type LoadProgress } from '../src/generate.js';
import { type LoadOptions, planLoad } from '../src/plan.js';
import { reportLoad } from '../src/report.js';

/** What differs from a load of one call a second by silent callers. */
export interface InMemoryLoad extends LoadOptions {
  readonly clock?: VirtualClock;
  readonly behaviour?: Behaviour;
  readonly signal?: AbortSignal;
  readonly share?: GeneratorParts['share'];
  /** Called once the load is under way. */
  readonly during?: (clock: VirtualClock) => Promise<void>;
}

/** Runs a load on a virtual clock against whatever is dialled. */
export async function loadOf(dialOf: (clock: VirtualClock) => Dial, options: InMemoryLoad = {}) {
  const {
    clock = new VirtualClock(),
    behaviour = conversation({ lines: [] }),
    signal,
    share,
    during,
    ...given
  } = options;
  const plan = planLoad(given);
  const integration = defineIntegration({
    baseConnectionUri: 'ws://localhost',
    apiKey: 'k',
    clientSecret: null,
    dial: dialOf(clock),
  });
  const told: LoadProgress[] = [];
  const running = generate({
    plan,
    target: { integration, connectorId: '', inputs: {} },
    url: 'ws://localhost/',
    behaviour,
    clock,
    cpuMs: () => 0,
    signal,
    ...(share ? { share } : {}),
    onProgress: (progress) => told.push(progress),
  });
  if (during) await during(clock);
  const run = await clock.run(running);
  return { run, report: reportLoad(run, plan.thresholds), told, clock };
}

/** A dial for `loadOf`: a bot of the server package. */
export function botOf(handler: (settings: { readonly clock: VirtualClock }) => CallHandler) {
  return (clock: VirtualClock): Dial => {
    const auth = { k: null } as const;
    return inMemoryDial(createBot({ auth, clock }, handler({ clock })), { latencyMs: 10 });
  };
}
