import { area } from './clause.js';
import { sources } from './sources.js';

/** The connection probe at activation. */
export const probeClauses = area([
  {
    id: 'AC-PROBE-1',
    level: 'MUST',
    sentence:
      'A probe is an `open` whose `conversationId` and `participant.id` are the null UUID and whose other participant strings are empty.',
    basis: 'sample',
    source: `${sources.sample.client}: connection probe`,
    bound: 'client',
    effect: 'The server treats the probe as a call.',
    fix: 'Send both null UUIDs.',
  },
  {
    id: 'AC-PROBE-2',
    level: 'MUST',
    sentence: 'The server completes the open and close transactions of a probe.',
    basis: 'sample',
    source: `${sources.sample.client}: connection probe`,
    bound: 'server',
    effect: 'The Genesys test client reports a failed probe; the integration may fail to activate.',
    fix: 'Answer `opened` and `closed` as for a call.',
  },
  {
    id: 'AC-PROBE-3',
    level: 'MUST',
    sentence: 'The server sends no `disconnect` during a probe.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'server',
    effect: 'Activation was reported to fail with "server disconnected from the connection probe".',
    fix: 'Do not require inputs, a caller or a Connector ID in a probe.',
  },
  {
    id: 'AC-PROBE-4',
    level: 'SHOULD',
    sentence: 'The server accepts a probe at the Base Connection URI without a Connector ID.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'server',
    effect: 'The integration may fail to activate.',
    fix: 'Accept the upgrade at the base path too.',
    note: 'Reports disagree: some integrations are documented as active although their base path answers no probe.',
  },
  {
    id: 'AC-PROBE-5',
    level: 'SHOULD',
    sentence: 'The server starts no bot and records no conversation for a probe.',
    basis: 'third-party',
    source: sources['third-party'].live,
    bound: 'server',
    effect: 'Each probe costs resources and clutters reports.',
    fix: 'Check for the two null UUIDs before you start anything.',
  },
]);
