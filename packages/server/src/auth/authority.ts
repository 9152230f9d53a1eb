import { contain } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { AuthOptions, UpgradeRequest } from './auth-options.js';

/** Checks the option. @throws HooklineError `SERVER_BAD_OPTION` if it is neither a string nor a function */
export function checkAuthority(authority: unknown): void {
  if (authority === undefined || typeof authority === 'function') return;
  if (typeof authority === 'string' && authority !== '') return;
  const got = authority === '' ? 'an empty string' : authority === null ? 'null' : typeof authority;
  throw serverError(
    'SERVER_BAD_OPTION',
    `authority is ${got}; expected a host such as "bot.example.com", or a function that returns one.`,
  );
}

/**
 * The host that a signature's `@authority` must equal; undefined for the `Host` header, which is used only if the
 * option is missing: a function that returns nothing must not weaken the check.
 *
 * @throws Error if the function returns no host
 */
export function authorityOf(
  authority: AuthOptions['authority'],
  request: UpgradeRequest,
): string | undefined {
  if (typeof authority !== 'function') return authority;
  const answer: unknown = authority(request);
  if (typeof answer === 'string' && answer !== '') return answer;
  // The promise of an async function is not awaited; its rejection must not end the process.
  void contain(answer);
  const got = answer === '' ? 'an empty string' : answer instanceof Promise ? 'a promise' : typeof answer;
  throw new Error(`authority() returned ${got}; expected the host that the client dialled, as a string`);
}
