import { CAUSES, type Cause } from '@hookline/client';
import type { ExitCode } from './exit-codes.js';

/** The exit code of a call that took the failure path, by its cause. */
export function exitCodeOfCause(cause: Cause): ExitCode {
  return CAUSES[cause].exitCode;
}

/** Whether a text is a cause of the failure path. */
export function isCause(text: string | undefined): text is Cause {
  return text !== undefined && Object.hasOwn(CAUSES, text);
}
