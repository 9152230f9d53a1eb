import { HooklineError } from '@hookline/runtime';
import { expect, it } from 'vitest';
import { RealtimeFailure, toRealtimeError } from './failure.js';

/** Stands in for the `RealtimeError` of the other build, which is another class. */
class OtherBuildError extends HooklineError {
  constructor(readonly retryAfterMs: unknown) {
    super('SERVICE_LIMITED', 'too many sessions');
  }
}

it.each([
  [7000, 7000],
  [undefined, undefined],
  ['7 s', undefined],
])('an error of the other build with retryAfterMs %j fails the call with %j', (given, expected) => {
  const error = toRealtimeError(new OtherBuildError(given), 'SERVICE_LOST', 'connecting');
  expect(new RealtimeFailure(error)).toMatchObject({ reason: 'SERVICE_LIMITED', retryAfterMs: expected });
  expect(error.message).toBe('too many sessions');
});
