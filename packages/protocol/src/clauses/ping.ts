import { area } from './clause.js';
import { sources } from './sources.js';

/** Pings, which show whether the server is alive. */
export const pingClauses = area([
  {
    id: 'AC-PING-1',
    level: 'MUST',
    sentence: 'The server answers every `ping` with `pong`.',
    basis: 'platform',
    source: `${sources.platform.pages}: protocol-reference#ping`,
    bound: 'server',
    effect:
      'Genesys Cloud ends the session with the event AUDIOHOOK-0006; the action takes the failure path.',
    fix: 'Answer in the message handler itself, with empty `parameters`.',
  },
  {
    id: 'AC-PING-2',
    level: 'MUST',
    sentence: 'The `clientseq` of `pong` is the `seq` of the `ping` it answers.',
    basis: 'sample',
    source: `${sources.sample.client}: pong check`,
    bound: 'server',
    effect: 'The Genesys test client sends error 400 and does not count the answer.',
    fix: 'Answer `ping` before you handle the next client message.',
    note: 'Live calls are reported to continue despite wrong numbers.',
  },
  {
    id: 'AC-PING-3',
    level: 'MUST',
    sentence: '`pong` arrives before the next `ping` is due, 5 s later, however busy the server is.',
    basis: 'sample',
    source: `${sources.sample.client}: ping interval`,
    bound: 'server',
    effect: 'The Genesys test client sends error 408 and closes.',
    fix: 'Keep speech and model work off the thread or loop that reads messages.',
  },
  {
    id: 'AC-PING-4',
    level: 'MUST',
    sentence: 'The server sends `pong` only in answer to `ping`.',
    basis: 'sample',
    source: `${sources.sample.client}: pong check`,
    bound: 'server',
    effect: 'The Genesys test client sends error 409.',
    fix: 'Do not use `pong` as a keep-alive.',
  },
  {
    id: 'AC-PING-5',
    level: 'SHOULD',
    sentence:
      'The client pings 1 s after `opened`, again at once after the first `pong`, then every 5 s; every ping but the first carries `rtt`.',
    basis: 'sample',
    source: `${sources.sample.client}: ping timers`,
    bound: 'client',
    effect: 'Servers do not learn the round-trip time.',
    fix: 'Send the round-trip time of the previous `ping` in `rtt`.',
  },
]);
