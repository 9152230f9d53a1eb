import { systemClock as clock, messageOf } from '@hookline/runtime';
import type { FromWorker, ToWorker } from './fork-load.js';
import { generate } from './generate.js';
import { behaviourOf, callTarget, type LoadJob, reportedUrl } from './load-job.js';
import { encodeRun } from './run-file.js';
import { cpuMs } from './run-load.js';

// A worker process: receives its job, waits for the start, and sends back its measurements.
const stopRun = new AbortController();
let start: (atWallMs: number) => void = () => {};
const started = new Promise<number>((resolve) => {
  start = resolve;
});

// Ctrl-C reaches every process of the terminal, and `timeout` or a service manager ends the whole group; the parent
// decides what to do and sends `stop`. Without the parent this process exits on `disconnect`.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
process.on('message', (message: ToWorker) => {
  if (message.type === 'job') {
    runJob(message.job, message.share).catch((error) => send({ type: 'failed', message: messageOf(error) }));
  } else if (message.type === 'start') start(message.atWallMs);
  else stopRun.abort();
});

function send(message: FromWorker): void {
  // The parent may have exited; this process exits on `disconnect`.
  process.send?.(message, undefined, undefined, () => {});
}

async function runJob(
  { plan, target, talk }: LoadJob,
  share: { readonly index: number; readonly total: number },
): Promise<void> {
  const behaviour = await behaviourOf(talk);
  send({ type: 'ready' });
  const atWallMs = await started;
  const run = await generate({
    plan,
    target: callTarget(target),
    url: reportedUrl(target),
    behaviour,
    clock,
    cpuMs,
    share,
    startMs: clock.now() + atWallMs - clock.wall(),
    signal: stopRun.signal,
    onProgress: (progress) => send({ type: 'progress', progress }),
  });
  send({ type: 'done', run: encodeRun(run) });
}
