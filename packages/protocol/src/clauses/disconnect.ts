import { area } from './clause.js';
import { sources } from './sources.js';

/** How the server ends a call. */
export const disconnectClauses = area([
  {
    id: 'AC-DISC-1',
    level: 'MUST',
    sentence: '`disconnect.parameters.reason` is `completed`, `error` or `unauthorized`.',
    basis: 'sample',
    source: `${sources.sample.client}: disconnect validator`,
    bound: 'server',
    effect: 'The Genesys test client sends error 500 and closes.',
    fix: 'Send `completed` for success; put details into `info`.',
  },
  {
    id: 'AC-DISC-2',
    level: 'MUST',
    sentence: 'The server sends `disconnect` at most once, and not after it has received `close`.',
    basis: 'sample',
    source: `${sources.sample.server}: disconnect handling`,
    bound: 'server',
    effect: 'The second reason and its outputs are ignored.',
    fix: 'Send `disconnect` for the first cause that ends the call, and for no later one.',
  },
  {
    id: 'AC-DISC-3',
    level: 'MUST',
    sentence: 'The client answers `disconnect` with `close` and reason `disconnect`, even before `opened`.',
    basis: 'sample',
    source: `${sources.sample.client}: disconnect handling`,
    bound: 'client',
    effect: 'The server waits until its timer expires.',
    fix: 'Answer at once unless already closing.',
  },
  {
    id: 'AC-DISC-4',
    level: 'MUST',
    sentence: 'To end a call, the server sends `disconnect`; it does not drop the socket.',
    basis: 'platform',
    source: `${sources.platform.resourceCenter}: FAQ on AudioHook sessions`,
    bound: 'server',
    effect: 'The action takes the failure path and outputs are lost.',
    fix: 'Send `disconnect`, wait for `close`, answer `closed`.',
  },
]);
