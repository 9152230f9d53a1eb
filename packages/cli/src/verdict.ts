import { EXIT } from './exit-codes.js';

/** The exit code of a verb and the reason for it. */
export interface Verdict {
  readonly code: number;
  /** Empty for success. */
  readonly message: string;
}

/**
 * Adds the problems of the files that a verb writes about a bot. They fail a success, but replace no other code: a script
 * must be able to tell a bot that failed from a disk that is full.
 */
export function addFileProblems({ code, message }: Verdict, problems: readonly string[]): Verdict {
  if (problems.length === 0) return { code, message };
  return {
    code: code === EXIT.success ? EXIT.internal : code,
    message: [message, ...problems].filter((reason) => reason !== '').join('; '),
  };
}
