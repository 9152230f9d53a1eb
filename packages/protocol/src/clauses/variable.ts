import { area } from './clause.js';
import { sources } from './sources.js';

/** Inputs: what the flow gives to the bot. */
export const variableClauses = area([
  {
    id: 'AC-VAR-1',
    level: 'MUST',
    sentence:
      '`open.parameters.inputVariables` maps names to strings, and is absent or empty when there are none.',
    basis: 'platform',
    source: `${sources.platform.capture}: \`open\` with an empty map`,
    bound: 'client',
    effect: 'A bot that reads an input finds a value of another type.',
    fix: 'Convert every input to a string.',
    note: 'Genesys Cloud sent an empty object in the captured call.',
  },
  {
    id: 'AC-VAR-2',
    level: 'MUST',
    sentence: 'The server accepts an `open` whose `inputVariables` is absent or empty.',
    basis: 'sample',
    source: `${sources.sample.connector}: open parameters`,
    bound: 'server',
    effect: 'Flows without inputs, and the probe, cannot connect.',
    fix: 'Treat the map as optional, and as empty if it is absent.',
  },
  {
    id: 'AC-VAR-3',
    level: 'SHOULD',
    sentence: 'The server expects names as the flow author typed them, including stray spaces.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'server',
    effect: 'An input seems to be missing.',
    fix: 'Trim names before you look them up.',
  },
]);
