import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Clock } from '@hookline/runtime';
import { RequestRefused } from '../error.js';
import { MAX_HISTORY, MAX_OPENED_TRACES, MAX_READ_CALLS } from '../limits.js';
import type { CallEntry } from '../messages.js';
import { entryOf, KeptTrace } from './kept-trace.js';

/** Names of calls in the history: `2026-11-29-105120-3f2a`. */
const CALL_NAME = /^\d{4}-\d{2}-\d{2}-\d{6}-[0-9a-f]{4}$/;
/** Where the calls of the last run of the checks are kept. */
const CHECKS = 'checks';

interface Place {
  readonly path: string;
  readonly origin: CallEntry['origin'];
}

/**
 * The traces that a studio knows by name: its history on disk, of which the oldest are deleted, the calls of the last run of the
 * checks, and traces of elsewhere that were opened. Nothing else can be read through it.
 */
export class TraceStore {
  readonly #dir: string;
  readonly #clock: Clock;
  readonly #places = new Map<string, Place>();
  readonly #read = new Map<string, Promise<KeptTrace>>();
  /** What is known of a call of the history: it does not change any more. */
  readonly #entries = new Map<string, CallEntry>();
  #uploads: string | undefined;
  #opened = 0;
  #runs = 0;

  /** @param dir - the folder of the history; made when there is something to keep */
  constructor(dir: string, clock: Clock) {
    this.#dir = resolve(dir);
    this.#clock = clock;
  }

  /** A name and a folder for a call that begins. */
  begin(): { readonly id: string; readonly dir: string } {
    const stamp = new Date(this.#clock.wall()).toISOString().slice(0, 19);
    const id = `${stamp.replaceAll(':', '').replace('T', '-')}-${crypto.randomUUID().slice(0, 4)}`;
    return { id, dir: join(this.#dir, id) };
  }

  /** The history, newest first, after the oldest were deleted. A folder that is no trace is left alone and not listed. */
  async list(): Promise<readonly CallEntry[]> {
    const names = (await readdir(this.#dir).catch(() => [])).filter((name) => CALL_NAME.test(name));
    names.sort((a, b) => (a < b ? 1 : -1));
    for (const name of names.splice(MAX_HISTORY)) await this.#delete(name);
    const entries = await Promise.all(names.map((name) => this.#entry(name)));
    return entries.filter((entry) => entry !== undefined);
  }

  /** Deletes a call of the history. @throws RequestRefused 404 */
  async forget(id: string): Promise<void> {
    if (!CALL_NAME.test(id)) throw unknownCall(id);
    await this.#delete(id);
  }

  /** A trace by its name. @throws RequestRefused 404, and 422 for one that cannot be read */
  async open(id: string): Promise<KeptTrace> {
    const place = this.#places.get(id) ?? (await this.#inHistory(id));
    if (!place) throw unknownCall(id);
    const known = this.#read.get(id);
    this.#read.delete(id);
    const trace = known ?? KeptTrace.read(id, place.path, place.origin);
    this.#read.set(id, trace);
    for (const name of this.#read.keys()) if (this.#read.size > MAX_READ_CALLS) this.#read.delete(name);
    try {
      return await trace;
    } catch (error) {
      this.#read.delete(id);
      throw error;
    }
  }

  /** Makes a trace of elsewhere known. @returns its name @throws RequestRefused 422 for what cannot be read as a trace */
  async add(path: string): Promise<string> {
    const id = this.#name('opened');
    this.#places.set(id, { path: resolve(path), origin: 'opened' });
    try {
      await this.open(id);
    } catch (error) {
      this.#places.delete(id);
      throw error;
    }
    await this.#boundOpened();
    return id;
  }

  /** The same for a `.zip` that was uploaded. */
  async upload(zip: Uint8Array): Promise<string> {
    this.#uploads ??= await mkdtemp(join(tmpdir(), 'hookline-studio-'));
    const path = join(this.#uploads, `${crypto.randomUUID()}.zip`);
    await writeFile(path, zip, { mode: 0o600 });
    try {
      return await this.add(path);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  /** A folder for the calls of a run of the checks; those of the run before are deleted. */
  async beginChecks(): Promise<string> {
    const dir = join(this.#dir, CHECKS);
    for (const [id, { origin }] of this.#places) if (origin === 'check') this.#drop(id);
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    this.#runs += 1;
    return dir;
  }

  /** Makes a call of a run of the checks known. @returns its name */
  addCheck(path: string): string {
    for (const [id, place] of this.#places) if (place.path === resolve(path)) return id;
    const id = this.#name(`check-${this.#runs}`);
    this.#places.set(id, { path: resolve(path), origin: 'check' });
    return id;
  }

  /** Deletes what was uploaded. */
  async close(): Promise<void> {
    if (this.#uploads !== undefined) await rm(this.#uploads, { recursive: true, force: true });
  }

  #name(prefix: string): string {
    this.#opened += 1;
    return `${prefix}-${this.#opened}`;
  }

  async #inHistory(id: string): Promise<Place | undefined> {
    if (!CALL_NAME.test(id)) return undefined;
    const path = join(this.#dir, id);
    const found = await stat(path).catch(() => undefined);
    return found?.isDirectory() ? { path, origin: 'studio' } : undefined;
  }

  async #entry(name: string): Promise<CallEntry | undefined> {
    const known = this.#entries.get(name);
    if (known) return known;
    const entry = await entryOf(name, join(this.#dir, name), 'studio').catch(() => undefined);
    // Without a path it may still go on.
    if (entry?.path !== undefined) this.#entries.set(name, entry);
    return entry;
  }

  async #delete(name: string): Promise<void> {
    this.#entries.delete(name);
    this.#read.delete(name);
    await rm(join(this.#dir, name), { recursive: true, force: true });
  }

  async #boundOpened(): Promise<void> {
    const opened = [...this.#places].filter(([, { origin }]) => origin === 'opened');
    for (const [id, { path }] of opened.slice(0, Math.max(0, opened.length - MAX_OPENED_TRACES))) {
      this.#drop(id);
      if (this.#uploads !== undefined && path.startsWith(this.#uploads)) await rm(path, { force: true });
    }
  }

  #drop(id: string): void {
    this.#places.delete(id);
    this.#read.delete(id);
  }
}

function unknownCall(id: string): RequestRefused {
  return new RequestRefused(
    404,
    'not-found',
    `There is no call ${JSON.stringify(id.slice(0, 60))}: it was deleted, or it is older than the last ${MAX_HISTORY}.`,
  );
}
