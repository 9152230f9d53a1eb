import { systemClock as clock, messageOf } from '@hookline/runtime';
import type { FromWorker, ToWorker } from './fork-load.js';
import { generate } from './generate.js';
import { behaviourOf, callTarget, type LoadOrder, shownUrl } from './order.js';
import { encodeRun } from './run-file.js';
import { cpuMs } from './run-load.js';

// One process of a load: takes its order, waits for the start, and tells what it measured.
const stopping = new AbortController();
let start: (atWallMs: number) => void = () => {};
const started = new Promise<number>((resolve) => {
  start = resolve;
});

// A Ctrl-C reaches every process of the terminal; what is to be done then is told by the parent.
process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.on('message', (told: ToWorker) => {
  if (told.type === 'order') {
    work(told.order, told.share).catch((error) => tell({ type: 'failed', message: messageOf(error) }));
  } else if (told.type === 'start') start(told.atWallMs);
  else stopping.abort();
});

function tell(what: FromWorker): void {
  // The parent may be gone already; what is left to do then is to exit.
  process.send?.(what, undefined, undefined, () => {});
}

async function work(
  { plan, target, talk }: LoadOrder,
  share: { readonly index: number; readonly of: number },
): Promise<void> {
  const behaviour = await behaviourOf(talk);
  tell({ type: 'ready' });
  const atWallMs = await started;
  const run = await generate({
    plan,
    target: callTarget(target),
    url: shownUrl(target),
    behaviour,
    clock,
    cpuMs,
    share,
    startMs: clock.now() + atWallMs - clock.wall(),
    signal: stopping.signal,
    onProgress: (progress) => tell({ type: 'progress', progress }),
  });
  tell({ type: 'done', run: encodeRun(run) });
}
