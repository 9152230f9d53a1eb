import { sampleBytes } from '@hookline/audio';
import { MEDIA_RATE } from '@hookline/protocol';
import { type Alarm, messageOf } from '@hookline/runtime';
import type { OutgoingMessage } from '../session/machine.js';
import { discardSource } from '../source/discard.js';
import { handleFailureOf } from '../source/handle-failure.js';
import { openLater } from '../source/open-later.js';
import { type LiveSource, type OpenSource, openPushed, openSource } from '../source/open-source.js';
import { PushedPieces } from '../source/pushed-pieces.js';
import type { AudioSource } from '../source/source.js';
import { type Inspect, inspection } from '../source/transcoder.js';
import { pace } from './pacer.js';
import type { PlaybackResult, PlayOptions, StoppedPlayback } from './playback.js';
import { PlaybackRun } from './playback-run.js';
import type { PendingSource, PlayerParts } from './player-parts.js';
import { Playout } from './playout.js';
import { RawOutput } from './raw-output.js';
import { PlaybackTracker } from './tracker.js';

/** A source is read while less audio than this is queued. */
const MAX_QUEUED_MS = 1000;

/** `idle` does not wait for a source that has yielded nothing for this time, in milliseconds. */
export const SOURCE_IDLE_MS = 10_000;

const BARGE_IN: OutgoingMessage = {
  type: 'event',
  parameters: { entities: [{ type: 'barge_in', data: {} }] },
};

/** Plays one playback after another, each when the client has reported that the previous one was heard. */
export class Player {
  readonly #options: PlayerParts;
  readonly #bytesPerMs: number;
  readonly #playout = new Playout();
  readonly #tracker = new PlaybackTracker();
  readonly #raw = new RawOutput(this.#tracker, this.#playout);
  readonly #runs: PlaybackRun[] = [];
  readonly #onIdle: (() => void)[] = [];
  /** When the source of the current playback last yielded something, and since when `idle` has been awaited. */
  #lastYieldMs = 0;
  #awaitedAtMs = 0;
  #pumping = false;
  #ended = false;
  readonly #nextUpdate: Alarm;
  /** Shared by all streams of the call: a bot writes them all in one format. */
  #inspect: Inspect | undefined;

  constructor(options: PlayerParts) {
    this.#options = options;
    this.#nextUpdate = options.ticker.alarm(() => this.#pump());
    this.#bytesPerMs = (sampleBytes(options.audio.format) * MEDIA_RATE) / 1000;
  }

  /** Whether anything is playing or queued. */
  get busy(): boolean {
    return this.#runs.length > 0;
  }

  /** Queues a playback. @param over - called when it is over */
  play(source: AudioSource, options: PlayOptions, over?: () => void): PlaybackRun {
    handleFailureOf(source);
    let opened = false;
    return this.#queue(
      () => {
        opened = true;
        const { audio, warn } = this.#options;
        const isUnconverted =
          source instanceof PushedPieces && (options.format ?? audio.format) === audio.format;
        if (!isUnconverted) return this.#open(source, options);
        this.#inspect ??= inspection(warn);
        return openPushed(source, audio, this.#inspect);
      },
      options,
      () => {
        if (!opened) void discardSource(source);
        over?.();
      },
    );
  }

  /** Queues a playback whose source is being created: it keeps its position in the queue. */
  playLater({ pending, turn, over }: PendingSource, options: PlayOptions): PlaybackRun {
    handleFailureOf(pending);
    const { outbox } = this.#options;
    const source = openLater(
      pending,
      (made) => {
        outbox.push(turn);
        run.afterMessages = outbox.position;
        return this.#open(made, options);
      },
      (made) => void discardSource(made),
    );
    const run = this.#queue(
      () => source,
      options,
      () => {
        source.close();
        over();
      },
    );
    return run;
  }

  /** Sends a frame at once, unpaced. */
  sendRaw(bytes: Uint8Array): void {
    const ms = bytes.length / this.#bytesPerMs;
    if (!this.#sent(bytes, ms, false)) return;
    const nowMs = this.#now();
    if (!this.#runs[0]?.begun) this.#raw.sent(nowMs, this.#options.session.positionMs);
    this.#tracker.sent(nowMs, ms);
  }

  /** Stops every playback; sends `barge_in` only if the client may have buffered audio. */
  stopAll(): readonly StoppedPlayback[] {
    return this.#stop([...this.#runs]);
  }

  /**
   * A key was pressed: stops the playback if it allows that. The next one starts only after `then`, which runs the
   * other effects of the key: they may stop it as well. (AC-BARGE-3)
   */
  interrupt(then: () => void): void {
    const run = this.#runs[0];
    const pumping = this.#pumping;
    this.#pumping = true;
    try {
      if (run?.options.bargeIn) this.#stop([run]);
      then();
    } finally {
      this.#pumping = pumping;
      this.#pump();
    }
  }

  /** Stops every playback and sends `barge_in`, even if the client has no buffered audio. */
  bargeIn(): readonly StoppedPlayback[] {
    return this.#stop([...this.#runs], true);
  }

  /**
   * Resolves when everything was heard, including raw frames and what was sent before a source failed, or the call has
   * ended; also if nothing is heard because a source has yielded nothing for `SOURCE_IDLE_MS`.
   */
  idle(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    if (this.#onIdle.length === 0) this.#awaitedAtMs = this.#now();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#pump();
    });
  }

  /** Sends what may be sent now, because a limit has changed or a message was sent. */
  update(): void {
    this.#pump();
  }

  /** The client started to play. */
  started(positionMs: number, serverseq: number): void {
    const { callerFrameMs, nextFrameMs } = this.#options.session;
    this.#tracker.callerFrame(callerFrameMs);
    const isOwn = this.#tracker.started(this.#now(), positionMs, serverseq, nextFrameMs);
    const run = this.#runs[0];
    if (isOwn && run && run.sentMs > 0) run.heard();
    this.#pump();
  }

  /** The client stopped playing. */
  completed(positionMs: number): void {
    const { callerFrameMs, nextFrameMs, counters } = this.#options.session;
    const run = this.#runs[0];
    const isPartial = run && run.sentMs > 0 && !(run.complete && run.bytes.length === 0);
    this.#tracker.callerFrame(callerFrameMs);
    const isOwn = this.#tracker.completed(this.#now(), positionMs, nextFrameMs);
    if (isOwn && isPartial) counters.underruns += 1;
    this.#options.timings.silent(isOwn && isPartial === true);
    this.#pump();
  }

  /** The client measured a round trip. */
  roundTrip(ms: number): void {
    this.#tracker.roundTrip(ms);
  }

  /** The client sends no audio. `hold`: it paused by itself, and then it does not play either. */
  paused(hold: boolean): void {
    this.#tracker.paused(this.#now());
    if (hold) {
      this.#playout.hold(this.#now());
      this.#tracker.hold(this.#now());
    }
    this.#pump();
  }

  resumed(): void {
    this.#tracker.resumed(this.#now());
    this.#playout.unhold(this.#now());
    this.#tracker.unhold(this.#now());
    this.#pump();
  }

  /** The call is over: every playback is. */
  end(): void {
    this.#ended = true;
    this.#nextUpdate.clear();
    const heardMs = this.#runs.map((run) => this.#heardMs(run));
    this.#runs.splice(0).forEach((run, index) => {
      run.settle({ ended: 'callEnded', heardMs: heardMs[index] ?? 0 });
    });
    this.#notifyIdle();
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #open(source: AudioSource, { format }: PlayOptions): Uint8Array | OpenSource {
    const { audio, warn, clock } = this.#options;
    return openSource(source, audio, warn, clock, format);
  }

  #queue(
    open: () => Uint8Array | OpenSource | LiveSource,
    options: PlayOptions,
    over: () => void,
  ): PlaybackRun {
    const { clock, ticker, outbox, warn } = this.#options;
    const run = new PlaybackRun(
      {
        open,
        changed: (of) => {
          this.#lastYieldMs = this.#now();
          if (of.bytes.length > 0) of.queuedSinceMs ??= this.#lastYieldMs;
          this.#pump();
        },
        heardMs: (of) => this.#heardMs(of),
        stop: (of) => void this.#stop([of]),
        pause: () => new Promise((resolve) => ticker.at(clock.now() + 1, resolve)),
        over: (of, ended, heardMs) => {
          over();
          // A bot that does not await a playback would otherwise not know why its caller hears nothing.
          if (ended === 'failed') warn(`a playback failed: ${messageOf(of.failure)}`, of.failure);
          this.#options.timings.playbackOver(ended, heardMs, of.begunMs);
        },
      },
      options,
      outbox.position,
      MAX_QUEUED_MS * this.#bytesPerMs,
    );
    const yielding = this.#runs.filter(({ options: { yields } }) => yields);
    this.#runs.push(run);
    if (yielding.length > 0) this.#stop(yielding);
    this.#pump();
    return run;
  }

  #heardMs(run: PlaybackRun): number {
    if (run !== this.#runs[0] || !run.begun) return 0;
    const nowMs = this.#now();
    return Math.max(0, Math.min(this.#tracker.heardMs(nowMs), run.sentMs - this.#playout.aheadMs(nowMs)));
  }

  /**
   * The heard duration when the `barge_in` will arrive. The event takes the same time as the audio did, so this is the
   * duration that could be played since the audio was sent, for any round trip; less if the client reported that it
   * plays later.
   */
  #heardAtBargeInMs(run: PlaybackRun, nowMs: number): number {
    const { session } = this.#options;
    const sendAtMs = nowMs + session.sendLimits.msUntil('event', nowMs);
    const playedMs = run.sentMs - this.#playout.aheadMs(sendAtMs);
    this.#tracker.roundTripAtMost(session.longestRoundTripMs);
    return Math.max(0, Math.min(playedMs, this.#tracker.heardAtBargeInMs(sendAtMs)));
  }

  #sent(bytes: Uint8Array, ms: number, first: boolean): boolean {
    const { session, timings } = this.#options;
    if (!session.sendAudio(bytes)) return false;
    session.counters.audioOutMs += ms;
    const nowMs = this.#now();
    timings.audioSent(first, nowMs - this.#playout.endMs(nowMs));
    this.#playout.sent(nowMs, ms);
    return true;
  }

  #beginTracking(): void {
    const nowMs = this.#now();
    this.#tracker.begin(nowMs, this.#options.session.positionMs, this.#playout.aheadMs(nowMs));
  }

  /**
   * AC-BARGE-3: removes all queued playbacks first, so that none of them starts when the current one stops; then makes
   * the client drop its buffered audio, once.
   *
   * @param alwaysFlush - sends `barge_in` even if the client has no buffered audio
   */
  #stop(runs: readonly PlaybackRun[], alwaysFlush = false): readonly StoppedPlayback[] {
    const nowMs = this.#now();
    const current = this.#runs[0];
    const heardAt = (ms: number) => (current?.begun ? this.#heardAtBargeInMs(current, ms) : 0);
    let heardMs = heardAt(nowMs);
    for (const run of runs) this.#remove(run);
    // Nothing is sent before this is done, even if a source plays something while it is stopped.
    const pumping = this.#pumping;
    this.#pumping = true;
    if (alwaysFlush || runs.some((run) => run.sentMs > 0)) {
      // Sending takes longer the first time in a process: the time after it was sent counts.
      this.#flushClient(() => {
        heardMs = heardAt(this.#now());
      });
    }
    for (const run of runs) run.settle({ ended: 'interrupted', heardMs: run === current ? heardMs : 0 });
    const stopped = runs.map((run) => run.stopped);
    this.#pumping = pumping;
    this.#pump();
    return stopped;
  }

  /** The next playback waits until the `barge_in` is sent; otherwise the client would drop it as well. */
  #flushClient(left: () => void): void {
    const { outbox } = this.#options;
    outbox.pushFirst(BARGE_IN, (seq) => {
      left();
      this.#options.timings.bargedIn(this.#tracker.clientPlaying);
      this.#tracker.bargedIn(seq);
      this.#playout.flush();
      this.#raw.clear();
    });
    for (const run of this.#runs) run.afterMessages = outbox.position;
  }

  #pump(): void {
    // A source may answer within `begin`; the loop below sees what it brought.
    if (this.#pumping || this.#ended) return;
    this.#pumping = true;
    this.#nextUpdate.clear();
    let retryAtMs = Number.POSITIVE_INFINITY;
    for (let run = this.#runs[0]; run && !this.#ended; run = this.#runs[0]) {
      retryAtMs = this.#advance(run);
      if (run.over) continue;
      if (this.#onIdle.length > 0) retryAtMs = Math.min(retryAtMs, this.#waitFor(run));
      break;
    }
    this.#pumping = false;
    if (this.#ended) return;
    if (this.#runs.length === 0) retryAtMs = this.#awaitRaw();
    if (Number.isFinite(retryAtMs)) this.#nextUpdate.set(retryAtMs);
  }

  /** Sends what may be sent of the current playback and checks whether it is over. Returns when to check again. */
  #advance(run: PlaybackRun): number {
    const { outbox } = this.#options;
    // A failed playback does not wait for messages: the loop would return to it for as long as they are held back.
    if (run.failure === undefined && !outbox.hasSent(run.afterMessages)) return Number.POSITIVE_INFINITY;
    if (!run.begun) {
      this.#beginTracking();
      this.#raw.clear();
      this.#lastYieldMs = this.#now();
      run.begunMs = this.#lastYieldMs;
      run.begin();
      if (!this.#runs.includes(run)) return Number.POSITIVE_INFINITY;
    }
    if (run.failure !== undefined) {
      const heardMs = this.#heardMs(run);
      this.#remove(run);
      if (run.sentMs > 0) this.#raw.takeOver();
      run.settleFailed(heardMs);
      return Number.POSITIVE_INFINITY;
    }
    const nextSendAtMs = this.#sendDue(run);
    if (!run.complete || run.bytes.length > 0) return nextSendAtMs;
    return this.#checkHeard(run);
  }

  #sendDue(run: PlaybackRun): number {
    const { session } = this.#options;
    for (;;) {
      const nowMs = this.#now();
      const decision = pace(
        {
          queuedMs: run.bytes.length / this.#bytesPerMs,
          complete: run.complete,
          first: run.sentMs === 0,
          leadMs: run.options.leadMs ?? 0,
          queuedSinceMs: run.queuedSinceMs ?? nowMs,
        },
        this.#playout,
        session.sendLimits,
        nowMs,
      );
      if ('retryAtMs' in decision) return decision.retryAtMs;
      const bytes = run.take(Math.round(decision.sendMs * this.#bytesPerMs));
      if (!this.#sent(bytes, decision.sendMs, run.sentMs === 0)) return Number.POSITIVE_INFINITY;
      run.sentMs += decision.sendMs;
      this.#tracker.sent(this.#now(), decision.sendMs);
    }
  }

  /** `idle` waits for this playback, but only for a limited time for its source. Returns when to check again. */
  #waitFor(run: PlaybackRun): number {
    if (!run.begun || run.complete || run.bytes.length > 0 || this.#playout.held)
      return Number.POSITIVE_INFINITY;
    const nowMs = this.#now();
    const fromMs = Math.max(this.#lastYieldMs, this.#awaitedAtMs, this.#playout.endMs(nowMs));
    if (nowMs < fromMs + SOURCE_IDLE_MS) return fromMs + SOURCE_IDLE_MS;
    this.#options.warn(
      `an audio source has yielded nothing for ${SOURCE_IDLE_MS / 1000} s; the call no longer waits for its end`,
    );
    this.#notifyIdle();
    return Number.POSITIVE_INFINITY;
  }

  #notifyIdle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #checkHeard(run: PlaybackRun): number {
    if (run.sentMs === 0) return this.#over(run, { ended: 'completed', heardMs: 0 });
    const nowMs = this.#now();
    this.#tracker.callerFrame(this.#options.session.callerFrameMs);
    this.#tracker.completeAt(this.#playout.endMs(nowMs));
    const status = this.#tracker.status(nowMs, this.#playout.endMs(nowMs));
    if ('retryAtMs' in status) return status.retryAtMs;
    const { ended } = status;
    // The buffer of the client ran empty after everything was sent: its positions have the resolution of a frame and
    // would only be less exact.
    const heardMs = ended === 'completed' ? run.sentMs : Math.min(run.sentMs, this.#tracker.heardMs(nowMs));
    return this.#over(run, { ended, heardMs });
  }

  #over(run: PlaybackRun, result: PlaybackResult): number {
    this.#remove(run);
    run.settle(result);
    return Number.POSITIVE_INFINITY;
  }

  /** Takes a playback out of the queue, unless the bot stopped it meanwhile, while another one was being stopped. */
  #remove(run: PlaybackRun): void {
    const index = this.#runs.indexOf(run);
    if (index < 0) return;
    this.#runs.splice(index, 1);
    if (!run.begun || run.sentMs > 0) return;
    // Nothing of it was sent, so the client may still be playing what was sent before it.
    if (this.#tracker.clientPlaying || this.#playout.aheadMs(this.#now()) > 0) this.#raw.takeOver();
  }

  /** No playback is left: `idle` waits for the audio that belongs to none. Returns when to check again. */
  #awaitRaw(): number {
    if (this.#onIdle.length === 0) return Number.POSITIVE_INFINITY;
    const retryAtMs = this.#raw.retryAtMs(this.#now());
    if (retryAtMs !== undefined) return retryAtMs;
    this.#notifyIdle();
    return Number.POSITIVE_INFINITY;
  }
}
