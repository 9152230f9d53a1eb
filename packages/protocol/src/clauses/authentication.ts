import { area } from './clause.js';
import { sources } from './sources.js';

/** Who may connect, and what a refusal looks like. */
export const authenticationClauses = area([
  {
    id: 'AC-AUTH-1',
    level: 'MUST',
    sentence: 'The server refuses a request whose `X-API-KEY` is absent or unknown.',
    basis: 'sample',
    source: `${sources.sample.server}: authenticator`,
    bound: 'server',
    effect: 'Anybody who knows the URL can reach the bot.',
    fix: 'Look the key up; answer 401, or `disconnect` with reason `unauthorized`.',
  },
  {
    id: 'AC-AUTH-2',
    level: 'MUST',
    sentence:
      'A refusal is HTTP 401 before the upgrade, or `disconnect` with reason `unauthorized` after it.',
    basis: 'sample',
    source: `${sources.sample.server}: both strategies`,
    bound: 'server',
    effect: 'Other answers look like a broken endpoint, not like wrong credentials.',
    fix: 'Choose one of the two forms; prefer 401.',
    note: 'What the flow sees of either form is not known.',
  },
  {
    id: 'AC-AUTH-3',
    level: 'SHOULD',
    sentence: 'The server refuses an unsigned request of a key that has a client secret.',
    basis: 'sample',
    source: `${sources.sample.server}: unsigned requests pass only where no secret is stored`,
    bound: 'server',
    effect: 'The secret protects nothing: knowing the API key is enough.',
    fix: 'Require `Signature` and `Signature-Input` for every key that has a secret. Without a client secret in the integration Genesys Cloud does not sign: register such a key as one without a secret.',
  },
  {
    id: 'AC-AUTH-4',
    level: 'MUST',
    sentence: 'The `id` of every message equals the header `Audiohook-Session-Id`.',
    basis: 'sample',
    source: `${sources.sample.server}: session id check`,
    bound: 'both',
    effect: 'The Genesys sample servers disconnect the session.',
    fix: 'Use one session id for the headers and all messages; refuse a session where they differ.',
  },
  {
    id: 'AC-AUTH-5',
    level: 'MUST',
    sentence: '`open.parameters.organizationId` equals the header `Audiohook-Organization-Id`.',
    basis: 'sample',
    source: `${sources.sample.server}: authenticator`,
    bound: 'both',
    effect: 'The Genesys sample server disconnects with reason `unauthorized`.',
    fix: 'Use one organization id for both; refuse an `open` where they differ.',
  },
  {
    id: 'AC-AUTH-6',
    level: 'MUST',
    sentence:
      'After `disconnect` with reason `unauthorized` the server ignores `open`, waits for `close` and answers `closed`.',
    basis: 'sample',
    source: `${sources.sample.server}: unauthorized state`,
    bound: 'server',
    effect: 'The session hangs until one side gives up waiting.',
    fix: 'Answer `close` with `closed` in the refused state too.',
  },
  {
    id: 'AC-AUTH-7',
    level: 'SHOULD',
    sentence: 'A refusal says what was wrong with the credentials and reveals no secret.',
    basis: 'assumed',
    source: sources.assumed.choice,
    bound: 'server',
    effect: 'Operators guess, or secrets end up in logs.',
    fix: 'Name the failed check (age, key, component); never print the secret or the expected signature.',
  },
]);
