import { isIP, type LookupFunction } from 'node:net';
import { messageOf, runUserCode } from '@hookline/runtime';
import { DialError } from './dial-error.js';

/**
 * Guards the resolver of a custom dialler: what it throws, and what it returns instead of addresses, is its own fault,
 * and not one of the bot or its TLS. An error that it reports is passed on.
 */
export function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (host, options, done) => {
    const refuse = (text: string, cause?: unknown) => {
      const error = new DialError('DIAL_DNS', `the lookup of the dialler ${text} for ${host}`, { cause });
      done(error, '', 0);
    };
    const find = () =>
      lookup(host, options, (error, address, family) => {
        if (error) done(error, address, family);
        else if (areAddresses(address)) done(null, address, family);
        else refuse('returned no IP address');
      });
    runUserCode(find, (error) => refuse(`threw an error (${messageOf(error)})`, error));
  };
}

function areAddresses(given: unknown): boolean {
  const list: readonly unknown[] = Array.isArray(given) ? given.map((one) => one?.address) : [given];
  return list.length > 0 && list.every((one) => typeof one === 'string' && isIP(one) !== 0);
}
