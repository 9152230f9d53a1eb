import { ByteQueue } from '@hookline/audio';
import { isBytes, messageOf, runUserCode } from '@hookline/runtime';
import { kindOf } from '../argument-error.js';
import { type CallerSource, notifyOpened } from './caller-source.js';

/** A queued source. */
interface Entry {
  readonly source: CallerSource;
  /** Called once, when all of it was taken, or when the reader is stopped. */
  readonly done: () => void;
}

/** Receives the progress of the sources. */
export interface ReaderListener {
  /** All audio was taken. Called again after further sources. */
  exhausted(): void;
  /** A source failed: it threw, rejected, or gave something other than bytes. */
  failed(text: string): void;
}

type Chunks = AsyncIterator<unknown> | Iterator<unknown>;

/** The maximum number of pieces between two frames, so that a source of empty pieces does not block the process. */
export const MAX_PIECES = 4000;

/** How far sources are read. */
export interface ReadLimits {
  /** Reading continues while less than this is buffered. */
  readonly aheadBytes: number;
  /** The maximum between two frames, except for the last piece. Skipped audio is read, too, and has no other limit. */
  readonly bytesPerFrame: number;
}

/** The source that is being read. */
interface Current {
  readonly entry: Entry;
  readonly chunks: Chunks;
}

/** A source that was read to its end, and the byte count of its end. */
interface End {
  readonly entry: Entry;
  readonly atByte: number;
}

/**
 * Reads caller sources one after another, with a bounded buffer, so that a frame can be taken at any moment. A frame
 * within one chunk is a view of the source's own bytes.
 */
export class SourceReader {
  readonly #listener: ReaderListener;
  readonly #limits: ReadLimits;
  readonly #waiting: Entry[] = [];
  #current: Current | undefined;
  readonly #ends: End[] = [];
  readonly #bytes = new ByteQueue();
  #takenBytes = 0;
  #skip = 0;
  #reportsEnds = true;
  /** Pieces and bytes that were read since the last frame. */
  #pieces = 0;
  #readBytes = 0;
  #reading = false;
  #opened = false;
  #stopped = false;

  constructor(listener: ReaderListener, limits: ReadLimits) {
    this.#listener = listener;
    this.#limits = limits;
  }

  /** Whether any audio is left, even if it is late. */
  get speaking(): boolean {
    return this.#bytes.length > 0 || this.#current !== undefined || this.#waiting.length > 0;
  }

  /** Whether ends are reported: not while taken audio is held. */
  set reportsEnds(reports: boolean) {
    this.#reportsEnds = reports;
    if (reports) this.#reportEnds();
  }

  /** Appends a source. `done` is called once, also if the reader is stopped first. */
  add(source: CallerSource, done: () => void): void {
    if (this.#stopped) {
      done();
      return;
    }
    if (this.#opened) notifyOpened(source);
    this.#waiting.push({ source, done });
    this.#read();
  }

  /** The session is open: notifies sources that wait for it. */
  opened(): void {
    this.#opened = true;
    if (this.#current) notifyOpened(this.#current.entry.source);
    for (const { source } of this.#waiting) notifyOpened(source);
  }

  /** Takes up to `size` bytes, fewer if no more are available yet; undefined if there are none. */
  take(size: number): Uint8Array | undefined {
    const taken = this.#bytes.length > 0 ? this.#bytes.take(size) : undefined;
    this.#takenBytes += taken?.length ?? 0;
    this.#pieces = 0;
    this.#readBytes = 0;
    this.#reportEnds();
    this.#read();
    return taken;
  }

  /** Drops the next `size` bytes, also those that arrive later. */
  skip(size: number): void {
    this.#skip += size;
    this.#dropSkipped();
    this.#reportEnds();
    this.#read();
  }

  /** Releases every source. Idempotent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#takenBytes += this.#bytes.length;
    this.#bytes.clear();
    const current = this.#current;
    this.#current = undefined;
    for (const { entry } of this.#ends.splice(0)) entry.done();
    if (current) {
      release(current.chunks);
      current.entry.done();
    }
    for (const { done } of this.#waiting.splice(0)) done();
  }

  #dropSkipped(): void {
    const dropped = this.#bytes.drop(this.#skip);
    this.#skip -= dropped;
    this.#takenBytes += dropped;
  }

  /** A source is done when its last byte was taken. */
  #reportEnds(): void {
    if (this.#ends.length === 0 || !this.#reportsEnds) return;
    for (let end = this.#ends[0]; end && end.atByte <= this.#takenBytes; end = this.#ends[0]) {
      this.#ends.shift();
      end.entry.done();
    }
    if (this.#ends.length > 0 || this.speaking) return;
    this.#skip = 0;
    this.#listener.exhausted();
  }

  #read(): void {
    if (this.#reading || this.#stopped) return;
    if (this.#current === undefined && this.#waiting.length === 0) return;
    if (this.#bytes.length >= this.#limits.aheadBytes) return;
    if (this.#pieces >= MAX_PIECES || this.#readBytes >= this.#limits.bytesPerFrame) return;
    this.#pieces += 1;
    this.#reading = true;
    this.#pull().then(
      () => {
        this.#reading = false;
        this.#reportEnds();
        this.#read();
      },
      (error) => {
        this.#reading = false;
        if (!this.#stopped) this.#listener.failed(messageOf(error));
      },
    );
  }

  /** Pulls one chunk of the current source. */
  async #pull(): Promise<void> {
    const current = this.#current ?? this.#next();
    if (!current) return;
    const { done, value } = await current.chunks.next();
    if (this.#stopped) return;
    if (done) {
      this.#current = undefined;
      this.#ends.push({ entry: current.entry, atByte: this.#takenBytes + this.#bytes.length });
      return;
    }
    if (!isBytes(value)) {
      throw new TypeError(
        `the caller's source yielded ${kindOf(value)}; expected a Uint8Array of 8 kHz µ-law`,
      );
    }
    if (value.length === 0) return;
    this.#readBytes += value.length;
    this.#bytes.push(value);
    this.#dropSkipped();
  }

  #next(): Current | undefined {
    const entry = this.#waiting.shift();
    if (entry) this.#current = { entry, chunks: iterate(entry.source) };
    return this.#current;
  }
}

function iterate(source: CallerSource): Chunks {
  if (isBytes(source)) return [source][Symbol.iterator]();
  const chunks = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  // A promise is not an iterator, and its rejection must not end the process.
  runUserCode(
    () => chunks,
    () => {},
  );
  return chunks;
}

/** Closes a source. Errors of the source are ignored. */
function release(chunks: Chunks): void {
  try {
    Promise.resolve(chunks.return?.()).catch(() => {});
  } catch {
    // A source that throws on release has nothing left to disturb.
  }
}
