import type { ClauseId } from '@hookline/protocol';
import type { Cause } from '../outcome/causes.js';

/** A problem that prevents activation of the integration, or that an administrator should know. */
export interface ProbeProblem {
  /** What was observed and what to do, for an administrator. */
  readonly text: string;
  /** Whether it alone prevents activation. */
  readonly fatal: boolean;
  readonly cause?: Cause;
  /** The violated rule, if any. */
  readonly clause?: ClauseId;
  /** The HTTP status, if the upgrade was refused. */
  readonly status?: number;
}

/** The result of a probe. */
export interface ProbeReport {
  /** Whether no problem is known to prevent activation: `verdict` is not `fails`. */
  readonly ok: boolean;
  /**
   * `activates`: both transactions of the probe were completed without a problem that is known to prevent activation.
   * `mayFail`: sources disagree, or only sample code of Genesys or independent implementations are known to require it:
   * an HTTP status below 500 other than 401 and 403 at the base path, no `closed`, no `startPaused`, a message before
   * `opened`, a `disconnect` after `opened`, or another violation of a MUST that a call survives. `fails`: anything else.
   */
  readonly verdict: 'activates' | 'mayFail' | 'fails';
  /** The problems, worst first. */
  readonly problems: readonly ProbeProblem[];
  /** The dialled URI: the Base Connection URI without a Connector ID. */
  readonly url: string;
  readonly sessionId: string;
  /** From dialling to the end, in milliseconds. */
  readonly durationMs: number;
  /** The languages that the bot listed, if it was asked to. */
  readonly supportedLanguages?: readonly string[];
}
