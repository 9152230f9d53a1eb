import { checkArgument, checkOptionNames, describeValue } from '@hookline/runtime';
import type { CheckTarget } from '../caller/open-parameters.js';
import { type ConformanceErrorCode, conformanceError } from '../error.js';
import type { Deadlines } from '../record/deadlines.js';
import type { CheckTls } from '../wire/dial.js';
import { checkProfile } from './profile.js';
import type { CheckOptions } from './run-checks.js';

/**
 * Validates the options of `runChecks`: their names at every level, the target, the signal and the profile.
 *
 * @throws HooklineError `CONFORMANCE_BAD_OPTION`, `CONFORMANCE_BAD_PROFILE`
 */
export function checkOptions(options: CheckOptions): void {
  checkOptionNames<CheckOptions>(
    'CONFORMANCE_BAD_OPTION' satisfies ConformanceErrorCode,
    'runChecks: ',
    options ?? null,
    {
      target: true,
      profile: true,
      only: true,
      skip: true,
      strict: true,
      allowInconclusive: true,
      deadlines: true,
      parallel: true,
      traceDir: true,
      clock: true,
      signal: true,
      onProgress: true,
    },
  );
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw conformanceError('CONFORMANCE_BAD_OPTION', 'runChecks: signal is not an AbortSignal.');
  }
  checkOptionNames<CheckTarget>(
    'CONFORMANCE_BAD_OPTION' satisfies ConformanceErrorCode,
    'runChecks: target: ',
    options.target ?? null,
    {
      url: true,
      baseUrl: true,
      apiKey: true,
      clientSecret: true,
      organizationId: true,
      tls: true,
    },
  );
  checkUrl('url', options.target.url);
  checkArgument('CONFORMANCE_BAD_OPTION', 'runChecks: target', options.target, { apiKey: 'text' });
  if (options.target.baseUrl !== undefined) checkUrl('baseUrl', options.target.baseUrl);
  checkOptionNames<CheckTls>(
    'CONFORMANCE_BAD_OPTION' satisfies ConformanceErrorCode,
    'runChecks: target: tls: ',
    options.target.tls,
    {
      ca: true,
      insecure: true,
    },
  );
  checkOptionNames<Deadlines>(
    'CONFORMANCE_BAD_OPTION' satisfies ConformanceErrorCode,
    'runChecks: deadlines: ',
    options.deadlines,
    {
      openedMs: true,
      pongMs: true,
      closedMs: true,
    },
  );
  if (options.profile !== undefined) checkProfile(options.profile, 'runChecks: profile');
}

function checkUrl(name: string, url: unknown): void {
  if (typeof url === 'string' && /^wss?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) return;
  // A password in the URL stays out of the message.
  const given = typeof url === 'string' ? url.replace(/\/\/[^/]*@/, '//***@') : url;
  throw conformanceError(
    'CONFORMANCE_BAD_OPTION',
    `runChecks: target.${name} is ${describeValue(given)}; expected a URL with ws: or wss:, such as "ws://localhost:8080/bot".`,
  );
}
