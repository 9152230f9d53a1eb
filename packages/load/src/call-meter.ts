import type { CallResult } from '@hookline/client';
import { createRedactor, type WireSink } from '@hookline/protocol';
import { EchoDetector } from './echo-detector.js';
import { addExample, type CallCounts, type EchoTotals, recordValue, type Second } from './load-run.js';
import type { Metrics } from './metrics.js';

/** The totals to which meters add their measurements. */
export interface LoadTotals {
  readonly metrics: Pick<Metrics, 'record'>;
  readonly counts: CallCounts;
  readonly failures: Record<string, number>;
  /** The error of the first failed call of each cause. */
  readonly examples: Record<string, string>;
  readonly echo: EchoTotals;
  /** Returns the current second. */
  readonly second: () => Second;
}

/** Why a call counts as failed. */
export interface CallFailure {
  readonly cause: string;
  readonly error: string;
}

/** Measures one call. */
export class CallMeter {
  readonly sink: WireSink;
  readonly #totals: LoadTotals;
  /** The head of the request, whose credentials a bot may send back in an error. */
  #requestHead = '';
  readonly #echo = new EchoDetector();
  #openSentAtMs = 0;
  #openedAtMs: number | undefined;
  #pingAtMs = 0;
  #heardBot = false;

  constructor(totals: LoadTotals) {
    this.#totals = totals;
    const { metrics } = totals;
    this.sink = {
      event: (event) => {
        if (event.kind === 'message' && event.type !== undefined) this.#onMessage(event.type, event.t);
        else if (event.kind === 'request') this.#requestHead = event.head;
        else if (event.kind === 'response' && event.status === 101) metrics.record('connect', event.t);
      },
      audio: (dir, _, bytes, lateMs) => {
        if (dir === 'in') {
          this.#echo.received(bytes);
          return;
        }
        this.#echo.sent(bytes);
        if (lateMs === undefined) return;
        metrics.record('sendLate', lateMs);
        recordValue(totals.second().sendLate, lateMs);
      },
    };
  }

  /**
   * Records the end of the call.
   *
   * @param failure - why it counts as failed; undefined if it does not
   */
  recordEnd(
    result: CallResult,
    { failure, wasStopped }: { readonly failure: CallFailure | undefined; readonly wasStopped: boolean },
  ): void {
    const { metrics, counts, echo, second } = this.#totals;
    const now = second();
    for (const ms of result.timings.replyMs) {
      metrics.record('reply', ms);
      recordValue(now.reply, ms);
    }
    counts.underruns += result.underruns;
    const echoed = this.#echo.summary;
    if (echoed) {
      counts.echoed += 1;
      echo.backMs += echoed.backMs;
      echo.lostMs += echoed.lostMs;
      echo.alteredMs += echoed.alteredMs;
    }
    now.ended += 1;
    if (wasStopped && result.path === 'disconnected') counts.stopped += 1;
    else if (failure) {
      now.failed += 1;
      this.#countFailure(failure);
    } else if (result.path === 'disconnected') counts.hungUp += 1;
    else counts.completed += 1;
  }

  /** Records that the behaviour made no call. */
  recordNotMade(failure: CallFailure | undefined): void {
    const { second } = this.#totals;
    second().ended += 1;
    second().failed += 1;
    this.#countFailure(failure ?? { cause: 'behaviour', error: 'the behaviour made no call' });
  }

  #countFailure({ cause, error }: CallFailure): void {
    const { counts, failures, examples } = this.#totals;
    counts.failed += 1;
    failures[cause] = (failures[cause] ?? 0) + 1;
    if (!Object.hasOwn(examples, cause)) addExample(examples, cause, this.#masked(error));
  }

  #masked(text: string): string {
    const redactor = createRedactor();
    redactor.head(this.#requestHead);
    return redactor.text(text);
  }

  #onMessage(type: string, t: number): void {
    const { metrics, counts, second } = this.#totals;
    if (type === 'open') this.#openSentAtMs = t;
    else if (type === 'ping') this.#pingAtMs = t;
    else if (type === 'pong') metrics.record('ping', t - this.#pingAtMs);
    else if (type === 'playback_started' && !this.#heardBot) {
      this.#heardBot = true;
      metrics.record('firstAudio', t - (this.#openedAtMs ?? 0));
    } else if (type === 'opened' && this.#openedAtMs === undefined) {
      this.#openedAtMs = t;
      counts.opened += 1;
      metrics.record('opened', t - this.#openSentAtMs);
      recordValue(second().opened, t - this.#openSentAtMs);
    }
  }
}
