import { area } from './clause.js';
import { sources } from './sources.js';

/** The message `error`. */
export const errorClauses = area([
  {
    id: 'AC-ERR-1',
    level: 'MUST',
    sentence: '`error` is a message of the client: the server never sends it.',
    basis: 'sample',
    source: `${sources.sample.client}: server message types`,
    bound: 'server',
    effect: 'The Genesys test client treats it as an unknown message: it sends error 500 and closes.',
    fix: 'Report failures with `disconnect` and reason `error`.',
  },
  {
    id: 'AC-ERR-2',
    level: 'MUST',
    sentence: '`error.parameters` carries an integer `code` and a `message`.',
    basis: 'sample',
    source: `${sources.sample.client}: error parameters`,
    bound: 'client',
    effect: 'The server cannot log what went wrong.',
    fix: 'Send one of 400, 405, 408, 409, 413, 415, 429, 500 and 503.',
  },
  {
    id: 'AC-ERR-3',
    level: 'MUST',
    sentence: 'The server continues after `error` and does not answer it.',
    basis: 'sample',
    source: `${sources.sample.server}: error handling`,
    bound: 'server',
    effect:
      'A warning such as 429 ends the call, or an answer that is not expected violates the order of messages.',
    fix: 'Log the error; obey `retryAfter`; wait for `close`.',
  },
  {
    id: 'AC-ERR-4',
    level: 'MUST',
    sentence: 'After a fatal `error` the client sends `close` with reason `error`.',
    basis: 'sample',
    source: `${sources.sample.client}: error path`,
    bound: 'client',
    effect: 'The server keeps the session.',
    fix: 'Start the close transaction right after the error.',
  },
]);
