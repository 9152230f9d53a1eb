import { PCMU_EXTERNAL } from '@hookline/protocol';
import { PCMU_BOTH, PCMU_INTERNAL } from '../caller/media.js';
import { PROBE } from '../caller/open-parameters.js';
import { type CallSpec, repeated, type Scenario } from './scenario.js';

/** The connection probe that Genesys Cloud makes when an integration is activated. */
export const probe: Scenario = {
  name: 'probe',
  description:
    'The connection probe of an activation, at the base connection URI, with one offer and with three.',
  covers: ['AC-PROBE-2', 'AC-PROBE-3', 'AC-PROBE-4'],
  async run(context) {
    const { baseUrl, url } = context.target;
    if (baseUrl !== undefined && baseUrl !== url) {
      const description = 'a probe at the base connection URI';
      const clause = 'AC-PROBE-4';
      const call = await context.dial({
        call: description,
        url: baseUrl,
        purpose: { kind: 'acceptance', clause, description, mustOpen: true },
      });
      await call.open(PROBE);
      await call.hangUp();
    }
    for (const [name, media] of [
      ['a probe with one offer', [PCMU_EXTERNAL]],
      ['a probe with three offers', [PCMU_BOTH, PCMU_EXTERNAL, PCMU_INTERNAL]],
    ] as const) {
      const makeProbe = async (spec: CallSpec) => {
        const call = await context.dial(spec);
        if (await call.open({ ...PROBE, media })) await call.wait(100);
        const isLost = !call.isOpen;
        await call.hangUp();
        if (isLost && !call.isRepeated) await makeProbe(repeated(spec));
      };
      await makeProbe({ call: name, purpose: { kind: 'probe' } });
    }
  },
};
