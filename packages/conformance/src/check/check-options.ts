import { checkOptionNames } from '@hookline/runtime';
import type { CheckTarget } from '../caller/open-parameters.js';
import { type ConformanceErrorCode, conformanceError } from '../error.js';
import type { Deadlines } from '../record/deadlines.js';
import type { CheckTls } from '../wire/dial.js';
import { checkProfile } from './profile.js';
import type { CheckOptions } from './run-checks.js';

/**
 * Validates the options of `runChecks`: their names at every level, the signal and the profile.
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
