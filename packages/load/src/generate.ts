import type { Cancel, Clock } from '@hookline/runtime';
import { dueMs } from './arrivals.js';
import type { Behaviour, CallTarget } from './behaviour.js';
import type { Ledger } from './call-meter.js';
import { type CallCounts, emptySecond, type LoadRun, NO_CALLS, type Second } from './load-run.js';
import { makeCall } from './make-call.js';
import { type MetricGlance, Metrics } from './metrics.js';
import type { LoadPlan } from './plan.js';

/** How often a process looks how late its timers fire, in milliseconds. */
const LAG_EVERY_MS = 20;

/** How far a load is. */
export interface LoadProgress {
  readonly elapsedMs: number;
  readonly live: number;
  readonly counts: CallCounts;
  readonly failures: Readonly<Record<string, number>>;
  /** The second that is over. */
  readonly second: Second;
  /** All that was measured so far. Of several processes counts are added, and of each time the largest is told. */
  readonly metrics: MetricGlance;
}

/** What a generator is made of. */
export interface GeneratorParts {
  readonly plan: LoadPlan;
  readonly target: CallTarget;
  /** Told in the report. */
  readonly url: string;
  readonly behaviour: Behaviour;
  readonly clock: Clock;
  /** CPU time of this process so far, in milliseconds. */
  readonly cpuMs: () => number;
  /** Which of the calls this process makes: each `of`-th, from `index` on. Default all. */
  readonly share?: { readonly index: number; readonly of: number };
  /** When the first call is due, by the clock. Default: now. */
  readonly startMs?: number;
  /** Ends the load: no call begins any more, those that are live hang up. */
  readonly signal?: AbortSignal | undefined;
  /** Told each second. */
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/** Makes the calls of a plan in this process. Resolves when the last is over; every call ends by itself. Never rejects. */
export function generate(parts: GeneratorParts): Promise<LoadRun> {
  return new Generator(parts).run();
}

class Generator {
  readonly #parts: GeneratorParts;
  readonly #startMs: number;
  readonly #share: { readonly index: number; readonly of: number };
  readonly #metrics = new Metrics();
  readonly #ledger: Ledger;
  readonly #seconds: Second[] = [];
  /** Ends each call that is live: one for all would have thousands of listeners. */
  readonly #live = new Set<AbortController>();
  #stopped = false;
  readonly #timers = new Set<Cancel>();
  #running = 0;
  #next: number;
  #isOver = false;
  #lastEndMs: number;
  #finished: () => void = () => {};

  constructor(parts: GeneratorParts) {
    this.#parts = parts;
    this.#startMs = parts.startMs ?? parts.clock.now();
    this.#lastEndMs = this.#startMs;
    this.#share = parts.share ?? { index: 0, of: 1 };
    this.#next = this.#share.index;
    this.#ledger = {
      metrics: this.#metrics,
      counts: { ...NO_CALLS },
      failures: {},
      echo: { backMs: 0, lostMs: 0, alteredMs: 0 },
      second: () => this.#second(),
    };
  }

  async run(): Promise<LoadRun> {
    const { clock, signal, cpuMs, url, plan } = this.#parts;
    const cpuBeforeMs = cpuMs();
    const finished = new Promise<void>((resolve) => {
      this.#finished = resolve;
    });
    const startedAtMs = clock.wall() + this.#startMs - clock.now();
    const stop = () => this.#stop();
    signal?.addEventListener('abort', stop);
    this.#every(LAG_EVERY_MS, (lateMs) => this.#ledger.metrics.record('loopLag', lateMs));
    this.#every(1000, () => this.#tell());
    this.#arrive();
    if (signal?.aborted) stop();
    await finished;
    signal?.removeEventListener('abort', stop);
    for (const cancel of this.#timers) cancel();
    this.#tell();
    const { counts, failures, echo } = this.#ledger;
    return {
      startedAtMs,
      durationMs: Math.max(0, this.#lastEndMs - this.#startMs),
      url,
      processes: 1,
      maxLateMs: plan.maxLateMs,
      counts,
      failures,
      echo,
      seconds: this.#seconds,
      metrics: this.#metrics,
      cpuMs: cpuMs() - cpuBeforeMs,
    };
  }

  /** Begins every call that is due, and sets the alarm for the next. */
  #arrive(): void {
    const { clock, plan } = this.#parts;
    for (;;) {
      const due = this.#isOver ? undefined : dueMs(this.#next, plan.arrivals);
      if (due === undefined) {
        this.#isOver = true;
        if (this.#running === 0) this.#finished();
        return;
      }
      const waitMs = this.#startMs + due - clock.now();
      if (waitMs > 0) {
        const cancel = clock.after(waitMs, () => {
          this.#timers.delete(cancel);
          this.#arrive();
        });
        this.#timers.add(cancel);
        return;
      }
      this.#ledger.metrics.record('startLate', -waitMs);
      this.#begin(this.#next);
      this.#next += this.#share.of;
    }
  }

  #begin(index: number): void {
    const { counts } = this.#ledger;
    counts.started += 1;
    this.#second().started += 1;
    this.#running += 1;
    void this.#call(index).then(() => {
      this.#running -= 1;
      this.#lastEndMs = this.#parts.clock.now();
      this.#second();
      if (this.#isOver && this.#running === 0) this.#finished();
    });
  }

  async #call(index: number): Promise<void> {
    const { behaviour, target, clock, plan } = this.#parts;
    const stopping = new AbortController();
    this.#live.add(stopping);
    if (this.#stopped) stopping.abort();
    await makeCall({ behaviour, target, clock, plan, index, signal: stopping.signal }, this.#ledger);
    this.#live.delete(stopping);
  }

  #stop(): void {
    this.#isOver = true;
    this.#stopped = true;
    for (const stopping of this.#live) stopping.abort();
    if (this.#running === 0) this.#finished();
  }

  /** The second that is going on; those that nothing happened in are filled up. */
  #second(): Second {
    const index = Math.max(0, Math.floor((this.#parts.clock.now() - this.#startMs) / 1000));
    for (;;) {
      const last = this.#seconds[index];
      if (last) {
        last.live = this.#running;
        return last;
      }
      const fresh = emptySecond();
      fresh.live = this.#running;
      this.#seconds.push(fresh);
    }
  }

  #tell(): void {
    const { clock, onProgress } = this.#parts;
    const now = this.#second();
    const { counts, failures } = this.#ledger;
    onProgress?.({
      elapsedMs: clock.now() - this.#startMs,
      live: this.#running,
      counts: { ...counts },
      failures: { ...failures },
      second: this.#seconds.at(-2) ?? now,
      metrics: this.#metrics.glance,
    });
  }

  /** Calls back every `ms` milliseconds with how late that is. */
  #every(ms: number, tick: (lateMs: number) => void): void {
    const { clock } = this.#parts;
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
