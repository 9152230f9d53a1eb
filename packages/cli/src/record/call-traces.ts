import { rm } from 'node:fs/promises';
import { messageOf } from '@hookline/runtime';
import { createTraceWriter, type TraceWriter } from '@hookline/trace/node';
import { newTraceFolder } from '../artifacts.js';
import type { CliContext } from '../context.js';
import { parseNumber } from '../options/parse.js';
import type { Console } from '../output/console.js';
import type { UpgradeHead } from './call-tap.js';

export interface TraceFlags {
  /** Each call gets a folder of its own in here. */
  readonly trace: string;
  /** How many traces of this run are kept; all when left out. */
  readonly rotate?: string;
  readonly json?: boolean;
}

/** A call that goes on. */
interface LiveTrace {
  readonly writer: TraceWriter;
  readonly dir: string;
  readonly beganAt: number;
  /** Of the response; 0 until it came. */
  status: number;
}

/** The traces of the calls that pass. */
export class CallTraces {
  readonly #flags: TraceFlags;
  readonly #context: CliContext;
  readonly #console: Console;
  readonly #scheme: string;
  readonly #keep: number;
  readonly #live = new Map<number, LiveTrace>();
  readonly #kept: string[] = [];
  readonly #closing = new Set<Promise<void>>();

  constructor(flags: TraceFlags, context: CliContext, console: Console, scheme: string) {
    this.#flags = flags;
    this.#context = context;
    this.#console = console;
    this.#scheme = scheme;
    this.#keep =
      flags.rotate === undefined
        ? Number.POSITIVE_INFINITY
        : parseNumber(flags.rotate, '--rotate', { min: 1, max: 1_000_000, integer: true });
  }

  begin({ host, target }: UpgradeHead, call: number): TraceWriter {
    const { clock } = this.#context;
    const dir = newTraceFolder(clock.wall(), this.#flags.trace);
    const writer = createTraceWriter({
      dir,
      vantage: 'proxy',
      clock,
      url: `${this.#scheme}://${host}${target}`,
    });
    const live: LiveTrace = { writer, dir, status: 0, beganAt: clock.now() };
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

  /** Resolves when every trace that was begun is whole. */
  async settled(): Promise<void> {
    for (const call of [...this.#live.keys()]) this.end(call);
    await Promise.all(this.#closing);
  }

  async #close(
    call: number,
    {
      writer,
      dir,
      status,
      beganAt,
    }: { readonly writer: TraceWriter; readonly dir: string; status: number; beganAt: number },
  ): Promise<void> {
    const durationMs = Math.round(this.#context.clock.now() - beganAt);
    try {
      await writer.close();
      this.#kept.push(dir);
      if (this.#flags.json) this.#console.json({ type: 'call', call, status, durationMs, trace: dir });
      else
        this.#console.out(
          `call ${call}: HTTP ${status || 'none'} · ${(durationMs / 1000).toFixed(1)} s · trace ${dir}`,
        );
      while (this.#kept.length > this.#keep) {
        const oldest = this.#kept.shift();
        if (oldest !== undefined) await rm(oldest, { recursive: true });
      }
    } catch (error) {
      this.#console.err(`hookline: call ${call} is not kept as a whole: ${messageOf(error)}`);
    }
  }
}
