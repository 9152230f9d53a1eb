import { expect, test } from 'vitest';
import { type CheckOptions, runChecks } from './run-checks.js';

/** Options that no type allows, as from JavaScript. */
const untyped = (options: unknown) => options as CheckOptions;

test.each<[unknown, string]>([
  [{}, 'runChecks: target.url is undefined; expected a URL with ws: or wss:'],
  [{ url: 'x', apiKey: 'key' }, 'runChecks: target.url is the string "x"; expected a URL'],
  [{ url: 'http://me:word@host/bot', apiKey: 'key' }, 'is the string "http://***@host/bot"; expected'],
  [{ url: 'ws://host/', baseUrl: 5, apiKey: 'key' }, 'runChecks: target.baseUrl is 5; expected a URL'],
  [{ url: 'ws://host/' }, 'runChecks: target.apiKey is undefined; expected a string'],
])('runChecks refuses the target %j before the first call', async (target, message) => {
  await expect(runChecks(untyped({ target }))).rejects.toMatchObject({
    code: 'CONFORMANCE_BAD_OPTION',
    message: expect.stringContaining(message),
  });
});
