import { expect, it } from 'vitest';
import { headerLookup } from './header-lookup.js';

it('finds a header whatever its case on the wire', () => {
  expect(headerLookup(['X-API-KEY', 'k', 'hOsT', 'h'])('x-api-key')).toBe('k');
});

it('joins the values of a repeated header in their order', () => {
  expect(headerLookup(['Host', 'a', 'X', '1', 'host', 'b'])('host')).toBe('a, b');
});

it('has no value for a header that was not sent', () => {
  expect(headerLookup([])('constructor')).toBeUndefined();
});

it('leaves out a name at the end that has no value', () => {
  expect(headerLookup(['Host', 'a', 'Host'])('host')).toBe('a');
});
