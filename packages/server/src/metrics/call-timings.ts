import type { Disposition } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { CallFacts } from '../session/call-facts.js';
import type { BotMetrics } from './bot-metrics.js';
import { diagnose, type PlaybackReport } from './diagnostics.js';

/** The current or last reply to the caller. */
interface Reply {
  readonly stoppedMs: number;
  readonly firstAudioMs: number;
  endMs: number;
  interrupted: boolean;
}

/** Measures the delays of one call that a caller would notice, and publishes its turns and playbacks. */
export class CallTimings {
  /** The call, once it exists. */
  call: CallFacts | undefined;
  readonly #metrics: BotMetrics;
  readonly #clock: Clock;
  #awaitingFirstMs: number | undefined;
  #callerStoppedMs: number | undefined;
  #bargedInMs: number | undefined;
  #reply: Reply | undefined;
  #replies = 0;
  #disposition: Disposition | undefined;
  #hasStopReports = false;

  /** `opened` was just sent, in answer to an upgrade request of `requestedMs`. */
  constructor(metrics: BotMetrics, clock: Clock, requestedMs: number) {
    this.#metrics = metrics;
    this.#clock = clock;
    this.#awaitingFirstMs = clock.now();
    metrics.openMs.observe(this.#awaitingFirstMs - requestedMs);
  }

  /**
   * The bot reports that the caller stopped speaking this many milliseconds ago; the detector is ignored from now on.
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
    this.#reportTurn();
    this.#disposition = undefined;
    this.#callerStoppedMs = this.#clock.now() - agoMs;
  }

  /** The bot reports its turn. */
  reported(disposition: Disposition): void {
    this.#disposition = disposition;
  }

  /** Bot audio is sent. */
  audioSent(): void {
    if (this.#awaitingFirstMs === undefined && this.#callerStoppedMs === undefined) return;
    const nowMs = this.#clock.now();
    if (this.#awaitingFirstMs !== undefined)
      this.#metrics.firstAudioMs.observe(nowMs - this.#awaitingFirstMs);
    const stoppedMs = this.#callerStoppedMs;
    if (stoppedMs !== undefined) {
      this.#metrics.replyMs.observe(nowMs - stoppedMs);
      this.#reply = { stoppedMs, firstAudioMs: nowMs, endMs: nowMs, interrupted: false };
    }
    this.#awaitingFirstMs = undefined;
    this.#callerStoppedMs = undefined;
  }

  /** `barge_in` was sent. @param playing - whether the client was playing */
  bargedIn(playing: boolean): void {
    if (playing) this.#bargedInMs = this.#clock.now();
    if (this.call) diagnose('hookline:server:call:barge-in', { call: this.call });
  }

  /** The client stopped playing. */
  silent(): void {
    const nowMs = this.#clock.now();
    if (this.#bargedInMs !== undefined) this.#metrics.silenceMs.observe(nowMs - this.#bargedInMs);
    this.#bargedInMs = undefined;
    if (this.#reply) this.#reply.endMs = nowMs;
  }

  /** A playback is over. @param begunMs - when it started, by `clock.now()`; undefined if it never did */
  playbackOver(ended: PlaybackReport['ended'], heardMs: number, begunMs: number | undefined): void {
    const nowMs = this.#clock.now();
    if (this.#reply && begunMs !== undefined) {
      this.#reply.endMs = nowMs;
      this.#reply.interrupted = ended === 'interrupted';
    }
    if (!this.call) return;
    const durationMs = begunMs === undefined ? 0 : nowMs - begunMs;
    diagnose('hookline:server:call:playback', { call: this.call, ended, heardMs, durationMs });
  }

  /** The call is over. */
  over(): void {
    this.#reportTurn();
  }

  #reportTurn(): void {
    const reply = this.#reply;
    this.#reply = undefined;
    if (!reply || !this.call) return;
    this.#replies += 1;
    const { stoppedMs, firstAudioMs, endMs, interrupted } = reply;
    diagnose('hookline:server:call:turn', {
      call: this.call,
      number: this.#replies,
      replyMs: firstAudioMs - stoppedMs,
      durationMs: endMs - stoppedMs,
      agoMs: this.#clock.now() - endMs,
      interrupted,
      ...(this.#disposition === undefined ? {} : { disposition: this.#disposition }),
    });
  }
}
