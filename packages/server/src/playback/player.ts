import { sampleBytes } from '@hookline/audio';
import { MEDIA_RATE } from '@hookline/protocol';
import type { Alarm, Clock, Ticker } from '@hookline/runtime';
import type { CallTimings } from '../metrics/call-timings.js';
import type { Counters } from '../session/call-stats.js';
import type { ServerSend } from '../session/machine.js';
import type { SendLimits } from '../session/send-limits.js';
import { discardSource } from '../source/discard.js';
import { openLater } from '../source/open-later.js';
import { type LiveSource, type OpenSource, openPushed, openSource } from '../source/open-source.js';
import { PushedPieces } from '../source/pushed-pieces.js';
import { type AudioSource, type CallAudio, handleFailureOf } from '../source/source.js';
import { type Inspect, inspection } from '../source/transcoder.js';
import { pace } from './pacer.js';
import type { PlaybackResult, PlayOptions, StoppedPlayback } from './playback.js';
import { PlaybackRun } from './playback-run.js';
import { Playout } from './playout.js';
import { RawOutput } from './raw-output.js';
import { PlaybackTracker } from './tracker.js';

/** A source is asked for more while less than this is queued. */
const MAX_QUEUED_MS = 1000;

/** `idle` does not wait for a source that has given nothing for this long, in milliseconds. */
export const SOURCE_PATIENCE_MS = 10_000;

/** The session, as far as a player needs it. */
export interface PlayerSession {
  readonly sendLimits: SendLimits;
  readonly counters: Counters;
  /** Where the caller's stream stands, in milliseconds. */
  readonly positionMs: number;
  readonly callerFrameMs: number;
  /** When the next frame of caller audio is due; `Infinity` if that is unknown. */
  readonly nextFrameMs: number;
  /** The upper bound of the round trip when the call began; `Infinity` if that is unknown. */
  readonly longestRoundTripMs: number;
  sendAudio(bytes: Uint8Array): boolean;
}

/** Held messages, as far as a player needs them. */
export interface PlayerOutbox {
  readonly place: number;
  hasSent(place: number): boolean;
  push(message: ServerSend): void;
  pushFirst(message: ServerSend, onSent: (seq: number) => void): void;
}

/** A source that is being made. */
export interface LateSource {
  readonly making: Promise<AudioSource>;
  /** What is sent before its first frame, when its turn has come and it is there. */
  readonly turn: ServerSend;
  /** Its playback is over. */
  readonly over: () => void;
}

/** What a player needs. */
export interface PlayerOptions {
  readonly session: PlayerSession;
  readonly outbox: PlayerOutbox;
  readonly clock: Clock;
  readonly ticker: Ticker;
  readonly audio: CallAudio;
  readonly timings: CallTimings;
  /** Told what sounds wrong in a source. */
  readonly warn: (message: string) => void;
}

const BARGE_IN: ServerSend = {
  type: 'event',
  parameters: { entities: [{ type: 'barge_in', data: {} }] },
};

/** Plays one playback after the other, each when the client reported that the last one was heard. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #bytesPerMs: number;
  readonly #playout = new Playout();
  readonly #tracker = new PlaybackTracker();
  readonly #raw = new RawOutput(this.#tracker, this.#playout);
  readonly #runs: PlaybackRun[] = [];
  readonly #onIdle: (() => void)[] = [];
  /** When the source of the current playback last gave something, and since when somebody waits for silence. */
  #gaveAtMs = 0;
  #awaitedAtMs = 0;
  #pumping = false;
  #ended = false;
  readonly #nextUpdate: Alarm;
  /** For all streams of the call together: a bot writes them all in one format. */
  #inspect: Inspect | undefined;

  constructor(options: PlayerOptions) {
    this.#options = options;
    this.#nextUpdate = options.ticker.alarm(() => this.#pump());
    this.#bytesPerMs = (sampleBytes(options.audio.format) * MEDIA_RATE) / 1000;
  }

  /** Whether anything is being played or waits to be. */
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
        const asItIs = source instanceof PushedPieces && (options.format ?? audio.format) === audio.format;
        if (!asItIs) return this.#open(source, options);
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

  /** Queues a playback whose source is being made: it keeps its place meanwhile. */
  playLater({ making, turn, over }: LateSource, options: PlayOptions): PlaybackRun {
    const { outbox } = this.#options;
    const source = openLater(
      making,
      (made) => {
        outbox.push(turn);
        run.afterMessages = outbox.place;
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
    if (!this.#sent(bytes, ms)) return;
    const nowMs = this.#now();
    if (!this.#runs[0]?.begun) this.#raw.sent(nowMs, this.#options.session.positionMs, ms);
    this.#tracker.sent(nowMs, ms);
  }

  /** Stops every playback; the client gets `barge_in` only when it may hold audio. */
  stopAll(): readonly StoppedPlayback[] {
    return this.#stop([...this.#runs]);
  }

  /**
   * A key was pressed: stops the playback that wants to be stopped so. The next begins only after `then`, what else the
   * key brings about: that may stop it as well. (AC-BARGE-3)
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

  /** Stops every playback and tells the client, whatever it holds. */
  bargeIn(): readonly StoppedPlayback[] {
    return this.#stop([...this.#runs], true);
  }

  /**
   * Resolves when everything was heard, raw frames too, or the call has ended; also when nothing is heard because a
   * source has given nothing for `SOURCE_PATIENCE_MS`.
   */
  idle(): Promise<void> {
    if (this.#ended) return Promise.resolve();
    if (this.#onIdle.length === 0) this.#awaitedAtMs = this.#now();
    return new Promise((resolve) => {
      this.#onIdle.push(resolve);
      this.#pump();
    });
  }

  /** Sends what may leave now: a limit or a message in the way has changed. */
  update(): void {
    this.#pump();
  }

  /** The client began to play. */
  started(positionMs: number, serverseq: number): void {
    this.#tracker.callerFrame(this.#options.session.callerFrameMs);
    this.#tracker.started(this.#now(), positionMs, serverseq, this.#options.session.nextFrameMs);
    const run = this.#runs[0];
    if (run && run.sentMs > 0) run.heard();
    this.#pump();
  }

  /** The client fell silent. */
  completed(positionMs: number): void {
    const run = this.#runs[0];
    const inTheMiddle = run && run.sentMs > 0 && !(run.complete && run.bytes.length === 0);
    if (inTheMiddle) this.#options.session.counters.underruns += 1;
    this.#tracker.callerFrame(this.#options.session.callerFrameMs);
    this.#tracker.completed(this.#now(), positionMs, this.#options.session.nextFrameMs);
    this.#options.timings.silent();
    this.#pump();
  }

  /** The client measured a round trip. */
  roundTrip(ms: number): void {
    this.#tracker.roundTrip(ms);
  }

  /** The client sends no audio; `hold`: by its own will, and then it plays none either. */
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
    over?: () => void,
  ): PlaybackRun {
    const { clock, ticker, outbox } = this.#options;
    const run = new PlaybackRun(
      {
        open,
        changed: (of) => {
          this.#gaveAtMs = this.#now();
          if (of.bytes.length > 0) of.queuedSinceMs ??= this.#gaveAtMs;
          this.#pump();
        },
        heardMs: (of) => this.#heardMs(of),
        stop: (of) => void this.#stop([of]),
        pause: () => new Promise((resolve) => ticker.at(clock.now() + 1, resolve)),
        over: (of, ended, heardMs) => {
          over?.();
          this.#options.timings.playbackOver(ended, heardMs, of.begunMs);
        },
      },
      options,
      outbox.place,
      MAX_QUEUED_MS * this.#bytesPerMs,
    );
    this.#runs.push(run);
    this.#pump();
    return run;
  }

  #heardMs(run: PlaybackRun): number {
    if (run !== this.#runs[0] || !run.begun) return 0;
    const nowMs = this.#now();
    return Math.max(0, Math.min(this.#tracker.heardMs(nowMs), run.sentMs - this.#playout.aheadMs(nowMs)));
  }

  /**
   * What the caller will have heard when the `barge_in` arrives. It takes the same way as the audio, so that is what
   * could be played since the audio left, whatever the round trip; less where the client reported that it plays later.
   */
  #heardAtBargeInMs(run: PlaybackRun, nowMs: number): number {
    const { session } = this.#options;
    const leavesAtMs = nowMs + session.sendLimits.msUntil('event', nowMs);
    const playedMs = run.sentMs - this.#playout.aheadMs(leavesAtMs);
    this.#tracker.roundTripAtMost(session.longestRoundTripMs);
    return Math.max(0, Math.min(playedMs, this.#tracker.heardAtBargeInMs(leavesAtMs)));
  }

  #sent(bytes: Uint8Array, ms: number): boolean {
    const { session } = this.#options;
    if (!session.sendAudio(bytes)) return false;
    session.counters.audioOutMs += ms;
    this.#options.timings.audioSent();
    this.#playout.sent(this.#now(), ms);
    return true;
  }

  #beginTracking(): void {
    const nowMs = this.#now();
    this.#tracker.begin(nowMs, this.#options.session.positionMs, this.#playout.aheadMs(nowMs));
  }

  /**
   * AC-BARGE-3: takes out what is queued first, all of it, so that none of it begins in place of what is stopped;
   * then has the client drop what it holds, once.
   *
   * @param alwaysFlush - tells the client whatever it holds
   */
  #stop(runs: readonly PlaybackRun[], alwaysFlush = false): readonly StoppedPlayback[] {
    const nowMs = this.#now();
    const current = this.#runs[0];
    const heardAt = (ms: number) => (current?.begun ? this.#heardAtBargeInMs(current, ms) : 0);
    let heardMs = heardAt(nowMs);
    for (const run of runs) this.#runs.splice(this.#runs.indexOf(run), 1);
    // Nothing leaves before this is done, whatever a source does when it is asked to stop.
    const pumping = this.#pumping;
    this.#pumping = true;
    if (alwaysFlush || runs.some((run) => run.sentMs > 0)) {
      // What is sent for the first time in a process takes its time: what counts is when it has left.
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

  /** What plays next waits until the `barge_in` has left, or the client would drop it as well. */
  #flushClient(left: () => void): void {
    const { outbox } = this.#options;
    outbox.pushFirst(BARGE_IN, (seq) => {
      left();
      this.#options.timings.bargedIn(this.#tracker.clientPlaying);
      this.#tracker.bargedIn(seq);
      this.#playout.flush();
      this.#raw.clear();
    });
    for (const run of this.#runs) run.afterMessages = outbox.place;
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

  /** Sends what may leave of the current playback and judges whether it is over. Returns when to look again. */
  #advance(run: PlaybackRun): number {
    const { outbox } = this.#options;
    // What has failed waits for no message: the loop would come back to it for as long as those are held.
    if (run.failure === undefined && !outbox.hasSent(run.afterMessages)) return Number.POSITIVE_INFINITY;
    if (!run.begun) {
      this.#beginTracking();
      this.#raw.clear();
      this.#gaveAtMs = this.#now();
      run.begunMs = this.#gaveAtMs;
      run.begin();
      if (!this.#runs.includes(run)) return Number.POSITIVE_INFINITY;
    }
    if (run.failure !== undefined) {
      const heardMs = this.#heardMs(run);
      this.#runs.shift();
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
      if (!this.#sent(bytes, decision.sendMs)) return Number.POSITIVE_INFINITY;
      run.sentMs += decision.sendMs;
      this.#tracker.sent(this.#now(), decision.sendMs);
    }
  }

  /** `idle` waits for this playback, but only for a limited time for its source. Returns when to look again. */
  #waitFor(run: PlaybackRun): number {
    if (!run.begun || run.complete || run.bytes.length > 0 || this.#playout.held)
      return Number.POSITIVE_INFINITY;
    const nowMs = this.#now();
    const fromMs = Math.max(this.#gaveAtMs, this.#awaitedAtMs, this.#playout.endMs(nowMs));
    if (nowMs < fromMs + SOURCE_PATIENCE_MS) return fromMs + SOURCE_PATIENCE_MS;
    this.#options.warn(
      `a source has given nothing for ${SOURCE_PATIENCE_MS / 1000} s: what waits for its end goes on without it`,
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
    // The client ran dry after all was sent: its positions, a frame apart, would only blur that.
    const heardMs = ended === 'completed' ? run.sentMs : Math.min(run.sentMs, this.#tracker.heardMs(nowMs));
    return this.#over(run, { ended, heardMs });
  }

  #over(run: PlaybackRun, result: PlaybackResult): number {
    this.#runs.shift();
    run.settle(result);
    return Number.POSITIVE_INFINITY;
  }

  /** No playback is left: `idle` waits for the raw frames. Returns when to look again. */
  #awaitRaw(): number {
    if (this.#onIdle.length === 0) return Number.POSITIVE_INFINITY;
    const retryAtMs = this.#raw.retryAtMs(this.#now());
    if (retryAtMs !== undefined) return retryAtMs;
    this.#notifyIdle();
    return Number.POSITIVE_INFINITY;
  }
}
