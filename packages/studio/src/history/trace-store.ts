import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '@hookline/runtime';
import { TRACE_FILES } from '@hookline/trace/node';
import { ConflictError, RequestError } from '../error.js';
import { MAX_HISTORY, MAX_OPENED_TRACES, MAX_READ_CALLS } from '../limits.js';
import type { CallEntry } from '../messages.js';
import { readEntry, StoredTrace } from './stored-trace.js';

/** The form of call IDs in the history: `2026-11-29-105120-3f2a`. */
const CALL_NAME = /^\d{4}-\d{2}-\d{2}-\d{6}-[0-9a-f]{4}$/;
/** The length of the start in a call ID. */
const SECOND_LENGTH = '2026-11-29-105120'.length;
/** How many traces are read at the same time: each takes two file descriptors. */
const READ_AT_ONCE = 8;
/** The subfolder for the calls of the last run of the checks. */
const CHECKS_DIR = 'checks';

interface TraceLocation {
  readonly path: string;
  readonly origin: CallEntry['origin'];
}

/**
 * The traces that a studio can read by ID: its history on disk (bounded; the oldest are deleted), the calls of the last run of
 * the checks, and traces from elsewhere that were opened. No other file can be read through it.
 */
export class TraceStore {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #locations = new Map<string, TraceLocation>();
  readonly #loaded = new Map<string, Promise<StoredTrace>>();
  /** Cached entries of finished calls: they no longer change. */
  readonly #entries = new Map<string, CallEntry>();
  /** Cached entries of calls without a result, each with the state of its files when it was read. */
  readonly #unfinished = new Map<string, { readonly state: string; readonly entry: CallEntry }>();
  /** Entries of the calls of this studio that are still being written: their files may not exist yet. */
  readonly #live = new Map<string, CallEntry>();
  #uploadDir: string | undefined;
  #ids = 0;
  #checkRuns = 0;

  /** @param dir - the folder of the history; created with the first call */
  constructor(dir: string, clock: Clock) {
    this.#dir = resolve(dir);
    this.#clock = clock;
  }

  /** Returns an ID and a folder for a new call. */
  reserve(): { readonly id: string; readonly dir: string } {
    const stamp = new Date(this.#clock.wall()).toISOString().slice(0, 19);
    const id = `${stamp.replaceAll(':', '').replace('T', '-')}-${crypto.randomUUID().slice(0, 4)}`;
    return { id, dir: join(this.#dir, id) };
  }

  /** Reports that a call is being written: until `markSaved` it is listed as live and cannot be deleted. */
  markLive(entry: CallEntry): void {
    this.#live.set(entry.id, { ...entry, live: true });
  }

  /** Reports that a call is written completely: what was read of it before may be incomplete. */
  markSaved(id: string): void {
    this.#live.delete(id);
    this.#loaded.delete(id);
  }

  /**
   * Lists the history, newest first, and deletes the oldest calls beyond the limit. Folders that are not traces are ignored, and
   * a call that cannot be deleted is only left out.
   */
  async list(): Promise<readonly CallEntry[]> {
    const stored = (await readdir(this.#dir).catch(() => [])).filter((name) => CALL_NAME.test(name));
    const names = [...new Set([...stored, ...this.#live.keys()])].sort().reverse();
    const secondOf = (name: string) => name.slice(0, SECOND_LENGTH);
    // The name tells only the second. Calls of one second are ordered by their start, which has to be read.
    const oldest = secondOf(names[MAX_HISTORY - 1] ?? '');
    const older = names.filter((name) => secondOf(name) < oldest);
    const read = names.slice(0, names.length - older.length);
    const calls: { name: string; entry: CallEntry | undefined; order: string }[] = [];
    for (let first = 0; first < read.length; first += READ_AT_ONCE) {
      const next = read.slice(first, first + READ_AT_ONCE).map(async (name) => {
        const entry = await this.#entry(name);
        return { name, entry, order: `${secondOf(name)} ${entry?.started} ${name}` };
      });
      calls.push(...(await Promise.all(next)));
    }
    calls.sort((a, b) => (a.order < b.order ? 1 : -1));
    for (const name of [...calls.splice(MAX_HISTORY).map((call) => call.name), ...older]) {
      if (!this.#live.has(name)) await this.#delete(name).catch(() => {});
    }
    return calls.flatMap(({ entry }) => entry ?? []);
  }

  /** Deletes a call from the history. @throws RequestError 404; ConflictError for a call in progress */
  async remove(id: string): Promise<void> {
    if (!CALL_NAME.test(id)) throw callNotFound(id);
    if (this.#live.has(id)) {
      throw new ConflictError(
        'call-live',
        `The call ${id} is in progress, perhaps in another page: delete it after it has ended.`,
      );
    }
    await this.#delete(id);
  }

  /** Opens a trace by its ID. @throws RequestError 404, or 422 if it cannot be read */
  async open(id: string): Promise<StoredTrace> {
    const location = this.#locations.get(id) ?? (await this.#findInHistory(id));
    if (!location) throw callNotFound(id);
    const loaded = this.#loaded.get(id);
    this.#loaded.delete(id);
    const trace = loaded ?? StoredTrace.read(id, location.path, location.origin);
    this.#loaded.set(id, trace);
    for (const name of this.#loaded.keys()) if (this.#loaded.size > MAX_READ_CALLS) this.#loaded.delete(name);
    try {
      const read = await trace;
      // Still being written, perhaps by another studio: the next reader finds more.
      if (location.origin === 'studio' && read.entry.path === undefined) this.#loaded.delete(id);
      return read;
    } catch (error) {
      this.#loaded.delete(id);
      throw error;
    }
  }

  /** Registers a trace from elsewhere. @returns its ID @throws RequestError 422 if it cannot be read */
  async add(path: string): Promise<string> {
    const id = this.#nextId('opened');
    this.#locations.set(id, { path: resolve(path), origin: 'opened' });
    try {
      await this.open(id);
    } catch (error) {
      this.#locations.delete(id);
      throw error;
    }
    await this.#evictOpened();
    return id;
  }

  /** Stores an uploaded `.zip` and registers it as `add` does. */
  async upload(zip: Uint8Array): Promise<string> {
    this.#uploadDir ??= await mkdtemp(join(tmpdir(), 'hookline-studio-'));
    const path = join(this.#uploadDir, `${crypto.randomUUID()}.zip`);
    await writeFile(path, zip, { mode: 0o600 });
    try {
      return await this.add(path);
    } catch (error) {
      await rm(path, { force: true });
      if (!(error instanceof RequestError)) throw error;
      // The temporary path means nothing to the user.
      const message = error.message.replaceAll(path, 'the uploaded file');
      throw new RequestError(error.status, error.code, message);
    }
  }

  /** Returns an empty folder for the calls of a run of the checks; those of the previous run are deleted. */
  async startCheckRun(): Promise<string> {
    const dir = join(this.#dir, CHECKS_DIR);
    for (const [id, { origin }] of this.#locations) if (origin === 'check') this.#unregister(id);
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    this.#checkRuns += 1;
    return dir;
  }

  /** Registers a call of a run of the checks. @returns its ID */
  addCheckTrace(path: string): string {
    for (const [id, location] of this.#locations) if (location.path === resolve(path)) return id;
    const id = this.#nextId(`check-${this.#checkRuns}`);
    this.#locations.set(id, { path: resolve(path), origin: 'check' });
    return id;
  }

  /** Deletes the uploaded files. */
  async close(): Promise<void> {
    if (this.#uploadDir !== undefined) await rm(this.#uploadDir, { recursive: true, force: true });
  }

  #nextId(prefix: string): string {
    this.#ids += 1;
    return `${prefix}-${this.#ids}`;
  }

  async #findInHistory(id: string): Promise<TraceLocation | undefined> {
    if (!CALL_NAME.test(id)) return undefined;
    const path = join(this.#dir, id);
    const found = await stat(path).catch(() => undefined);
    return found?.isDirectory() ? { path, origin: 'studio' } : undefined;
  }

  async #entry(name: string): Promise<CallEntry | undefined> {
    const known = this.#live.get(name) ?? this.#entries.get(name);
    if (known) return known;
    const path = join(this.#dir, name);
    const state = await stateOf(path);
    const unfinished = this.#unfinished.get(name);
    if (unfinished?.state === state) return unfinished.entry;
    const entry = await readEntry(name, path, 'studio').catch(() => undefined);
    // Not remembered if it cannot be read: that may change without a change of its files, as when too many files are open.
    this.#unfinished.delete(name);
    // A call without a path may still be in progress.
    if (entry?.path === undefined) {
      if (entry) this.#unfinished.set(name, { state, entry });
    } else {
      this.#entries.set(name, entry);
    }
    return entry;
  }

  async #delete(name: string): Promise<void> {
    this.#entries.delete(name);
    this.#unfinished.delete(name);
    this.#loaded.delete(name);
    await rm(join(this.#dir, name), { recursive: true, force: true });
  }

  async #evictOpened(): Promise<void> {
    const opened = [...this.#locations].filter(([, { origin }]) => origin === 'opened');
    for (const [id, { path }] of opened.slice(0, Math.max(0, opened.length - MAX_OPENED_TRACES))) {
      this.#unregister(id);
      if (this.#uploadDir !== undefined && path.startsWith(this.#uploadDir)) await rm(path, { force: true });
    }
  }

  #unregister(id: string): void {
    this.#locations.delete(id);
    this.#loaded.delete(id);
  }
}

/** Sizes and times of the files that the entry of a call is read from: they change when it goes on. */
async function stateOf(folder: string): Promise<string> {
  const files = await Promise.all(
    [TRACE_FILES.rows, TRACE_FILES.result].map((file) => stat(join(folder, file)).catch(() => undefined)),
  );
  return files.map((file) => `${file?.mtimeMs} ${file?.size}`).join(', ');
}

function callNotFound(id: string): RequestError {
  return new RequestError(
    404,
    'not-found',
    `There is no call ${JSON.stringify(id.slice(0, 60))}: it was deleted, or it is older than the last ${MAX_HISTORY}.`,
  );
}
