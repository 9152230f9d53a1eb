import { FRAME_MS } from '@hookline/protocol';

/** How long after it should be over a playback is taken as heard when the client tells nothing. */
export const ASSUMED_AFTER_MS = 2000;

/** A round trip longer than this is no measurement. */
const LONGEST_ROUND_TRIP_MS = 2000;

/** What is known of a playback: how it ended, or when to look again. */
export type PlaybackStatus =
  | { readonly ended: 'completed' | 'assumed' }
  /** `Infinity`: when the client tells something. */
  | { readonly againAtMs: number };

/**
 * What the caller heard, told from the client's `playback_started` and `playback_completed`. These carry no id: which
 * playback they belong to follows from `serverseq` (whether the client had seen the `barge_in`) and from time.
 * Plain arithmetic on the times given; knows of no clock. (AC-PLAY-1 to AC-PLAY-4, AC-BARGE-4)
 */
export class PlaybackTracker {
  /** Since when the client plays, by its own stream position and by our clock; undefined while it is silent. */
  #playing: { readonly positionMs: number; readonly atMs: number; readonly serverseq: number } | undefined;
  #bargeInSeq = 0;
  /** Older audio that the next start will be about first. */
  #olderMs = 0;
  #sentMs = 0;
  #heardMs = 0;
  #pairs = 0;
  #complete = false;
  #deadlineMs = Number.POSITIVE_INFINITY;
  #pausedSinceMs: number | undefined;
  #heldSinceMs: number | undefined;
  #roundTripMs = 0;
  /** What a round trip can last at most, as long as the client has measured none. */
  #guessedRoundTripMs: number | undefined = 0;
  /** When audio left for a client that, as far as it told, was silent; later by the holds that are over. */
  #wokenAtMs: number | undefined;
  #callerFrameMs = FRAME_MS;

  /** Whether the client plays, as far as it told. */
  get clientPlaying(): boolean {
    return this.#playing !== undefined;
  }

  /** The client measured a round trip (`ping.rtt`). */
  roundTrip(ms: number): void {
    this.#roundTripMs = Math.min(ms, LONGEST_ROUND_TRIP_MS);
    this.#guessedRoundTripMs = undefined;
  }

  /** How coarse the client's positions are: the length of its audio frames. */
  callerFrame(ms: number): void {
    if (ms > 0) this.#callerFrameMs = ms;
  }

  /**
   * A new playback begins: what counts from here is its own.
   *
   * @param aheadMs - older audio that the client has still to play
   */
  begin(nowMs: number, positionMs: number, aheadMs: number): void {
    this.#sentMs = 0;
    this.#heardMs = 0;
    this.#pairs = 0;
    this.#complete = false;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#olderMs = 0;
    // Audio from before it still plays and nothing separates them: the client will tell of both as one.
    if (!this.#playing) this.#olderMs = aheadMs;
    else if (this.#isOwn(this.#playing.serverseq)) {
      this.#playing = { ...this.#playing, positionMs: positionMs + aheadMs, atMs: nowMs + aheadMs };
    }
  }

  /** `ms` of the playback were sent. */
  sent(nowMs: number, ms: number): void {
    this.#sentMs += ms;
    if (!this.#playing) this.#wokenAtMs ??= nowMs;
  }

  /** All of it was sent; the client will have played it at `endMs` or later. Only the first call counts. */
  completeAt(endMs: number): void {
    if (this.#complete) return;
    this.#complete = true;
    this.#deadlineMs = endMs + ASSUMED_AFTER_MS;
  }

  /** `barge_in` went out with this seq: the client flushes, and what it tells with an older serverseq is of the past. */
  bargedIn(seq: number): void {
    this.#bargeInSeq = seq;
    this.#olderMs = 0;
    // What it drops may never start.
    this.#wokenAtMs = undefined;
  }

  /** The client began to play. */
  started(nowMs: number, positionMs: number, serverseq: number): void {
    const olderMs = this.#isOwn(serverseq) ? this.#olderMs : 0;
    this.#guessRoundTrip(nowMs);
    this.#playing ??= { positionMs: positionMs + olderMs, atMs: nowMs + olderMs, serverseq };
    if (olderMs > 0) this.#olderMs = 0;
    this.#postpone(nowMs);
  }

  /** The client fell silent. */
  completed(nowMs: number, positionMs: number): void {
    const playing = this.#playing;
    this.#playing = undefined;
    if (playing && this.#isOwn(playing.serverseq)) {
      this.#heardMs += Math.max(0, positionMs - playing.positionMs - this.#heldMs(playing, nowMs));
      this.#pairs += 1;
    }
    this.#postpone(nowMs);
  }

  /** The client sends no audio: deadlines stand still. */
  paused(nowMs: number): void {
    this.#pausedSinceMs ??= nowMs;
  }

  /** The pause is over. */
  resumed(nowMs: number): void {
    if (this.#pausedSinceMs === undefined) return;
    this.#deadlineMs += nowMs - this.#pausedSinceMs;
    this.#pausedSinceMs = undefined;
  }

  /** The client is on hold: its position goes on, what it plays does not. */
  hold(nowMs: number): void {
    this.#heldSinceMs ??= nowMs;
  }

  /** The hold is over. */
  unhold(nowMs: number): void {
    if (this.#wokenAtMs !== undefined) this.#wokenAtMs += this.#heldMs({ atMs: this.#wokenAtMs }, nowMs);
    const playing = this.#playing;
    if (playing) {
      const heldMs = this.#heldMs(playing, nowMs);
      const { positionMs, atMs } = playing;
      this.#playing = { ...playing, positionMs: positionMs + heldMs, atMs: atMs + heldMs };
    }
    this.#heldSinceMs = undefined;
  }

  /** What the caller heard of the playback by now, in milliseconds; never more than was sent. */
  heardMs(nowMs: number): number {
    const playing = this.#playing;
    const playedMs = playing ? nowMs - playing.atMs - this.#heldMs(playing, nowMs) : 0;
    const runningMs = playing && this.#isOwn(playing.serverseq) ? Math.max(0, playedMs) : 0;
    return Math.min(this.#sentMs, this.#heardMs + runningMs);
  }

  /** The same at the moment a `barge_in` that leaves now arrives: news of the start came one way late, too. */
  heardAtBargeInMs(nowMs: number): number {
    const playing = this.#playing;
    const roundTripMs = this.#guessedRoundTripMs ?? this.#roundTripMs;
    const onItsWayMs = playing && this.#isOwn(playing.serverseq) ? roundTripMs : 0;
    return Math.min(this.#sentMs, this.heardMs(nowMs) + onItsWayMs);
  }

  /**
   * Whether the playback is over.
   *
   * @param endMs - when the client will have played what was sent, at the earliest
   */
  status(nowMs: number, endMs: number): PlaybackStatus {
    if (!this.#complete) return { againAtMs: Number.POSITIVE_INFINITY };
    const deadlineMs = this.#pausedSinceMs === undefined ? this.#deadlineMs : Number.POSITIVE_INFINITY;
    // Each pair of positions may fall short by up to one frame of the caller's.
    const blurMs = this.#pairs * this.#callerFrameMs;
    if (!this.#playing && this.#pairs > 0 && this.#heardMs >= this.#sentMs - blurMs) {
      // The client may have run dry while the last frame was on its way: it cannot have finished that before this.
      const earliestMs = endMs + (this.#guessedRoundTripMs ?? this.#roundTripMs);
      if (nowMs >= earliestMs) return { ended: 'completed' };
      return { againAtMs: earliestMs };
    }
    return nowMs >= deadlineMs ? { ended: 'assumed' } : { againAtMs: deadlineMs };
  }

  /** A silent client starts as soon as audio arrives, so news of it comes one round trip after the audio left. */
  #guessRoundTrip(nowMs: number): void {
    if (this.#guessedRoundTripMs !== undefined && this.#wokenAtMs !== undefined) {
      // A client on hold starts only when that is over.
      const heldMs = this.#heldMs({ atMs: this.#wokenAtMs }, nowMs);
      const onItsWayMs = Math.min(nowMs - this.#wokenAtMs - heldMs, LONGEST_ROUND_TRIP_MS);
      this.#guessedRoundTripMs = Math.max(this.#guessedRoundTripMs, onItsWayMs);
    }
    this.#wokenAtMs = undefined;
  }

  /** How long the hold that is on has lasted, counted from `atMs` at the earliest. */
  #heldMs(playing: { readonly atMs: number }, nowMs: number): number {
    if (this.#heldSinceMs === undefined) return 0;
    return Math.max(0, nowMs - Math.max(this.#heldSinceMs, playing.atMs));
  }

  /** A start that the client told before it saw the last `barge_in` is of audio from before it. */
  #isOwn(serverseq: number): boolean {
    return serverseq >= this.#bargeInSeq;
  }

  /** The client does tell: the deadline follows what is left by its account. */
  #postpone(nowMs: number): void {
    if (!this.#complete) return;
    const leftMs = Math.max(0, this.#sentMs - this.heardMs(nowMs));
    this.#deadlineMs = Math.max(this.#deadlineMs, nowMs + leftMs + ASSUMED_AFTER_MS);
  }
}
