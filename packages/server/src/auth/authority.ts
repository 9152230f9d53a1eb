import { contain } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { AuthOptions } from './auth-options.js';
import type { UpgradeRequest } from './upgrade-request.js';

/** @throws HooklineError `SERVER_BAD_OPTION` for what is neither a text nor a function */
export function checkAuthority(authority: unknown): void {
  if (authority === undefined || typeof authority === 'function') return;
  if (typeof authority === 'string' && authority !== '') return;
  const got = authority === '' ? 'an empty text' : authority === null ? 'null' : typeof authority;
  throw serverError(
    'SERVER_BAD_OPTION',
    `authority is ${got}; expected a host such as "bot.example.com", or a function that gives it.`,
  );
}

/**
 * What a signature's `@authority` is checked against; undefined for the `Host` header, which only a missing option asks
 * for: a function that gives nothing must not weaken the check.
 *
 * @throws an error that says so when the function gives no host
 */
export function authorityOf(
  authority: AuthOptions['authority'],
  request: UpgradeRequest,
): string | undefined {
  if (typeof authority !== 'function') return authority;
  const answer: unknown = authority(request);
  if (typeof answer === 'string' && answer !== '') return answer;
  // An async function: nobody waits for what it rejects with.
  void contain(answer);
  const got = answer === '' ? 'an empty text' : answer instanceof Promise ? 'a promise' : typeof answer;
  throw new Error(`authority() returned ${got}; expected the host that the client dialled, as a text`);
}
