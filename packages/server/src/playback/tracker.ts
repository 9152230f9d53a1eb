import { FRAME_MS } from '@hookline/protocol';

/** A playback counts as heard this long after its expected end if the client does not report it. */
export const ASSUMED_AFTER_MS = 2000;

/** A longer round trip is not plausible and is ignored. */
const MAX_ROUND_TRIP_MS = 2000;

/** A longer delay is not a late read: the client has stopped sending audio. */
const MAX_LATE_READ_MS = 250;

/** The state of a playback: how it ended, or when to check again. */
export type PlaybackStatus =
  | { readonly ended: 'completed' | 'assumed' }
  /** `Infinity`: not before the next message of the client. */
  | { readonly retryAtMs: number };

/** The start of a playback, as the client reported it. */
interface ReportedStart {
  readonly positionMs: number;
  readonly atMs: number;
  readonly serverseq: number;
}

/**
 * Works out what the caller heard from the client's `playback_started` and `playback_completed`. These carry no id:
 * which playback they belong to follows from `serverseq` (whether the client had seen the `barge_in`) and from the time.
 * Plain arithmetic on the times passed in, without a clock. (AC-PLAY-1 to AC-PLAY-4, AC-BARGE-4)
 */
export class PlaybackTracker {
  /** When the client began to play, by its stream position and by our clock; undefined while it is silent. */
  #playing: ReportedStart | undefined;
  #bargeInSeq = 0;
  /** Audio of an earlier playback that the client still has to play; the next start includes it. */
  #olderMs = 0;
  #sentMs = 0;
  /** What was heard from each start to its completion, by the times at which they were reported. */
  #heardMs = 0;
  /** The same by the client's positions, which are short by up to a frame of caller audio each. */
  #heardByPositionMs = 0;
  #pairs = 0;
  #complete = false;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #pausedSinceMs: number | undefined;
  #heldSinceMs: number | undefined;
  #measuredRoundTripMs: number | undefined;
  /** The upper bound of the round trip: how long the slowest report of a start took. Of no use once it is measured. */
  #guessedRoundTripMs: number | undefined;
  /** Another upper bound, from the time that the client took for its first frame. */
  #longestRoundTripMs = Number.POSITIVE_INFINITY;
  /** When audio was sent to a client that had reported no playback, delayed by the holds since then. */
  #unreportedSinceMs: number | undefined;
  #callerFrameMs = FRAME_MS;

  /** Whether the client is playing, according to its messages. */
  get clientPlaying(): boolean {
    return this.#playing !== undefined;
  }

  /** The client measured a round trip (`ping.rtt`). */
  roundTrip(ms: number): void {
    this.#measuredRoundTripMs = Math.min(ms, MAX_ROUND_TRIP_MS);
  }

  /** The round trip cannot have been longer: counts until the client has measured one. */
  roundTripAtMost(ms: number): void {
    this.#longestRoundTripMs = ms;
  }

  /** The resolution of the client's positions: the length of its audio frames. */
  callerFrame(ms: number): void {
    if (ms > 0) this.#callerFrameMs = ms;
  }

  /**
   * A new playback begins; the counts start again.
   *
   * @param aheadMs - audio of earlier playbacks that the client still has to play
   */
  begin(nowMs: number, positionMs: number, aheadMs: number): void {
    this.#sentMs = 0;
    this.#heardMs = 0;
    this.#heardByPositionMs = 0;
    this.#pairs = 0;
    this.#complete = false;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    // Earlier audio is still playing and nothing separates the two, so the client will report them as one.
    const playing = this.#ownPlaying;
    this.#olderMs = playing ? 0 : aheadMs;
    if (playing) this.#playing = { ...playing, positionMs: positionMs + aheadMs, atMs: nowMs + aheadMs };
  }

  /** `ms` of the playback were sent. */
  sent(nowMs: number, ms: number): void {
    this.#sentMs += ms;
    if (!this.#ownPlaying) this.#unreportedSinceMs ??= nowMs;
  }

  /** The whole playback was sent; the client finishes it at `endMs` or later. Only the first call counts. */
  completeAt(endMs: number): void {
    if (this.#complete) return;
    this.#complete = true;
    this.#deadlineMs = endMs + ASSUMED_AFTER_MS;
  }

  /** `barge_in` was sent with this seq. Messages with an older serverseq are about audio from before it. */
  bargedIn(seq: number): void {
    this.#bargeInSeq = seq;
    this.#olderMs = 0;
    // The audio that the client drops may never have started.
    this.#unreportedSinceMs = undefined;
  }

  /**
   * The client began to play.
   *
   * @param nextFrameMs - when the next frame of caller audio is due; `Infinity` if that is unknown
   * @returns whether this is about the current playback, not about audio from before the last `barge_in`
   */
  started(
    nowMs: number,
    positionMs: number,
    serverseq: number,
    nextFrameMs = Number.POSITIVE_INFINITY,
  ): boolean {
    const isOwn = this.#isOwn(serverseq);
    const olderMs = isOwn ? this.#olderMs : 0;
    const atMs = Math.max(
      this.#receivedMs(nowMs, nextFrameMs),
      this.#unreportedSinceMs ?? Number.NEGATIVE_INFINITY,
    );
    // Otherwise the audio that was sent after `barge_in` has not been reported yet.
    if (isOwn) this.#guessRoundTrip(atMs);
    this.#playing ??= { positionMs: positionMs + olderMs, atMs: atMs + olderMs, serverseq };
    if (olderMs > 0) this.#olderMs = 0;
    this.#postpone(nowMs);
    return isOwn;
  }

  /** The client stopped playing. @param nextFrameMs - as for `started` @returns as `started` */
  completed(nowMs: number, positionMs: number, nextFrameMs = Number.POSITIVE_INFINITY): boolean {
    const atMs = this.#receivedMs(nowMs, nextFrameMs);
    const playing = this.#playing;
    this.#playing = undefined;
    const isOwn = playing !== undefined && this.#isOwn(playing.serverseq);
    if (isOwn) {
      const heldMs = this.#heldMs(playing, nowMs);
      const byPositionMs = Math.max(0, positionMs - playing.positionMs - heldMs);
      // Delayed reports arrive together; the reported positions are then more accurate than the arrival times.
      this.#heardMs += Math.max(0, atMs - playing.atMs - heldMs, byPositionMs - this.#callerFrameMs);
      this.#heardByPositionMs += byPositionMs;
      this.#pairs += 1;
    }
    this.#postpone(nowMs);
    return isOwn;
  }

  /** The client paused its audio; deadlines do not run meanwhile. */
  paused(nowMs: number): void {
    this.#pausedSinceMs ??= nowMs;
  }

  /** The pause is over. */
  resumed(nowMs: number): void {
    if (this.#pausedSinceMs === undefined) return;
    this.#deadlineMs += nowMs - this.#pausedSinceMs;
    this.#pausedSinceMs = undefined;
  }

  /** The client is on hold: its position advances, but playback does not. */
  hold(nowMs: number): void {
    this.#heldSinceMs ??= nowMs;
  }

  /** The hold is over. */
  unhold(nowMs: number): void {
    if (this.#unreportedSinceMs !== undefined)
      this.#unreportedSinceMs += this.#heldMs({ atMs: this.#unreportedSinceMs }, nowMs);
    const playing = this.#playing;
    if (playing) {
      const heldMs = this.#heldMs(playing, nowMs);
      const { positionMs, atMs } = playing;
      this.#playing = { ...playing, positionMs: positionMs + heldMs, atMs: atMs + heldMs };
    }
    this.#heldSinceMs = undefined;
  }

  /** How much of the playback the caller has heard, in milliseconds; never more than was sent. */
  heardMs(nowMs: number): number {
    const playing = this.#playing;
    const playedMs = playing ? nowMs - playing.atMs - this.#heldMs(playing, nowMs) : 0;
    const runningMs = playing && this.#isOwn(playing.serverseq) ? Math.max(0, playedMs) : 0;
    return Math.min(this.#sentMs, this.#heardMs + runningMs);
  }

  /**
   * The most that the caller can have heard when a `barge_in` sent now arrives, by what the client reported: one round trip
   * more than that, since its reports arrive later. Before the first report of a start nothing is known.
   */
  heardAtBargeInMs(nowMs: number): number {
    const reportedMs = this.heardMs(nowMs);
    // During a hold the heard audio is known: the client reported the hold.
    if (this.#heldSinceMs !== undefined) return reportedMs;
    const roundTripMs = this.#roundTripMs;
    if (roundTripMs !== undefined) return Math.min(this.#sentMs, reportedMs + roundTripMs);
    const waitedMs = nowMs - (this.#unreportedSinceMs ?? nowMs);
    return waitedMs <= MAX_ROUND_TRIP_MS ? this.#sentMs : reportedMs;
  }

  /**
   * Whether the playback is over.
   *
   * @param endMs - the earliest time at which the client can have played what was sent
   */
  status(nowMs: number, endMs: number): PlaybackStatus {
    if (!this.#complete) return { retryAtMs: Number.POSITIVE_INFINITY };
    const deadlineMs = this.#pausedSinceMs === undefined ? this.#deadlineMs : Number.POSITIVE_INFINITY;
    // Each pair of positions may be short by up to one frame of caller audio.
    const toleranceMs = this.#pairs * this.#callerFrameMs;
    if (!this.#playing && this.#pairs > 0 && this.#heardByPositionMs >= this.#sentMs - toleranceMs) {
      // The client may have run out of audio while the last frame was on its way, which it can finish only after this.
      const earliestMs = endMs + (this.#roundTripMs ?? 0);
      if (nowMs >= earliestMs) return { ended: 'completed' };
      return { retryAtMs: earliestMs };
    }
    return nowMs >= deadlineMs ? { ended: 'assumed' } : { retryAtMs: deadlineMs };
  }

  /**
   * When a message that is handled now was received. What the client sends arrives in order: a message that is handled
   * after the next frame was due, but before it, was on its way before that frame, and was read late because this process
   * or the network was busy.
   */
  #receivedMs(nowMs: number, nextFrameMs: number): number {
    // A client that has paused its audio sends no frames.
    if (this.#pausedSinceMs !== undefined) return nowMs;
    const lateMs = nowMs - nextFrameMs;
    return lateMs > 0 && lateMs <= MAX_LATE_READ_MS ? nextFrameMs : nowMs;
  }

  get #roundTripMs(): number | undefined {
    if (this.#measuredRoundTripMs !== undefined) return this.#measuredRoundTripMs;
    // A client that began to play late reported its start late as well.
    return this.#guessedRoundTripMs && Math.min(this.#guessedRoundTripMs, this.#longestRoundTripMs);
  }

  /** A silent client starts when audio arrives, so its report comes one round trip after the audio was sent. */
  #guessRoundTrip(nowMs: number): void {
    if (this.#unreportedSinceMs !== undefined) {
      // A client on hold starts only after the hold.
      const heldMs = this.#heldMs({ atMs: this.#unreportedSinceMs }, nowMs);
      const inFlightMs = Math.min(nowMs - this.#unreportedSinceMs - heldMs, MAX_ROUND_TRIP_MS);
      this.#guessedRoundTripMs = Math.max(this.#guessedRoundTripMs ?? 0, inFlightMs);
    }
    this.#unreportedSinceMs = undefined;
  }

  /** What the client is playing, unless that is audio from before the last `barge_in`. */
  get #ownPlaying(): ReportedStart | undefined {
    return this.#playing && this.#isOwn(this.#playing.serverseq) ? this.#playing : undefined;
  }

  /** How long the current hold has lasted, counted from `atMs` at the earliest. */
  #heldMs(playing: { readonly atMs: number }, nowMs: number): number {
    if (this.#heldSinceMs === undefined) return 0;
    return Math.max(0, nowMs - Math.max(this.#heldSinceMs, playing.atMs));
  }

  /** A start that the client reported before it saw the last `barge_in` is about audio from before it. */
  #isOwn(serverseq: number): boolean {
    return serverseq >= this.#bargeInSeq;
  }

  /** The client reports playback, so the deadline follows from what is left according to its messages. */
  #postpone(nowMs: number): void {
    if (!this.#complete) return;
    const leftMs = Math.max(0, this.#sentMs - this.heardMs(nowMs));
    this.#deadlineMs = Math.max(this.#deadlineMs, nowMs + leftMs + ASSUMED_AFTER_MS);
  }
}
