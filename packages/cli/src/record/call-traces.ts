import { rm } from 'node:fs/promises';
import { messageOf } from '@hookline/runtime';
import { createTraceWriter, type TraceWriter } from '@hookline/trace/node';
import { newTraceFolder } from '../artifacts.js';
import type { CliContext } from '../context.js';
import { parseNumber } from '../options/parse.js';
import type { Console } from '../output/console.js';
import type { UpgradeRequest } from './call-tap.js';

export interface TraceFlags {
  /** The parent folder; each call is stored in its own folder below it. */
  readonly trace: string;
  /** The number of traces to keep of this run; all if absent. */
  readonly rotate?: string;
  /** Masks personal data and stores no audio. */
  readonly redactPii?: boolean;
  readonly json?: boolean;
}

/** The trace of a running call. */
interface LiveTrace {
  readonly writer: TraceWriter;
  readonly dir: string;
  readonly startedAt: number;
  /** HTTP status of the response; 0 before it. */
  status: number;
}

/** Writes a trace for each call of the proxy. */
export class CallTraces {
  readonly #flags: TraceFlags;
  readonly #context: CliContext;
  readonly #console: Console;
  readonly #scheme: string;
  readonly #maxFolders: number;
  readonly #live = new Map<number, LiveTrace>();
  readonly #finishedFolders: string[] = [];
  readonly #closing = new Set<Promise<void>>();

  constructor(flags: TraceFlags, context: CliContext, console: Console, scheme: string) {
    this.#flags = flags;
    this.#context = context;
    this.#console = console;
    this.#scheme = scheme;
    this.#maxFolders =
      flags.rotate === undefined
        ? Number.POSITIVE_INFINITY
        : parseNumber(flags.rotate, '--rotate', { min: 1, max: 1_000_000, integer: true });
  }

  begin({ host, target }: UpgradeRequest, call: number): TraceWriter {
    const { clock } = this.#context;
    const dir = newTraceFolder(clock.wall(), this.#flags.trace);
    const writer = createTraceWriter({
      dir,
      vantage: 'proxy',
      clock,
      url: `${this.#scheme}://${host}${target}`,
      redactPii: this.#flags.redactPii === true,
    });
    const live: LiveTrace = { writer, dir, status: 0, startedAt: clock.now() };
    this.#live.set(call, live);
    return {
      ...writer,
      event(event) {
        if (event.kind === 'response') live.status = event.status;
        writer.event(event);
      },
    };
  }

  end(call: number): void {
    const live = this.#live.get(call);
    if (!live) return;
    this.#live.delete(call);
    const closing = this.#close(call, live).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  /** Ends all running traces. Resolves when all traces have been written. */
  async finish(): Promise<void> {
    for (const call of [...this.#live.keys()]) this.end(call);
    await Promise.all(this.#closing);
  }

  async #close(call: number, { writer, dir, status, startedAt }: Readonly<LiveTrace>): Promise<void> {
    const durationMs = Math.round(this.#context.clock.now() - startedAt);
    let problem: string | undefined;
    try {
      await writer.close();
    } catch (error) {
      problem = messageOf(error);
      this.#console.err(`hookline: the trace of call ${call} is incomplete: ${problem}`);
    }
    const incomplete = problem === undefined ? {} : { problem };
    if (this.#flags.json)
      this.#console.json({ type: 'call', call, status, durationMs, trace: dir, ...incomplete });
    else
      this.#console.out(
        `call ${call}: HTTP ${status || 'none'} · ${(durationMs / 1000).toFixed(1)} s · trace ${dir}`,
      );
    await this.#rotate(dir);
  }

  /** Deletes the oldest traces, complete or not: on a full disk, that makes room for the next ones. */
  async #rotate(dir: string): Promise<void> {
    this.#finishedFolders.push(dir);
    while (this.#finishedFolders.length > this.#maxFolders) {
      const oldest = this.#finishedFolders.shift() ?? dir;
      try {
        await rm(oldest, { recursive: true, force: true });
      } catch (error) {
        this.#console.err(`hookline: the trace ${oldest} cannot be deleted: ${messageOf(error)}`);
      }
    }
  }
}
