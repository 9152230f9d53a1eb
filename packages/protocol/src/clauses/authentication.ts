import { area } from './clause.js';
import { sources } from './sources.js';

/** Authentication of the client, and how the server refuses it. */
export const authenticationClauses = area([
  {
    id: 'AC-AUTH-1',
    level: 'MUST',
    sentence: 'The server refuses a request whose `X-API-KEY` is absent or unknown.',
    basis: 'sample',
    source: `${sources.sample.server}: authenticator`,
    bound: 'server',
    effect: 'Anyone who knows the URL can reach the bot.',
    fix: 'Look up the key; answer HTTP 401, or send `disconnect` with reason `unauthorized`.',
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
    note: 'How either form appears in the flow is not known.',
  },
  {
    id: 'AC-AUTH-3',
    level: 'SHOULD',
    sentence: 'The server refuses an unsigned request whose API key has a client secret.',
    basis: 'sample',
    source: `${sources.sample.server}: unsigned requests pass only where no secret is stored`,
    bound: 'server',
    effect: 'The secret protects nothing: knowing the API key is enough.',
    fix: 'Require `Signature` and `Signature-Input` for every key that has a secret. If the integration has no client secret, Genesys Cloud does not sign: register its API key as one without a secret.',
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
  {
    id: 'AC-AUTH-8',
    level: 'SHOULD',
    sentence:
      'An API key consists of letters, digits and the characters `+`, `/`, `_` and `-`, with at most two `=` at its end.',
    basis: 'sample',
    source: `${sources.sample.client}: pattern of the API key`,
    bound: 'client',
    effect:
      'Genesys Cloud may refuse such a key in the settings of the integration, although it works with Hookline.',
    fix: 'Choose a key of these characters, such as base64 text.',
    note: 'According to its documentation, the form of the integration checks the same pattern, and that the client secret is base64.',
  },
]);
