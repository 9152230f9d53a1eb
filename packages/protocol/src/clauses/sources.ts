import type { ClauseBasis } from './clause.js';

/**
 * The sources that clauses cite, grouped by basis. A clause may append the place within the source after a colon.
 */
export const sources = {
  platform: {
    resourceCenter: 'Genesys Cloud Resource Center',
    pages: 'Genesys AudioHook documentation, as quoted by independent implementations',
    limits: 'Genesys Cloud organization limits, section audiohook, as quoted by two implementations',
    events: 'Genesys Cloud operational event catalogue, as quoted by an implementation',
    sdk: 'Genesys Cloud platform SDK',
    readme: 'README of the Genesys AudioHook reference implementation',
    capture: 'published capture of a production call of Genesys Cloud',
    trace: 'published trace of a live call of Genesys Cloud',
    observed: 'published behaviour of Genesys Cloud in live calls',
  },
  sample: {
    client: 'Genesys AudioHook reference implementation, test client',
    server: 'Genesys AudioHook reference implementation, sample server',
    connector: 'Genesys Audio Connector sample server',
  },
  'third-party': {
    live: 'independent implementations that run against Genesys Cloud',
  },
  assumed: {
    choice: 'no source; chosen by Hookline',
  },
} as const satisfies Record<ClauseBasis, Readonly<Record<string, string>>>;
