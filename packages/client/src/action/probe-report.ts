import type { ClauseId } from '@hookline/protocol';
import type { Cause } from '../outcome/causes.js';

/** Something that keeps the integration from being activated, or that an administrator should know. */
export interface ProbeProblem {
  /** What was seen and what to do, in an administrator's words. */
  readonly text: string;
  /** Whether it alone keeps the integration from being activated. */
  readonly fatal: boolean;
  readonly cause?: Cause;
  /** The rule behind it, where there is one. */
  readonly clause?: ClauseId;
  /** The HTTP status, where one came in place of an upgrade. */
  readonly status?: number;
}

/** What the activation of an integration found. */
export interface ProbeReport {
  /** Whether nothing was found that is known to keep the integration from being activated: `verdict` is not `fails`. */
  readonly ok: boolean;
  /**
   * `activates`: both transactions of the probe were completed and nothing speaks against it. `mayFail`: reports
   * disagree, or no more than a sample of Genesys is known to mind: an HTTP status below 500 other than 401 and 403 at
   * the base path, no `closed`, no `startPaused`. A call that shows the same of these two succeeds with a warning.
   * `fails`: anything else.
   */
  readonly verdict: 'activates' | 'mayFail' | 'fails';
  /** What is wrong, worst first; empty when nothing is. */
  readonly problems: readonly ProbeProblem[];
  /** The URI that was dialled: the Base Connection URI, without a Connector ID. */
  readonly url: string;
  readonly sessionId: string;
  /** From dialling to the end, in milliseconds. */
  readonly durationMs: number;
  /** The languages that the bot listed, if it was asked to. */
  readonly supportedLanguages?: readonly string[];
}
