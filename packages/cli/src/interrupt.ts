import type { Call } from '@hookline/client';
import type { CliContext } from './context.js';
import { EXIT } from './exit-codes.js';

/** The signals that the process received during a call. */
export interface Interrupt {
  /** Whether there was one. The call has been hung up because of it. */
  readonly interrupted: boolean;
  /** Whether there was a second one. The command no longer waits for the bot. */
  readonly forced: boolean;
  /** Resolves on the second signal. */
  readonly secondSignal: Promise<void>;
  unsubscribe(): void;
}

/**
 * Handles SIGINT and SIGTERM during a call. The first one hangs up, so that all files are written; the second one ends
 * the wait for the bot; the third one exits immediately.
 */
export function hangUpOnInterrupt(context: CliContext, call: Call): Interrupt {
  let signals = 0;
  let force: () => void = () => {};
  const secondSignal = new Promise<void>((resolve) => {
    force = resolve;
  });
  const unsubscribe = context.onInterrupt(() => {
    signals += 1;
    if (signals === 1) call.hangup();
    else if (signals === 2) force();
    else context.exitNow(EXIT.interrupted);
  });
  return {
    get interrupted() {
      return signals > 0;
    },
    get forced() {
      return signals > 1;
    },
    secondSignal,
    unsubscribe,
  };
}
