import { ByteQueue } from '@hookline/audio';
import { messageOf } from '@hookline/runtime';
import { codeOf, serverError } from '../error.js';
import { CallEnded } from '../session/call-ended.js';
import type { LiveSource, OpenSource } from '../source/open-source.js';
import type { AnswerPace } from '../user-code/answer-pace.js';
import { deferred } from '../user-code/deferred.js';
import type { Playback, PlaybackResult, PlayOptions, StoppedPlayback } from './playback.js';
import type { PlaybackStream } from './stream.js';

/** The parts of a player that its playbacks need. */
export interface PlaybackHost {
  /** Opens the source of a playback that starts. */
  open(): Uint8Array | OpenSource | LiveSource;
  /** More bytes are queued, or the source has ended or failed. */
  changed(run: PlaybackRun): void;
  heardMs(run: PlaybackRun): number;
  stop(run: PlaybackRun): void;
  /** Resolves in a later turn of the event loop. */
  pause(): Promise<void>;
  /** Called when it is over. @param ended - the result; `failed`: its source failed */
  over(run: PlaybackRun, ended: PlaybackResult['ended'] | 'failed', heardMs: number): void;
}

/** The maximum number of consecutive empty pieces before the event loop gets its turn. */
const MAX_EMPTY_PIECES = 100;

/** One playback: reads its source, buffers unsent bytes, and settles once. */
export class PlaybackRun implements Playback {
  readonly bytes = new ByteQueue();
  readonly options: PlayOptions;
  /**
   * The position in the outbox up to which messages must be sent before its first frame: a turn or a `barge_in`
   * precedes its audio.
   */
  afterMessages: number;
  /** Milliseconds that were sent. */
  sentMs = 0;
  /** When it started, by the clock; undefined before. */
  begunMs: number | undefined;
  /** Since when bytes have been queued; undefined while none are. */
  queuedSinceMs: number | undefined;
  /** The stream that writes it, if there is one. */
  stream: PlaybackStream | undefined;
  /** Slows down a loop of the bot that only awaits `started` or `finished`; set before the bot gets either. */
  pace: AnswerPace | undefined;
  readonly #host: PlaybackHost;
  readonly #maxQueuedBytes: number;
  readonly #started = deferred<void>();
  readonly #finished = deferred<PlaybackResult>();
  #startedAnswer: Promise<void> | undefined;
  #finishedAnswer: Promise<PlaybackResult> | undefined;
  #source: OpenSource | LiveSource | undefined;
  #begun = false;
  #complete = false;
  #settled = false;
  #result: PlaybackResult | undefined;
  #failure: unknown;
  #onSpace: (() => void) | undefined;

  /** @param maxQueuedBytes - the source is read only while fewer bytes are queued */
  constructor(host: PlaybackHost, options: PlayOptions, afterMessages: number, maxQueuedBytes: number) {
    this.#host = host;
    this.options = options;
    this.afterMessages = afterMessages;
    this.#maxQueuedBytes = maxQueuedBytes;
  }

  get started(): Promise<void> {
    this.#startedAnswer ??= this.#answer(this.#started.promise);
    return this.#startedAnswer;
  }

  get finished(): Promise<PlaybackResult> {
    this.#finishedAnswer ??= this.#answer(this.#finished.promise);
    return this.#finishedAnswer;
  }

  get heardMs(): number {
    return this.#result?.heardMs ?? this.#host.heardMs(this);
  }

  /** Whether it has started. */
  get begun(): boolean {
    return this.#begun;
  }

  /** Whether its source has ended. */
  get complete(): boolean {
    return this.#complete;
  }

  /** The error of its source, if it failed. */
  get failure(): unknown {
    return this.#failure;
  }

  get over(): boolean {
    return this.#settled || this.#failure !== undefined;
  }

  stop(): void {
    if (!this.over) this.#host.stop(this);
  }

  /** The result of stopping it. */
  get stopped(): StoppedPlayback {
    const { stream, heardMs } = this;
    return { playback: stream ?? this, heardMs, heard: stream?.heard() ?? [] };
  }

  /** Starts: opens the source and reads it. */
  begin(): void {
    this.#begun = true;
    try {
      const source = this.#host.open();
      if (source instanceof Uint8Array) {
        this.bytes.push(source);
        this.#complete = true;
        return;
      }
      // A source may stop its own playback as it is opened.
      if (this.over) {
        source.close();
        return;
      }
      this.#source = source;
      if ('readBy' in source) this.#readBy(source);
      else void this.#read(source);
    } catch (error) {
      if (!this.over) this.#fail(error);
    }
  }

  /** Removes and returns the first bytes, and continues to read the source. */
  take(count: number): Uint8Array {
    const bytes = this.bytes.take(count);
    if (this.bytes.length === 0) this.queuedSinceMs = undefined;
    if (this.bytes.length <= this.#maxQueuedBytes) this.#wake();
    return bytes;
  }

  /** The caller starts to hear it. */
  heard(): void {
    this.#started.resolve();
  }

  /** It is over; later bytes of its source are dropped. If its source has failed before, that is what counts. */
  settle(result: PlaybackResult): void {
    if (this.#failure !== undefined) {
      this.settleFailed(result.heardMs);
      return;
    }
    if (this.#settled) return;
    this.#settled = true;
    this.#result = result;
    this.#release(result.ended, result.heardMs);
    this.#started.reject(
      new CallEnded('completed', `the playback ended before it was heard: ${result.ended}`),
    );
    this.#finished.resolve(result);
  }

  /** Its source failed: it ends with the audio sent so far. */
  settleFailed(heardMs: number): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#release('failed', heardMs);
    const failure = this.#failure;
    const error =
      codeOf(failure) !== undefined
        ? failure
        : serverError('SERVER_SOURCE_FAILED', `The audio source failed: ${messageOf(failure)}`, failure);
    this.#started.reject(error);
    this.#finished.reject(error);
  }

  async #read(source: OpenSource): Promise<void> {
    let empty = 0;
    try {
      for (let chunk = await source.next(); chunk && !this.over; chunk = await source.next()) {
        if (chunk.length === 0) {
          empty += 1;
          if (empty % MAX_EMPTY_PIECES === 0) await this.#host.pause();
          continue;
        }
        empty = 0;
        this.bytes.push(chunk);
        this.#host.changed(this);
        if (this.bytes.length > this.#maxQueuedBytes) await this.#space();
      }
      if (this.over) return;
      this.#complete = true;
    } catch (error) {
      if (this.over) return;
      this.#fail(error);
    }
    this.#host.changed(this);
  }

  /** Accepts bytes that a source pushes; the writer limits them. */
  #readBy(source: LiveSource): void {
    source.readBy({
      bytes: (bytes) => {
        if (this.over || bytes.length === 0) return;
        this.bytes.push(bytes);
        this.#host.changed(this);
      },
      ended: () => {
        if (this.over) return;
        this.#complete = true;
        this.#host.changed(this);
      },
      failed: (error) => {
        if (this.over) return;
        this.#fail(error);
        this.#host.changed(this);
      },
    });
  }

  #fail(error: unknown): void {
    // A thrown `undefined` is a failure too.
    this.#failure = error ?? new Error('the source threw undefined');
  }

  #answer<T>(promise: Promise<T>): Promise<T> {
    return this.pace?.of(promise) ?? promise;
  }

  #space(): Promise<void> {
    return new Promise((resolve) => {
      this.#onSpace = resolve;
    });
  }

  #wake(): void {
    this.#onSpace?.();
    this.#onSpace = undefined;
  }

  #release(ended: PlaybackResult['ended'] | 'failed', heardMs: number): void {
    this.bytes.clear();
    this.#source?.close();
    this.#wake();
    this.#host.over(this, ended, heardMs);
  }
}
