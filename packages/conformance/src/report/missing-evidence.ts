import { SIGNED_AUTH } from '../check/assess.js';
import type { CheckReport } from '../check/report.js';

/** Why a bot did not pass, as a failed test. */
export interface MissingEvidence {
  /** What would have been needed. */
  readonly test: string;
  readonly message: string;
}

/**
 * Returns why a bot did not pass although no check failed it and the run was complete: too little was exercised. Every
 * report must contain this failure, because `ok` is false and the command exits with 1.
 */
export function missingEvidence(report: CheckReport): MissingEvidence | undefined {
  const { ok, problem, counts, findings, unseenAreas } = report;
  if (ok || problem !== undefined || counts.fail > 0) return undefined;
  if (counts.blocked > 0) {
    return {
      test: 'the bot opens the first call',
      message: `the first call was not opened (${findings[0]?.id ?? 'no finding'}), so the other checks did not run`,
    };
  }
  return {
    test: 'the bot acts in every area',
    message: `no rule of the platform could be checked in ${unseenAreas.join(', ')}; make the bot act with a profile, or allow inconclusive checks${skipsSignatures(report) ? `; SIG needs ${SIGNED_AUTH}` : ''}`,
  };
}

/** Whether the signatures were not checked only because the profile says that the bot does not verify them. */
export function skipsSignatures({ unseenAreas, results }: CheckReport): boolean {
  return unseenAreas.includes('SIG') && results.some(({ reason }) => reason?.endsWith(SIGNED_AUTH));
}
