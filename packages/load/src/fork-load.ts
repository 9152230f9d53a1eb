import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@hookline/runtime';
import { loadError } from './error.js';
import type { LoadProgress } from './generate.js';
import { addCounts, addSecond, emptySecond, type LoadRun, mergeRuns, NO_CALLS } from './load-run.js';
import { worstGlance } from './metrics.js';
import type { LoadOrder } from './order.js';
import { decodeRun, type RunData } from './run-file.js';

/** What a process of a load is told. */
export type ToWorker =
  | {
      readonly type: 'order';
      readonly order: LoadOrder;
      /** Of every `of` calls the one of this index, counted from 0: see `generate`. */
      readonly share: { readonly index: number; readonly of: number };
    }
  /** Calls begin at this Unix time, so that those of all processes are spread as one process would. */
  | { readonly type: 'start'; readonly atWallMs: number }
  | { readonly type: 'stop' };

/** What a process of a load tells. */
export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly progress: LoadProgress }
  | { readonly type: 'done'; readonly run: RunData }
  | { readonly type: 'failed'; readonly message: string };

/** From the moment that every process is ready to the first call, in milliseconds. */
const LEAD_MS = 100;

const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

/** How a load is divided. */
export interface ForkOptions {
  readonly processes: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Divides the calls of an order among processes, and puts together what they measured. @throws HooklineError `LOAD_PROCESS_LOST` */
export async function forkLoad(order: LoadOrder, options: ForkOptions): Promise<LoadRun> {
  const { processes, clock, signal, onProgress } = options;
  const latest = new Map<number, LoadProgress>();
  const workers = Array.from(
    { length: processes },
    (_, index) =>
      new Worker(order, { index, of: processes }, (progress) => {
        latest.set(index, progress);
        // One of them speaks for all: they tell at about the same time.
        if (index === 0) onProgress?.(together([...latest.values()]));
      }),
  );
  const stop = () => {
    for (const worker of workers) worker.tell({ type: 'stop' });
  };
  try {
    await Promise.all(workers.map(({ ready }) => ready));
    signal?.addEventListener('abort', stop);
    const atWallMs = clock.wall() + LEAD_MS;
    for (const worker of workers) worker.tell({ type: 'start', atWallMs });
    if (signal?.aborted) stop();
    return mergeRuns(await Promise.all(workers.map(({ done }) => done)));
  } finally {
    signal?.removeEventListener('abort', stop);
    for (const worker of workers) worker.end();
  }
}

/** One process of a load. */
class Worker {
  readonly ready: Promise<void>;
  readonly done: Promise<LoadRun>;
  readonly #child: ChildProcess;

  constructor(
    order: LoadOrder,
    share: { readonly index: number; readonly of: number },
    progress: (told: LoadProgress) => void,
  ) {
    this.#child = fork(WORKER, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let isReady: () => void = () => {};
    let isDone: (run: LoadRun) => void = () => {};
    let failed: (error: unknown) => void = () => {};
    const name = `process ${share.index + 1} of ${share.of}`;
    const lost = new Promise<never>((_, reject) => {
      failed = reject;
    });
    lost.catch(() => {});
    const ready = new Promise<void>((resolve) => {
      isReady = resolve;
    });
    const done = new Promise<LoadRun>((resolve) => {
      isDone = resolve;
    });
    this.ready = Promise.race([ready, lost]);
    this.done = Promise.race([done, lost]);
    // Either is waited for later, or not at all when another process fails first.
    this.ready.catch(() => {});
    this.done.catch(() => {});
    this.#child.on('message', (told: FromWorker) => {
      if (told.type === 'ready') isReady();
      else if (told.type === 'progress') progress(told.progress);
      else if (told.type === 'failed') failed(loadError('LOAD_BAD_FILE', told.message));
      else isDone(decodeRun(told.run, name));
    });
    const gone = (how: string) =>
      failed(
        loadError(
          'LOAD_PROCESS_LOST',
          `${name} of the load ${how} before its calls were over; what it measured is lost`,
        ),
      );
    this.#child.on('error', (error) => gone(`could not go on (${error.message})`));
    this.#child.on('exit', (code, by) => gone(by === null ? `ended with ${code}` : `was ended by ${by}`));
    this.tell({ type: 'order', order, share });
  }

  tell(what: ToWorker): void {
    // One that is gone is told of by its exit.
    if (this.#child.connected) this.#child.send(what, () => {});
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** What several processes are doing, as one. */
function together(each: readonly LoadProgress[]): LoadProgress {
  const counts = { ...NO_CALLS };
  const failures: Record<string, number> = {};
  const second = emptySecond();
  for (const one of each) {
    addCounts(counts, one.counts);
    addCounts(failures, one.failures);
    addSecond(second, one.second);
  }
  return {
    elapsedMs: Math.max(...each.map(({ elapsedMs }) => elapsedMs)),
    live: each.reduce((sum, { live }) => sum + live, 0),
    counts,
    failures,
    second,
    metrics: worstGlance(each.map(({ metrics }) => metrics)),
  };
}
