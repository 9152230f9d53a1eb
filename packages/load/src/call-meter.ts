import type { CallResult } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { EchoWatch } from './echo-watch.js';
import { type CallCounts, type EchoTotals, type Second, spreadOver } from './load-run.js';
import type { Metrics } from './metrics.js';

/** Where meters put what they measure. */
export interface Ledger {
  readonly metrics: Pick<Metrics, 'record'>;
  readonly counts: CallCounts;
  readonly failures: Record<string, number>;
  readonly echo: EchoTotals;
  /** The second that is going on. */
  readonly second: () => Second;
}

/** Measures one call while it goes on. */
export class CallMeter {
  readonly sink: WireSink;
  readonly #ledger: Ledger;
  readonly #echo = new EchoWatch();
  #openSentAtMs = 0;
  #openedAtMs: number | undefined;
  #pingAtMs = 0;
  #heardBot = false;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
    const { metrics } = ledger;
    this.sink = {
      event: (event) => {
        if (event.kind === 'message' && event.type !== undefined) this.#message(event.type, event.t);
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
        spreadOver(ledger.second().sendLate, lateMs);
      },
    };
  }

  /**
   * The call is over.
   *
   * @param failure - why it counts as failed, where the result does not say so
   */
  ended(
    result: CallResult,
    { failure, wasStopped }: { readonly failure: string | undefined; readonly wasStopped: boolean },
  ): void {
    const { metrics, counts, failures, echo, second } = this.#ledger;
    const now = second();
    for (const ms of result.timings.replyMs) {
      metrics.record('reply', ms);
      spreadOver(now.reply, ms);
    }
    counts.underruns += result.underruns;
    const cameBack = this.#echo.summary;
    if (cameBack) {
      counts.echoed += 1;
      echo.backMs += cameBack.backMs;
      echo.lostMs += cameBack.lostMs;
      echo.alteredMs += cameBack.alteredMs;
    }
    now.ended += 1;
    const cause = failure ?? (result.path === 'failure' ? result.cause : undefined);
    if (wasStopped && result.path === 'disconnected') counts.stopped += 1;
    else if (cause !== undefined) {
      counts.failed += 1;
      now.failed += 1;
      failures[cause] = (failures[cause] ?? 0) + 1;
    } else if (result.path === 'success') counts.completed += 1;
    else counts.hungUp += 1;
  }

  /** The behaviour made no call. */
  notMade(): void {
    const { counts, failures, second } = this.#ledger;
    counts.failed += 1;
    second().ended += 1;
    second().failed += 1;
    failures['behaviour'] = (failures['behaviour'] ?? 0) + 1;
  }

  #message(type: string, t: number): void {
    const { metrics, counts, second } = this.#ledger;
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
      spreadOver(second().opened, t - this.#openSentAtMs);
    }
  }
}
