import type { Clock } from '@hookline/runtime';
import type { InterruptionOptions } from '../options.js';
import { TimerSet } from './timer-set.js';

type SpeechSource = 'service' | 'local';

/** What the gate needs from the session, and what it reports to it. */
export interface GateHost {
  /** Whether the service reports the caller's speech. */
  readonly serviceHears: boolean;
  /** Whether there is anything to interrupt. */
  active(): boolean;
  /** Whether the current playback may be interrupted. */
  interruptible(): boolean;
  /** Clock time at which the current playback began; undefined if nothing plays. */
  playingSinceMs(): number | undefined;
  /** The parts of what the caller has said so far that the service has still to transcribe. */
  untranscribed(): ReadonlySet<string>;
  interrupt(by: SpeechSource): void;
  /** Speech was held back and did not become an interruption. */
  onFalseInterruption(): void;
}

interface PendingInterruption {
  readonly by: SpeechSource;
  /** The parts whose transcripts belong to what the caller said before, and confirm nothing. */
  readonly earlier: ReadonlySet<string>;
  confirmed: boolean;
  due: boolean;
  /** The speech is over, and its transcript has still to confirm it. */
  ended: boolean;
}

/** Decides when speech interrupts: which detector counts, after how long, and whether a transcript has to confirm it. */
export class InterruptionGate {
  readonly #options: InterruptionOptions;
  readonly #clock: Clock;
  readonly #host: GateHost;
  readonly #timers: TimerSet<'due'>;
  #pending: PendingInterruption | undefined;

  constructor(options: InterruptionOptions, clock: Clock, host: GateHost) {
    this.#options = options;
    this.#clock = clock;
    this.#host = host;
    this.#timers = new TimerSet(clock);
  }

  /** Whether the service may cancel its replies by itself. */
  get serviceMayInterrupt(): boolean {
    return InterruptionGate.canServiceInterrupt(this.#options, this.#host.serviceHears);
  }

  /** Whether these options let the service cancel its replies by itself. `hears`: whether it reports speech. */
  static canServiceInterrupt(options: InterruptionOptions, hears: boolean): boolean {
    const { by = 'service', guardMs = 0, minSpeechMs = 0, confirm } = options;
    // That it has cancelled a reply is the only sign of speech that such a service gives.
    if (by === 'service' && !hears) return true;
    return (by === 'service' || by === 'first') && guardMs === 0 && minSpeechMs === 0 && !confirm;
  }

  /** Whether the call's own speech detector is needed. */
  get needsLocalDetector(): boolean {
    return this.#options.by === 'local' || this.#options.by === 'first';
  }

  speechStart(by: SpeechSource): void {
    // Speech that waits for its transcript was held back as well: that confirms the caller's next words too.
    const heldBack = this.#pending?.ended ? this.#pending.earlier : undefined;
    if (this.#accepts(by)) this.#forgetEnded();
    if (!this.#accepts(by) || this.#pending || !this.#host.active() || !this.#host.interruptible()) return;
    const { guardMs = 0, minSpeechMs = 0, confirm } = this.#options;
    const nowMs = this.#clock.now();
    const guardedUntilMs = (this.#host.playingSinceMs() ?? Number.NEGATIVE_INFINITY) + guardMs;
    const waitMs = Math.max(minSpeechMs, guardedUntilMs - nowMs, 0);
    this.#pending = {
      by,
      earlier: heldBack ?? this.#host.untranscribed(),
      confirmed: confirm === undefined,
      due: waitMs === 0,
      ended: false,
    };
    if (waitMs > 0) {
      this.#timers.start('due', waitMs, () => {
        if (this.#pending) this.#pending.due = true;
        this.#interruptIfDue();
      });
    }
    this.#interruptIfDue();
  }

  speechEnd(by: SpeechSource): void {
    const pending = this.#pending;
    if (pending?.by !== by) return;
    // The transcript arrives after the speech. Without `confirm`, speech that was too short does not interrupt.
    if (pending.due && this.#options.confirm) {
      pending.ended = true;
      return;
    }
    this.#reset();
    this.#host.onFalseInterruption();
  }

  /** The service transcribed caller speech. @param part - as in `untranscribed`; empty if the service does not tell */
  onTranscript(text: string, part: string): void {
    if (text.trim() === '' || !this.#pending || this.#pending.earlier.has(part)) return;
    this.#pending.confirmed = true;
    this.#interruptIfDue();
  }

  /** The service has cancelled its reply by itself. */
  onServiceInterrupted(): void {
    if (this.#accepts('service') && this.#host.active() && this.#host.interruptible()) {
      this.#reset();
      this.#host.interrupt('service');
    }
  }

  /** A reply was requested, or the service begins one by itself: it covers what was said, and no word of that interrupts it. */
  onNewReply(): void {
    this.#forgetEnded();
  }

  /** Discards a pending interruption if what it was to interrupt is over. */
  update(): void {
    if (this.#pending && !this.#host.active()) this.clear();
  }

  /** Discards a pending interruption: there is nothing to interrupt any more. */
  clear(): void {
    if (!this.#pending) return;
    this.#reset();
    this.#host.onFalseInterruption();
  }

  close(): void {
    this.#reset();
  }

  #accepts(by: SpeechSource): boolean {
    const wanted = this.#options.by ?? 'service';
    return wanted === 'first' || wanted === by;
  }

  #forgetEnded(): void {
    if (this.#pending?.ended) this.clear();
  }

  #interruptIfDue(): void {
    const pending = this.#pending;
    if (!pending?.due || !pending.confirmed) return;
    this.#reset();
    this.#host.interrupt(pending.by);
  }

  #reset(): void {
    this.#pending = undefined;
    this.#timers.stopAll();
  }
}
