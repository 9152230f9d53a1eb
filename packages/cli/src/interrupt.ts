import type { Call } from '@hookline/client';
import { EXIT } from './exit-codes.js';
import type { Run } from './run.js';

/** Whether the process was asked to stop during a call. */
export interface Interrupt {
  /** The call was hung up for it. */
  readonly interrupted: boolean;
  /** Asked twice: the bot is waited for no more. */
  readonly insisted: boolean;
  /** Resolves when asked twice. */
  readonly impatience: Promise<void>;
  stop(): void;
}

/**
 * Hangs up when the process is asked to stop, so that artifacts are written; asked twice, it does not wait for the
 * bot's goodbye; asked three times, it ends as it is.
 */
export function hangUpOnInterrupt(run: Run, call: Call): Interrupt {
  let asked = 0;
  let insist: () => void = () => {};
  const impatience = new Promise<void>((resolve) => {
    insist = resolve;
  });
  const stop = run.onInterrupt(() => {
    asked += 1;
    if (asked === 1) call.hangup();
    else if (asked === 2) insist();
    else run.exitNow(EXIT.interrupted);
  });
  return {
    get interrupted() {
      return asked > 0;
    },
    get insisted() {
      return asked > 1;
    },
    impatience,
    stop,
  };
}
