import type { Progress } from '@hookline/conformance';
import type { Clock } from '@hookline/runtime';

/** A run that is over sooner needs none, in milliseconds. */
const FIRST_MS = 1000;

/** One line on a terminal's stderr that says how far a run is; nothing elsewhere. */
export function checkProgress(
  stderr: NodeJS.WriteStream,
  clock: Clock,
  quiet: boolean,
): { readonly tell: (progress: Progress) => void; readonly clear: () => void } {
  const startedMs = clock.now();
  const on = new Set<string>();
  let shown = false;
  return {
    tell({ scenario, what, done, of }) {
      if (what === 'begin') on.add(scenario);
      else on.delete(scenario);
      if (quiet || !stderr.isTTY || clock.now() - startedMs < FIRST_MS) return;
      shown = true;
      stderr.write(`\r\x1b[K${done}/${of} ${[...on].join(', ').slice(0, 60)}`);
    },
    clear() {
      if (shown) stderr.write('\r\x1b[K');
    },
  };
}
