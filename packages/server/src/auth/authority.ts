import { describe } from '@hookline/protocol';
import { contain, describeValue } from '@hookline/runtime';
import { serverError } from '../error.js';
import type { AuthOptions, UpgradeRequest } from './auth-options.js';

/** A host name or an address, as in the header `Host`, with an optional port. */
const HOST = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Checks the option. A text that no client can dial, such as a URL, would refuse every call.
 *
 * @throws HooklineError `SERVER_BAD_OPTION` if it is neither a host nor a function
 */
export function checkAuthority(authority: unknown): void {
  if (authority === undefined || typeof authority === 'function') return;
  if (typeof authority === 'string' && HOST.test(authority)) return;
  const isText = typeof authority === 'string' && authority !== '';
  const got = isText ? describe(authority) : describeValue(authority);
  const expected = isText
    ? 'a host with its port if it is not the default, but no scheme, path or blank: "bot.example.com"'
    : 'a host such as "bot.example.com"';
  throw serverError(
    'SERVER_BAD_OPTION',
    `createBot: authority is ${got}; expected ${expected}, or a function that returns one.`,
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
  throw new Error(
    `authority() returned ${describeValue(answer)}; expected the host that the client dialled, as a string`,
  );
}
