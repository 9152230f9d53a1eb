import { AsyncResource } from 'node:async_hooks';
import type { Clock, Logger } from '@hookline/runtime';
import type { ToolDeclaration } from '../service/service.js';
import type { ToolOutcome } from '../session.js';
import { type ParameterReader, parameterReader } from '../tools/parameters.js';
import type { Tool, ToolContext } from '../tools/tool.js';

/** Requests that run at a time; a service that sends more is told that they failed. */
const MAX_RUNNING_TOOLS = 16;

/** Ids of requests that are remembered, so that one that is sent twice runs once. */
const MAX_KNOWN_REQUESTS = 1000;

/** What the runs of tools tell the session. */
export interface ToolRunHost {
  context(signal: AbortSignal, callId: string): ToolContext;
  started(): void;
  /** `reply`: whether the result asks for a reply of the model's. */
  over(reply: boolean, name: string, outcome: ToolOutcome, ms: number): void;
  result(id: string, result: unknown, reply: boolean): void;
  /** The model shall go on while the tool runs. */
  goOn(): void;
  /** A result that was promised for later. */
  tell(text: string): void;
}

interface Run {
  readonly name: string;
  readonly tool: Tool;
  readonly controller: AbortController;
  readonly startedMs: number;
}

/** The tools of a session: reads what the model asks for, runs it, bounds it, tells the result. */
export class ToolRuns {
  readonly #tools = new Map<string, { readonly tool: Tool; readonly reader: ParameterReader }>();
  readonly #running = new Map<string, Run>();
  readonly #known = new Set<string>();
  readonly #host: ToolRunHost;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #toolMs: number;
  /** Runs a tool in the async context of the handler: requests come in that of the service's socket. */
  readonly #run = AsyncResource.bind(({ tool }: Run, args: unknown, context: ToolContext) =>
    tool.run(args, context),
  );

  /** @throws RealtimeError `REALTIME_BAD_TOOL` */
  constructor(
    tools: Readonly<Record<string, Tool>>,
    host: ToolRunHost,
    options: { readonly clock: Clock; readonly log: Logger; readonly toolMs: number },
  ) {
    for (const [name, tool] of Object.entries(tools)) {
      this.#tools.set(name, { tool, reader: parameterReader(name, tool) });
    }
    this.#host = host;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#toolMs = options.toolMs;
  }

  get declarations(): readonly ToolDeclaration[] {
    return [...this.#tools].map(([name, { tool, reader }]) => declaration(name, tool, reader));
  }

  /** The service asks for a tool. One that it asks for twice runs once. */
  request(id: string, name: string, json: string): void {
    if (this.#known.has(id)) return;
    this.#remember(id);
    const known = this.#tools.get(name);
    this.#host.started();
    const startedMs = this.#clock.now();
    if (!known || this.#running.size >= MAX_RUNNING_TOOLS) {
      const why = known ? 'too many tools run at this time' : `there is no tool of this name`;
      this.#log.warn({ known: known !== undefined }, `the model asked for a tool that cannot run: ${why}`);
      this.#host.result(id, { error: why }, true);
      this.#host.over(true, known ? name : 'unknown', 'refused', 0);
      return;
    }
    const run: Run = { name, tool: known.tool, controller: new AbortController(), startedMs };
    this.#running.set(id, run);
    if (known.tool.reply === 'later') {
      this.#host.result(id, { status: 'accepted: the result will be told later' }, true);
      this.#host.goOn();
    }
    void this.#carryOut(id, run, known.reader, json);
  }

  /** The service takes a request back. */
  cancel(id: string): void {
    this.#end(id, 'cancelled');
  }

  /** The caller speaks: what may be interrupted is. */
  interrupt(): void {
    for (const [id, { tool }] of [...this.#running]) {
      if (!tool.interruptible) continue;
      this.#host.result(id, { error: 'the caller interrupted' }, false);
      this.#end(id, 'cancelled');
    }
  }

  /** Aborts all that runs. Nothing is told any more. */
  close(): void {
    for (const { controller } of this.#running.values()) controller.abort();
    this.#running.clear();
  }

  #remember(id: string): void {
    this.#known.add(id);
    if (this.#known.size > MAX_KNOWN_REQUESTS) {
      const [oldest] = this.#known;
      if (oldest !== undefined) this.#known.delete(oldest);
    }
  }

  async #carryOut(id: string, run: Run, reader: ParameterReader, json: string): Promise<void> {
    const cancel = this.#clock.after(this.#toolMs, () => {
      this.#settle(id, run, 'timeout', { error: 'the tool took too long' });
    });
    run.controller.signal.addEventListener('abort', cancel, { once: true });
    try {
      const read = await reader.read(json);
      if (run.controller.signal.aborted) return;
      if ('fault' in read) {
        this.#settle(id, run, 'refused', { error: read.fault });
        return;
      }
      const result = await this.#run(run, read.value, this.#host.context(run.controller.signal, id));
      this.#settle(id, run, 'done', result ?? { status: 'done' });
    } catch (error) {
      if (run.controller.signal.aborted) return;
      this.#log.error({ err: error, tool: run.name }, 'a tool failed');
      // What it threw may hold what the model, and so the caller, must not know.
      this.#settle(id, run, 'failed', { error: 'the tool failed' });
    } finally {
      cancel();
    }
  }

  #settle(id: string, run: Run, outcome: ToolOutcome, result: unknown): void {
    if (this.#running.get(id) !== run) return;
    const { reply = 'after' } = run.tool;
    // A fault is always for the model to speak about.
    const speaks = outcome !== 'done' || reply === 'after';
    if (reply === 'later') this.#host.tell(`Result of ${run.name}: ${asText(result)}`);
    else this.#host.result(id, result, speaks);
    this.#end(id, outcome, speaks && reply !== 'later');
  }

  #end(id: string, outcome: ToolOutcome, reply = false): void {
    const run = this.#running.get(id);
    if (!run) return;
    this.#running.delete(id);
    run.controller.abort();
    // Of several that the model asked for at once the last one is answered.
    const last = ![...this.#running.values()].some(({ tool }) => (tool.reply ?? 'after') === 'after');
    this.#host.over(reply && last, run.name, outcome, this.#clock.now() - run.startedMs);
  }
}

/** Tools as a service is told of them. @throws RealtimeError `REALTIME_BAD_TOOL` */
export function declarationsOf(tools: Readonly<Record<string, Tool>> = {}): readonly ToolDeclaration[] {
  return Object.entries(tools).map(([name, tool]) => declaration(name, tool, parameterReader(name, tool)));
}

function declaration(name: string, { description }: Tool, { schema }: ParameterReader): ToolDeclaration {
  return { name, description, parameters: schema };
}

function asText(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'done';
  } catch {
    return 'done';
  }
}
