import type { ClauseId } from '@hookline/protocol';
import type { Cause } from './causes.js';

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
   * `activates`: both transactions of the probe were completed. `mayFail`: the bot answered the base path with an HTTP
   * status below 500 that is neither 401 nor 403; some bots that do are documented as activating. `fails`: anything else.
   */
  readonly verdict: 'activates' | 'mayFail' | 'fails';
  /** What is wrong, worst first; empty when nothing is. */
  readonly problems: readonly ProbeProblem[];
  /** The URI that was dialled: the Base Connection URI, without a Connector ID. */
  readonly url: string;
  readonly sessionId: string;
  /** From dialling to the end, in milliseconds. */
  readonly durationMs: number;
  /** The languages the bot listed, where it was asked to. */
  readonly supportedLanguages?: readonly string[];
}
