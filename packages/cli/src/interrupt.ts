import type { Call } from '@hookline/client';
import type { CliContext } from './context.js';
import { EXIT } from './exit-codes.js';

/** Whether the process was asked to stop during a call. */
export interface Interrupt {
  /** The call was hung up for it. */
  readonly interrupted: boolean;
  /** Asked twice: the bot is waited for no more. */
  readonly forced: boolean;
  /** Resolves when asked twice. */
  readonly secondSignal: Promise<void>;
  stop(): void;
}

/**
 * Hangs up when the process is asked to stop, so that artifacts are written; asked twice, it does not wait for the
 * bot's goodbye; asked three times, it ends as it is.
 */
export function hangUpOnInterrupt(context: CliContext, call: Call): Interrupt {
  let asked = 0;
  let force: () => void = () => {};
  const secondSignal = new Promise<void>((resolve) => {
    force = resolve;
  });
  const stop = context.onInterrupt(() => {
    asked += 1;
    if (asked === 1) call.hangup();
    else if (asked === 2) force();
    else context.exitNow(EXIT.interrupted);
  });
  return {
    get interrupted() {
      return asked > 0;
    },
    get forced() {
      return asked > 1;
    },
    secondSignal,
    stop,
  };
}
