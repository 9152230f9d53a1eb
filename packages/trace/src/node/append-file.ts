import { type FileHandle, open } from 'node:fs/promises';
import { messageOf } from '@hookline/runtime';
import { traceError } from '../error.js';

/**
 * Maximum number of bytes that wait for the disk; beyond it writing fails. This is the recording of a call of 15
 * minutes.
 */
const MAX_WAITING_BYTES = 32 * 1024 * 1024;

/** Only the owner may read the audio and the phone numbers of a call. */
const PRIVATE_FILE = 0o600;

const NO_BYTES = new Uint8Array(0);

interface Job {
  readonly bytes: Uint8Array;
  /** The position to overwrite; undefined: the end of the file. */
  readonly at?: number;
  /** Zeros to skip at the end of the file. */
  readonly zeros?: number;
}

/**
 * A new file that is written in the background. Writing never waits or throws: `close` reports the first error, and
 * later writes are dropped.
 */
export class AppendFile {
  readonly path: string;
  /** Resolves when the file is created; rejects if it cannot be created, which `close` reports as well. */
  readonly opened: Promise<unknown>;
  #handle: FileHandle | undefined;
  #jobs: Job[] = [];
  #waiting = 0;
  #size = 0;
  #written = 0;
  #failure: unknown;
  #pump: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /**
   * @param path - the path of the file
   * @param options - `ready`: what must finish first, such as creating the directory; `exclusive`: whether an existing file
   *   is an error (default) or is replaced
   */
  constructor(path: string, options: { ready?: Promise<unknown>; exclusive?: boolean } = {}) {
    const { ready, exclusive = true } = options;
    this.path = path;
    this.opened = this.#open(ready, exclusive ? 'wx' : 'w');
    this.opened.catch((error: unknown) => this.#fail(error));
  }

  /** Bytes appended so far: the offset of the next ones. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes to the end. They are not copied and must not be changed afterwards. */
  append(bytes: Uint8Array): void {
    if (this.#closing || bytes.length === 0) return;
    this.#size += bytes.length;
    this.#push({ bytes });
  }

  /** Adds zeros to the end without writing them: the file has a hole before later bytes. */
  appendZeros(count: number): void {
    if (this.#closing || count === 0) return;
    this.#size += count;
    this.#push({ bytes: NO_BYTES, zeros: count });
  }

  /** Overwrites bytes that were added before. */
  overwrite(at: number, bytes: Uint8Array): void {
    if (!this.#closing) this.#push({ bytes, at });
  }

  /** Resolves when the bytes given so far are written, or have failed. */
  async idle(): Promise<void> {
    while (this.#pump) await this.#pump;
  }

  /** Writes pending bytes and closes the file. Idempotent. @throws HooklineError `TRACE_EXISTS`, `TRACE_WRITE` */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  #push(job: Job): void {
    if (this.#failure !== undefined) return;
    this.#waiting += job.bytes.length;
    if (this.#waiting > MAX_WAITING_BYTES) {
      this.#fail(new Error(`the disk is too slow: ${this.#waiting} bytes are waiting to be written`));
      return;
    }
    this.#jobs.push(job);
    this.#run();
  }

  async #open(ready: Promise<unknown> | undefined, flags: string): Promise<void> {
    await ready;
    this.#handle = await open(this.path, flags, PRIVATE_FILE);
  }

  #run(): void {
    this.#pump ??= this.#writeJobs();
  }

  async #writeJobs(): Promise<void> {
    try {
      await this.opened;
      while (this.#handle && this.#jobs.length > 0) {
        const jobs = this.#jobs;
        this.#jobs = [];
        for (const batch of batches(jobs)) await this.#write(this.#handle, batch);
      }
    } catch (error) {
      this.#fail(error);
    }
    // Runs in the same tick as the last check for jobs, so that a later job starts a new loop.
    this.#pump = undefined;
  }

  async #write(handle: FileHandle, batch: readonly Job[]): Promise<void> {
    const { at, zeros } = batch[0] ?? {};
    if (zeros !== undefined) {
      this.#written += zeros;
      // Sets the length of the file, even if no bytes follow.
      await handle.truncate(this.#written);
      return;
    }
    const buffers = batch.map((job) => job.bytes);
    const bytes = buffers.length === 1 ? (buffers[0] ?? new Uint8Array(0)) : Buffer.concat(buffers);
    let done = 0;
    while (done < bytes.length) {
      const position = at === undefined ? this.#written + done : at + done;
      const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position);
      done += bytesWritten;
    }
    if (at === undefined) this.#written += bytes.length;
    this.#waiting -= bytes.length;
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#jobs = [];
    this.#waiting = 0;
  }

  async #end(): Promise<void> {
    await this.opened.catch((error: unknown) => this.#fail(error));
    await this.idle();
    await this.#handle?.close().catch((error: unknown) => this.#fail(error));
    if (this.#failure !== undefined) throw this.#error(this.#failure);
  }

  #error(failure: unknown) {
    // Creating a directory also fails with EEXIST if a file has its name.
    const found = failure instanceof Error && 'code' in failure && 'syscall' in failure ? failure : undefined;
    if (found?.code === 'EEXIST' && found.syscall === 'open') {
      return traceError(
        'TRACE_EXISTS',
        `${this.path} already exists, and traces are not overwritten. Choose another directory.`,
        failure,
      );
    }
    return traceError(
      'TRACE_WRITE',
      `${this.path} could not be written: ${messageOf(failure)}. Data written earlier is kept. Check the path, its ` +
        'permissions and the free disk space.',
      failure,
    );
  }
}

/** Consecutive jobs at the end of the file are written together. */
function batches(jobs: readonly Job[]): Job[][] {
  const out: Job[][] = [];
  for (const job of jobs) {
    const last = out.at(-1);
    if (last && isPlain(job) && last[0] && isPlain(last[0])) last.push(job);
    else out.push([job]);
  }
  return out;
}

function isPlain({ at, zeros }: Job): boolean {
  return at === undefined && zeros === undefined;
}
