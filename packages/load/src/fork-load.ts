import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Clock, runUserCode } from '@hookline/runtime';
import { loadError } from './error.js';
import type { LoadProgress } from './generate.js';
import type { LoadJob } from './load-job.js';
import { addCounts, addSecond, emptySecond, type LoadRun, mergeRuns, NO_CALLS } from './load-run.js';
import { combineSnapshots } from './metrics.js';
import { decodeRun, type RunData } from './run-file.js';

/** Messages to a worker process. */
export type ToWorker =
  | {
      readonly type: 'job';
      readonly job: LoadJob;
      readonly share: { readonly index: number; readonly total: number };
    }
  /** The common start, as Unix time, so that the calls of all processes interleave as in one process. */
  | { readonly type: 'start'; readonly atWallMs: number }
  | { readonly type: 'stop' };

/** Messages from a worker process. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'done'; readonly run: RunData }
  | { readonly type: 'failed'; readonly message: string };

/** Delay from the moment when all processes are ready to the first call, in milliseconds. */
const LEAD_MS = 100;

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** Options of `forkLoad`. */
export interface ForkOptions {
  readonly processes: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Divides the calls of a job among processes and merges their measurements. @throws HooklineError `LOAD_PROCESS_LOST` */
export async function forkLoad(job: LoadJob, options: ForkOptions): Promise<LoadRun> {
  const { processes, clock, signal, onProgress } = options;
  const latest = new Map<number, LoadProgress>();
  const workers = Array.from(
    { length: processes },
    (_, index) =>
      new Worker(job, { index, total: processes }, (progress) => {
        latest.set(index, progress);
        // Report once for all processes: their reports arrive at about the same time.
        if (index !== 0 || !onProgress) return;
        // An error thrown while a message is handled would end the process, and the measurements would be lost.
        runUserCode(
          () => onProgress(combineProgress([...latest.values()])),
          () => {},
        );
      }),
  );
  const stop = () => {
    for (const worker of workers) worker.send({ type: 'stop' });
  };
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    signal?.addEventListener('abort', stop);
    if (signal?.aborted) stop();
    const atWallMs = clock.wall() + LEAD_MS;
    for (const worker of workers) worker.send({ type: 'start', atWallMs });
    return mergeRuns(await Promise.all(workers.map(({ done }) => done)));
  } finally {
    signal?.removeEventListener('abort', stop);
    for (const worker of workers) worker.end();
  }
}

/** One worker process. */
class Worker {
  readonly ready: Promise<void>;
  readonly done: Promise<LoadRun>;
  readonly #child: ChildProcess;

  constructor(
    job: LoadJob,
    share: { readonly index: number; readonly total: number },
    onProgress: (progress: LoadProgress) => void,
  ) {
    this.#child = fork(WORKER, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let resolveReady: () => void = () => {};
    let resolveDone: (run: LoadRun) => void = () => {};
    let rejectLost: (error: unknown) => void = () => {};
    const name = `process ${share.index + 1} of ${share.total}`;
    const lost = new Promise<never>((_, reject) => {
      rejectLost = reject;
    });
    lost.catch(() => {});
    const ready = new Promise<void>((resolve) => {
      resolveReady = resolve;
    });
    const done = new Promise<LoadRun>((resolve) => {
      resolveDone = resolve;
    });
    this.ready = Promise.race([ready, lost]);
    this.done = Promise.race([done, lost]);
    // Both are awaited later, or never if another process fails first.
    this.ready.catch(() => {});
    this.done.catch(() => {});
    this.#child.on('message', (message: FromWorker) => {
      if (message.type === 'ready') resolveReady();
      else if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'failed') rejectLost(loadError('LOAD_BAD_FILE', message.message));
      else resolveDone(decodeRun(message.run, name));
    });
    const fail = (reason: string) =>
      rejectLost(
        loadError(
          'LOAD_PROCESS_LOST',
          `${name} of the load test ${reason} before its calls had ended; its measurements are lost`,
        ),
      );
    this.#child.on('error', (error) => fail(`failed (${error.message})`));
    this.#child.on('exit', (code, signal) =>
      fail(signal === null ? `exited with code ${code}` : `was killed by ${signal}`),
    );
    this.send({ type: 'job', job, share });
  }

  send(message: ToWorker): void {
    // A process that has exited is reported by its `exit` event.
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** Combines the progress of several processes. */
function combineProgress(all: readonly LoadProgress[]): LoadProgress {
  const counts = { ...NO_CALLS };
  const failures: Record<string, number> = {};
  const second = emptySecond();
  for (const one of all) {
    addCounts(counts, one.counts);
    addCounts(failures, one.failures);
    addSecond(second, one.second);
  }
  return {
    elapsedMs: Math.max(...all.map(({ elapsedMs }) => elapsedMs)),
    live: all.reduce((sum, { live }) => sum + live, 0),
    counts,
    failures,
    second,
    metrics: combineSnapshots(all.map(({ metrics }) => metrics)),
  };
}
