import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BOT_PRESETS } from '@hookline/bots';
import { defineIntegration } from '@hookline/client';
import { VirtualClock } from '@hookline/runtime';
import { loadScenarios, runScenario } from '@hookline/scenario';
import { createBot, createRouter } from '@hookline/server';
import { inMemoryDial } from '@hookline/testing';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../../scenario/scenarios', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.call.yaml'));

/** All reference bots, each at the path of its name. */
function referenceBots(clock: VirtualClock) {
  const router = createRouter();
  for (const { name, create } of BOT_PRESETS) router.bot(name, create({ clock }));
  return createBot({ auth: { key: null }, clock }, router);
}

describe('the scenarios of the reference bots pass', () => {
  test.each(files)('%s', async (file) => {
    for (const scenario of await loadScenarios(`${folder}/${file}`)) {
      const clock = new VirtualClock();
      const bot = referenceBots(clock);
      const integration = defineIntegration({
        baseConnectionUri: 'ws://localhost',
        apiKey: 'key',
        clientSecret: null,
        dial: inMemoryDial(bot),
      });
      const { failure } = await clock.run(runScenario(scenario, { integration, clock }));
      expect(failure, scenario.name).toBeUndefined();
    }
  });
});
