import { defineIntegration } from '@hookline/client';
import type { ScriptedServer } from '@hookline/client/testing';
import type { VirtualClock } from '@hookline/runtime';
import { runScenario, type Scenario, type ScenarioResult } from '../src/index.js';

/** Runs the first of some scenarios against a scripted server, on the virtual clock. */
export async function runVirtual(
  [scenario]: readonly Scenario[],
  server: ScriptedServer,
  clock: VirtualClock,
): Promise<ScenarioResult> {
  if (!scenario) throw new Error('no scenario');
  const integration = defineIntegration({
    baseConnectionUri: 'wss://bots.example',
    apiKey: 'key',
    clientSecret: null,
    dial: server.dial,
  });
  return clock.run(runScenario(scenario, { integration, clock }));
}
