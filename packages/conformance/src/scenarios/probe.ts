import { PCMU_EXTERNAL } from '@hookline/protocol';
import { PCMU_BOTH, PCMU_INTERNAL } from '../caller/media.js';
import { PROBE } from '../caller/open-parameters.js';
import type { Scenario } from './scenario.js';

/** What Genesys Cloud does when an integration is activated. */
export const probe: Scenario = {
  name: 'probe',
  about: 'The connection probe of an activation, at the base connection URI, with one offer and with three.',
  shows: ['AC-PROBE-2', 'AC-PROBE-3', 'AC-PROBE-4'],
  async run(stage) {
    const { baseUrl, url } = stage.target;
    if (baseUrl !== undefined && baseUrl !== url) {
      const what = 'a probe at the base connection URI';
      const clause = 'AC-PROBE-4';
      const call = await stage.dial({
        call: what,
        url: baseUrl,
        purpose: { kind: 'acceptance', clause, what, always: true },
      });
      await call.opened(PROBE);
      await call.hangUp();
    }
    for (const [name, media] of [
      ['a probe with one offer', [PCMU_EXTERNAL]],
      ['a probe with three offers', [PCMU_BOTH, PCMU_EXTERNAL, PCMU_INTERNAL]],
    ] as const) {
      const call = await stage.dial({ call: name, purpose: { kind: 'probe' } });
      if (await call.opened({ ...PROBE, media })) await call.wait(100);
      await call.hangUp();
    }
  },
};
