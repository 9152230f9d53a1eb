import { type Cancel, type Clock, runUserCode } from '@hookline/runtime';
import { dueMs } from './arrivals.js';
import type { Behaviour, CallTarget } from './behaviour.js';
import type { LoadTotals } from './call-meter.js';
import { type CallCounts, emptySecond, type LoadRun, NO_CALLS, type Second } from './load-run.js';
import { makeCall } from './make-call.js';
import { type MetricSnapshot, Metrics } from './metrics.js';
import type { LoadPlan } from './plan.js';

/** How often the lag of the event loop is measured, in milliseconds. */
const LAG_INTERVAL_MS = 20;

/** The progress of a load test. */
export interface LoadProgress {
  readonly elapsedMs: number;
  readonly live: number;
  readonly counts: CallCounts;
  readonly failures: Readonly<Record<string, number>>;
  /** The last complete second. */
  readonly second: Second;
  /** Measurements so far. For several processes counts are added, and each time is the largest. */
  readonly metrics: MetricSnapshot;
}

/** Options of `generate`. */
export interface GeneratorOptions {
  readonly plan: LoadPlan;
  readonly target: CallTarget;
  /** The URL shown in the report. */
  readonly url: string;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  /** CPU time of this process so far, in milliseconds. */
  readonly cpuMs: () => number;
  /** The share of calls made by this process: every `total`-th, from `index` on. Default all. */
  readonly share?: { readonly index: number; readonly total: number };
  /** When the first call is due, in the clock's time. Default: now. */
  readonly startMs?: number;
  /** Stops the load test: no more calls start, and live calls hang up. */
  readonly signal?: AbortSignal | undefined;
  /** Called once per second. What it throws is ignored. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Makes the calls of a plan in this process. Resolves when the last call has ended. Never rejects. */
export function generate(options: GeneratorOptions): Promise<LoadRun> {
  return new Generator(options).run();
}

class Generator {
  readonly #options: GeneratorOptions;
  readonly #startMs: number;
  readonly #share: { readonly index: number; readonly total: number };
  readonly #metrics = new Metrics();
  readonly #totals: LoadTotals;
  readonly #seconds: Second[] = [];
  /** One controller per live call: a shared one would have thousands of listeners. */
  readonly #live = new Set<AbortController>();
  readonly #timers = new Set<Cancel>();
  #running = 0;
  #next: number;
  #allStarted = false;
  #lastEndMs: number;
  #finished: () => void = () => {};

  constructor(options: GeneratorOptions) {
    this.#options = options;
    this.#startMs = options.startMs ?? options.clock.now();
    this.#lastEndMs = this.#startMs;
    this.#share = options.share ?? { index: 0, total: 1 };
    this.#next = this.#share.index;
    this.#totals = {
      metrics: this.#metrics,
      counts: { ...NO_CALLS },
      failures: {},
      examples: {},
      echo: { backMs: 0, lostMs: 0, alteredMs: 0 },
      second: () => this.#second(),
    };
  }

  async run(): Promise<LoadRun> {
    const { clock, signal, cpuMs, url, plan } = this.#options;
    const cpuBeforeMs = cpuMs();
    const finished = new Promise<void>((resolve) => {
      this.#finished = resolve;
    });
    const startedAtMs = clock.wall() + this.#startMs - clock.now();
    const stop = () => this.#stop();
    signal?.addEventListener('abort', stop);
    this.#repeat(LAG_INTERVAL_MS, (lateMs) => this.#totals.metrics.record('loopLag', lateMs));
    this.#repeat(1000, () => this.#reportProgress());
    // Before the first call, which must not be dialled if the load test is already stopped.
    if (signal?.aborted) stop();
    this.#startDueCalls();
    await finished;
    signal?.removeEventListener('abort', stop);
    for (const cancel of this.#timers) cancel();
    this.#reportProgress();
    const { counts, failures, examples, echo } = this.#totals;
    return {
      startedAtMs,
      durationMs: Math.max(0, this.#lastEndMs - this.#startMs),
      url,
      processes: 1,
      maxLateMs: plan.maxLateMs,
      counts,
      failures,
      examples,
      echo,
      seconds: this.#seconds,
      metrics: this.#metrics,
      cpuMs: cpuMs() - cpuBeforeMs,
    };
  }

  /** Starts every call that is due, and sets a timer for the next. */
  #startDueCalls(): void {
    const { clock, plan } = this.#options;
    for (;;) {
      const due = this.#allStarted ? undefined : dueMs(this.#next, plan.arrivals);
      if (due === undefined) {
        this.#allStarted = true;
        if (this.#running === 0) this.#finished();
        return;
      }
      const waitMs = this.#startMs + due - clock.now();
      if (waitMs > 0) {
        const cancel = clock.after(waitMs, () => {
          this.#timers.delete(cancel);
          this.#startDueCalls();
        });
        this.#timers.add(cancel);
        return;
      }
      this.#totals.metrics.record('startLate', -waitMs);
      this.#startCall(this.#next);
      this.#next += this.#share.total;
    }
  }

  #startCall(index: number): void {
    const { counts } = this.#totals;
    counts.started += 1;
    this.#second().started += 1;
    this.#running += 1;
    void this.#call(index).then(() => {
      this.#running -= 1;
      this.#lastEndMs = this.#options.clock.now();
      this.#second();
      if (this.#allStarted && this.#running === 0) this.#finished();
    });
  }

  async #call(index: number): Promise<void> {
    const { behaviour, target, clock, plan } = this.#options;
    const stopCall = new AbortController();
    this.#live.add(stopCall);
    await makeCall({ behaviour, target, clock, plan, index, signal: stopCall.signal }, this.#totals);
    this.#live.delete(stopCall);
  }

  #stop(): void {
    this.#allStarted = true;
    for (const stopping of this.#live) stopping.abort();
    if (this.#running === 0) this.#finished();
  }

  /** Returns the current second; adds empty ones for seconds without events. */
  #second(): Second {
    const index = Math.max(0, Math.floor((this.#options.clock.now() - this.#startMs) / 1000));
    for (;;) {
      const last = this.#seconds[index];
      if (last) {
        last.live = this.#running;
        return last;
      }
      const added = emptySecond();
      added.live = this.#running;
      this.#seconds.push(added);
    }
  }

  #reportProgress(): void {
    const { clock, onProgress } = this.#options;
    const now = this.#second();
    const { counts, failures } = this.#totals;
    if (!onProgress) return;
    const progress: LoadProgress = {
      elapsedMs: clock.now() - this.#startMs,
      live: this.#running,
      counts: { ...counts },
      failures: { ...failures },
      second: this.#seconds.at(-2) ?? now,
      metrics: this.#metrics.snapshot,
    };
    // An error thrown in a timer would end the process, and the measurements would be lost.
    runUserCode(
      () => onProgress(progress),
      () => {},
    );
  }

  /** Calls `tick` every `ms` milliseconds with the lateness of the timer. */
  #repeat(ms: number, tick: (lateMs: number) => void): void {
    const { clock } = this.#options;
    let dueMs = clock.now() + ms;
    let cancel: Cancel = () => {};
    const fire = () => {
      const lateMs = Math.max(0, clock.now() - dueMs);
      tick(lateMs);
      dueMs = clock.now() + ms;
      cancel = clock.after(ms, fire);
    };
    cancel = clock.after(ms, fire);
    this.#timers.add(() => cancel());
  }
}
