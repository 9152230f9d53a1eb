import type { Disposition } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { CallFacts } from '../session/call-facts.js';
import type { BotMetrics } from './bot-metrics.js';
import { diagnose, type PlaybackReport } from './diagnostics.js';

/** Bot audio without a pause. */
interface Playback {
  readonly startMs: number;
  /** The start on the clock that stands still during holds. */
  readonly startUnheldMs: number;
  endMs: number;
  interrupted: boolean;
}

/** The current or last reply to the caller: this playback and the later ones. */
interface Reply {
  readonly replyMs: number;
  readonly first: Playback;
}

/** What the bot reported about its turn, with the time on the clock that stands still during holds. */
interface TurnResult {
  readonly unheldMs: number;
  readonly disposition: Disposition;
}

/** More than a bot starts, or reports, while the end of the caller's speech is being detected. */
const RECENT = 8;

/** Audio after a longer pause starts a playback, whatever it is part of; a shorter pause is an underrun. */
const PAUSE_MS = 300;

/**
 * Measures the delays of one call that a caller would notice, and publishes its turns and playbacks. Replies are
 * measured on a clock that stands still during holds: nobody waits for the bot then.
 */
export class CallTimings {
  /** The call, once it exists. */
  call: CallFacts | undefined;
  readonly #metrics: BotMetrics;
  readonly #clock: Clock;
  #awaitingFirstMs: number | undefined;
  /** On the clock that stands still during holds. */
  #callerStoppedMs: number | undefined;
  #heldSinceMs: number | undefined;
  /** The length of the holds that are over. */
  #heldMs = 0;
  #bargedInMs: number | undefined;
  /** The latest, oldest first: when the end of speech is detected, the reply may have started or even be over. */
  readonly #playbacks: Playback[] = [];
  #reply: Reply | undefined;
  #replies = 0;
  /** The latest, oldest first, for the same reason. */
  #results: readonly TurnResult[] = [];
  #hasStopReports = false;

  /** `opened` was just sent, in answer to an upgrade request of `requestedMs`. */
  constructor(metrics: BotMetrics, clock: Clock, requestedMs: number) {
    this.#metrics = metrics;
    this.#clock = clock;
    this.#awaitingFirstMs = clock.now();
    metrics.openMs.observe(this.#awaitingFirstMs - requestedMs);
  }

  /** Whether the client is on hold. */
  get onHold(): boolean {
    return this.#heldSinceMs !== undefined;
  }

  /** The client is on hold. */
  hold(): void {
    this.#heldSinceMs ??= this.#clock.now();
  }

  /** The hold, if there was one, is over. */
  unhold(): void {
    if (this.#heldSinceMs !== undefined) this.#heldMs += this.#clock.now() - this.#heldSinceMs;
    this.#heldSinceMs = undefined;
  }

  /** The time on the clock that stands still during holds. */
  get #unheldMs(): number {
    return (this.#heldSinceMs ?? this.#clock.now()) - this.#heldMs;
  }

  /**
   * The bot reports that the caller stopped speaking this many milliseconds ago, holds not counted; the detector is
   * ignored from now on.
   */
  callerStopped(agoMs: number): void {
    this.#hasStopReports = true;
    this.#stopped(agoMs);
  }

  /** The same from the detector. */
  detectedStop(agoMs: number): void {
    // Two reports of one turn would count it twice.
    if (!this.#hasStopReports) this.#stopped(agoMs);
  }

  #stopped(agoMs: number): void {
    const stoppedMs = this.#unheldMs - agoMs;
    const answered = this.#reply?.first.startUnheldMs ?? Number.NEGATIVE_INFINITY;
    const first = this.#playbacks.find(
      ({ startUnheldMs }) => startUnheldMs >= stoppedMs && startUnheldMs > answered,
    );
    // What the bot has reported since is about its answer to this speech.
    const isOver = ({ unheldMs }: TurnResult) => unheldMs < stoppedMs;
    this.#reportTurn(this.#results.findLast(isOver)?.disposition, first);
    this.#results = this.#results.filter((result) => !isOver(result));
    this.#callerStoppedMs = stoppedMs;
    if (first) this.#replied(first);
  }

  /** The bot reports its turn. */
  reported(disposition: Disposition): void {
    this.#results = [...this.#results.slice(1 - RECENT), { unheldMs: this.#unheldMs, disposition }];
  }

  /**
   * Bot audio is sent.
   *
   * @param first - whether it is the first of a call of `play`, `stream` and the like
   * @param silentMs - for how long the client has had nothing to play
   */
  audioSent(first: boolean, silentMs: number): void {
    const nowMs = this.#clock.now();
    if (this.#awaitingFirstMs !== undefined)
      this.#metrics.firstAudioMs.observe(nowMs - this.#awaitingFirstMs);
    this.#awaitingFirstMs = undefined;
    // The rest of what the bot was saying already is no reply.
    if (!first && silentMs < PAUSE_MS) return;
    const playback = { startMs: nowMs, startUnheldMs: this.#unheldMs, endMs: nowMs, interrupted: false };
    this.#playbacks.push(playback);
    if (this.#playbacks.length > RECENT) this.#playbacks.shift();
    this.#replied(playback);
  }

  /** The bot started to play: the reply, if the caller has stopped speaking. */
  #replied(first: Playback): void {
    const stoppedMs = this.#callerStoppedMs;
    if (stoppedMs === undefined) return;
    this.#callerStoppedMs = undefined;
    const replyMs = first.startUnheldMs - stoppedMs;
    this.#metrics.replyMs.observe(replyMs);
    this.#reply = { replyMs, first };
  }

  /** `barge_in` was sent. @param playing - whether the client was playing */
  bargedIn(playing: boolean): void {
    if (playing) this.#bargedInMs = this.#clock.now();
    if (this.call) diagnose('hookline:server:call:barge-in', { call: this.call });
  }

  /** The client stopped playing. @param isGap - whether inside a playback, because its source is late */
  silent(isGap = false): void {
    if (isGap && this.call) diagnose('hookline:server:call:underrun', { call: this.call });
    const nowMs = this.#clock.now();
    if (this.#bargedInMs !== undefined) this.#metrics.silenceMs.observe(nowMs - this.#bargedInMs);
    this.#bargedInMs = undefined;
    const last = this.#playbacks.at(-1);
    if (last) last.endMs = nowMs;
  }

  /** A playback is over. @param begunMs - when it started, by `clock.now()`; undefined if it never did */
  playbackOver(ended: PlaybackReport['ended'], heardMs: number, begunMs: number | undefined): void {
    const nowMs = this.#clock.now();
    const last = this.#playbacks.at(-1);
    if (last && begunMs !== undefined) {
      last.endMs = nowMs;
      last.interrupted = ended === 'interrupted';
    }
    if (!this.call) return;
    const durationMs = begunMs === undefined ? 0 : nowMs - begunMs;
    diagnose('hookline:server:call:playback', { call: this.call, ended, heardMs, durationMs });
  }

  /** The call is over. */
  over(): void {
    this.#reportTurn(this.#results.at(-1)?.disposition);
  }

  /** @param next - the first playback of the next turn, if that has started */
  #reportTurn(disposition: Disposition | undefined, next?: Playback): void {
    const reply = this.#reply;
    this.#reply = undefined;
    if (!reply || !this.call) return;
    this.#replies += 1;
    const { replyMs, first } = reply;
    const until = next ? this.#playbacks.indexOf(next) : this.#playbacks.length;
    const { endMs, interrupted } = this.#playbacks[until - 1] ?? first;
    diagnose('hookline:server:call:turn', {
      call: this.call,
      number: this.#replies,
      replyMs,
      durationMs: replyMs + endMs - first.startMs,
      agoMs: this.#clock.now() - endMs,
      interrupted,
      ...(disposition === undefined ? {} : { disposition }),
    });
  }
}
