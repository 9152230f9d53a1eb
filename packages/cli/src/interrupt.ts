import type { Call } from '@hookline/client';
import { EXIT } from './exit-codes.js';
import type { Run } from './run.js';

/** Hangs up when the process is asked to stop, so that artifacts are written; asked twice, it ends at once. */
export function hangUpOnInterrupt(run: Run, call: Call): { readonly interrupted: boolean; stop(): void } {
  let interrupted = false;
  const stop = run.onInterrupt(() => {
    if (interrupted) run.exitNow(EXIT.interrupted);
    interrupted = true;
    call.hangup();
  });
  return {
    get interrupted() {
      return interrupted;
    },
    stop,
  };
}
