import { AsyncResource } from 'node:async_hooks';
import { type Clock, guardedSignal, type Logger, messageOf } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import type { ToolDeclaration } from '../service/service.js';
import type { ToolOutcome } from '../session.js';
import { badPattern, needsUnicodeFlag } from '../tools/json-schema-check.js';
import { type ParameterReader, parameterReader } from '../tools/parameters.js';
import type { Tool, ToolContext } from '../tools/tool.js';

/** Maximum number of tools that run at a time; further requests fail. */
const MAX_RUNNING_TOOLS = 16;

/** Maximum number of request ids that are remembered, so that a repeated request runs once. */
const MAX_SEEN_REQUESTS = 1000;

/** Callbacks of `ToolRuns`. */
export interface ToolRunHost {
  /** Whether requests are still taken. */
  takesRequests(): boolean;
  /** A request was not taken. `name`: `unknown` if there is no such tool. */
  onTooLate(name: string): void;
  context(signal: AbortSignal, callId: string): ToolContext;
  /** `reply`: whether the result will start a reply. */
  onStarted(reply: boolean): void;
  /** `reply`: whether the model should reply to the result. */
  onEnded(reply: boolean, name: string, outcome: ToolOutcome, ms: number): void;
  /** Returns whether it was sent, or is not needed any more: not while no session is connected. */
  sendResult(id: string, result: unknown, reply: boolean): boolean;
  /** The model should continue while the tool runs. */
  onDeferred(): void;
  /** Sends a result as text: of a tool with `reply: 'later'`, or to a session that does not know the request. */
  sendText(text: string, reply: boolean): void;
}

interface Run {
  /** The service's id; empty if the service gives none. Unique within one session of the service only. */
  readonly id: string;
  readonly name: string;
  readonly tool: Tool;
  readonly reply: NonNullable<Tool['reply']>;
  readonly controller: AbortController;
  readonly startedMs: number;
  /** Whether a session that is resumed with the latest handle knows the request. */
  resumable: boolean;
  /** The session that requested it is lost, and the next one does not know the request. */
  orphaned: boolean;
}

/** Runs the tools of a session: validates the arguments, limits the run time and sends the result. */
export class ToolRuns {
  readonly #tools = new Map<string, { readonly tool: Tool; readonly reader: ParameterReader }>();
  readonly #running = new Set<Run>();
  /** Results for a session that was lost, and that the next one may resume. */
  readonly #unsent: { readonly run: Run; readonly result: unknown; readonly reply: boolean }[] = [];
  /** Ids of the requests since the last reply was over, of this session of the service. */
  readonly #seenIds = new Set<string>();
  readonly #host: ToolRunHost;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #toolMs: number;
  #closed = false;
  /** Runs a tool in the async context of the handler: requests arrive in that of the service's socket. */
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
      this.#tools.set(name, { tool, reader: readerOf(name, tool) });
    }
    this.#host = host;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#toolMs = options.toolMs;
  }

  get declarations(): readonly ToolDeclaration[] {
    return [...this.#tools].map(([name, { tool, reader }]) => declaration(name, tool, reader));
  }

  /** Whether this session of the service waits for the result of a tool. */
  get awaited(): boolean {
    return [...this.#running].some(({ reply, orphaned }) => !orphaned && reply !== 'later');
  }

  /** Whether a tool runs that the caller's speech aborts. */
  get interruptible(): boolean {
    return [...this.#running].some(({ tool }) => tool.interruptible === true);
  }

  /**
   * Runs a tool at the service's request. A repeated id is ignored, since a service may announce a request several times:
   * within one reply, and while the service waits for the result.
   */
  request(id: string, name: string, json: string): void {
    if (this.#seenIds.has(id)) return;
    if (this.#awaitsResult(id)) {
      const known = this.#tools.has(name);
      this.#log.warn(
        { known },
        'the model requested a tool with the id of one that still runs: it was not run',
      );
      return;
    }
    if (id !== '') this.#rememberId(id);
    const known = this.#tools.get(name);
    if (!this.#host.takesRequests()) {
      this.#host.onTooLate(known ? name : 'unknown');
      return;
    }
    const { reply = 'after' } = known?.tool ?? {};
    this.#host.onStarted(reply === 'after');
    // That a tool starts can end the session.
    if (this.#closed) return;
    const startedMs = this.#clock.now();
    if (!known || this.#running.size >= MAX_RUNNING_TOOLS) {
      const why = known ? 'too many tools are running' : `there is no tool with this name`;
      this.#log.warn({ known: known !== undefined }, `the model requested a tool that cannot run: ${why}`);
      this.#host.sendResult(id, { error: why }, true);
      this.#host.onEnded(this.#isLast(), known ? name : 'unknown', 'refused', 0);
      return;
    }
    const run: Run = {
      id,
      name,
      tool: known.tool,
      reply,
      controller: new AbortController(),
      startedMs,
      resumable: false,
      orphaned: false,
    };
    guardedSignal(run.controller.signal, (err) =>
      this.#log.error({ err, tool: name }, 'an abort listener of a tool threw'),
    );
    this.#running.add(run);
    if (reply === 'later') {
      this.#host.sendResult(id, { status: 'accepted: the result will follow later' }, true);
      this.#host.onDeferred();
    }
    void this.#execute(run, known.reader, json);
  }

  /** Cancels a request at the service's demand. */
  cancel(id: string): void {
    for (const run of [...this.#running]) if (run.id === id && !run.orphaned) this.#end(run, 'cancelled');
  }

  /** Cancels the interruptible tools: the caller speaks. */
  interrupt(): void {
    for (const run of [...this.#running]) {
      // The end of one can end the session, or be an interruption itself.
      if (!run.tool.interruptible || !this.#running.has(run)) continue;
      this.#sendResult(run, { error: 'the caller interrupted' }, false);
      this.#end(run, 'cancelled');
    }
  }

  /** A reply is over: the service may number the requests of each reply anew. */
  onReplyOver(): void {
    this.#seenIds.clear();
  }

  /** The service sent a new handle: the state that it stands for includes the requests so far. */
  onResumable(): void {
    for (const run of this.#running) run.resumable = true;
  }

  /**
   * The session is lost.
   *
   * @param resumes - whether the next one is resumed with the latest handle; otherwise it knows none of the requests
   */
  onSessionLost(resumes: boolean): void {
    for (const run of [...this.#running, ...this.#unsent.map(({ run }) => run)])
      run.orphaned ||= !resumes || !run.resumable;
    // The next one may use the same ids.
    if (!resumes) this.#seenIds.clear();
  }

  /** A session is connected: it is sent the results since the last one was lost. */
  onLinked(): void {
    for (const { run, result, reply } of this.#unsent.splice(0)) this.#sendResult(run, result, reply);
  }

  /** Aborts all running tools. Nothing is reported afterwards. */
  close(): void {
    this.#closed = true;
    for (const { controller } of this.#running) controller.abort();
    this.#running.clear();
    this.#unsent.length = 0;
  }

  /** Whether this session of the service waits for the result of the request with this id. */
  #awaitsResult(id: string): boolean {
    return (
      id !== '' && [...this.#running].some((run) => run.id === id && !run.orphaned && run.reply !== 'later')
    );
  }

  #rememberId(id: string): void {
    this.#seenIds.add(id);
    if (this.#seenIds.size > MAX_SEEN_REQUESTS) {
      const [oldest] = this.#seenIds;
      if (oldest !== undefined) this.#seenIds.delete(oldest);
    }
  }

  async #execute(run: Run, reader: ParameterReader, json: string): Promise<void> {
    const cancel = this.#clock.after(this.#toolMs, () => {
      this.#settle(run, 'timeout', { error: 'the tool took too long' });
    });
    run.controller.signal.addEventListener('abort', cancel, { once: true });
    try {
      const read = await reader.read(json);
      if (run.controller.signal.aborted) return;
      if ('fault' in read) {
        this.#settle(run, 'refused', { error: read.fault });
        return;
      }
      const result = await this.#run(run, read.value, this.#host.context(run.controller.signal, run.id));
      this.#settle(run, 'done', asJson(run.name, result ?? { status: 'done' }));
    } catch (error) {
      if (run.controller.signal.aborted) return;
      this.#log.error({ err: error, tool: run.name }, 'a tool failed');
      // The error may contain details that the model, and so the caller, must not learn.
      this.#settle(run, 'failed', { error: 'the tool failed' });
    } finally {
      cancel();
    }
  }

  #settle(run: Run, outcome: ToolOutcome, result: unknown): void {
    if (!this.#running.has(run)) return;
    // The model always replies to a failure.
    const needsReply = outcome !== 'done' || run.reply === 'after';
    this.#sendResult(run, result, needsReply || run.reply === 'later');
    this.#end(run, outcome, needsReply && run.reply !== 'later' && !run.orphaned);
  }

  #sendResult(run: Run, result: unknown, reply: boolean): void {
    if (run.reply === 'later' || run.orphaned)
      this.#host.sendText(`Result of ${run.name}: ${JSON.stringify(result)}`, reply);
    else if (!this.#host.sendResult(run.id, result, reply)) this.#unsent.push({ run, result, reply });
  }

  #end(run: Run, outcome: ToolOutcome, reply = false): void {
    if (!this.#running.delete(run)) return;
    run.controller.abort();
    const ms = this.#clock.now() - run.startedMs;
    this.#host.onEnded(reply && this.#isLast(), run.name, outcome, ms);
  }

  /** When the model requests several tools at once, it replies after the last result. */
  #isLast(): boolean {
    return ![...this.#running].some(({ reply, orphaned }) => !orphaned && reply === 'after');
  }
}

/** The declarations of tools for a service. @throws RealtimeError `REALTIME_BAD_TOOL` */
export function declarationsOf(tools: Readonly<Record<string, Tool>> = {}): readonly ToolDeclaration[] {
  return Object.entries(tools).map(([name, tool]) => declaration(name, tool, readerOf(name, tool)));
}

/** @throws RealtimeError `REALTIME_BAD_TOOL` */
function readerOf(name: string, tool: Tool): ParameterReader {
  const reader = parameterReader(name, tool);
  const bad = badPattern(reader.schema);
  if (!bad) return reader;
  const flag = needsUnicodeFlag(bad.pattern) ? ', valid with the flag u' : '';
  throw new RealtimeError(
    'REALTIME_BAD_TOOL',
    `tools.${name}.parameters: the pattern of ${bad.where} is ${JSON.stringify(bad.pattern)}; expected a regular expression of JavaScript${flag}.`,
  );
}

function declaration(name: string, { description }: Tool, { schema }: ParameterReader): ToolDeclaration {
  return { name, description, parameters: schema };
}

/**
 * A result as plain JSON values, so that every adapter can write it.
 *
 * @throws TypeError for what JSON cannot represent, and if `toJSON` of the result throws
 */
function asJson(name: string, result: unknown): unknown {
  const expected = 'expected a value that can be written as JSON';
  let json: string | undefined;
  try {
    json = JSON.stringify(result);
  } catch (cause) {
    throw new TypeError(`the result of ${name} cannot be written: ${messageOf(cause)}; ${expected}.`, {
      cause,
    });
  }
  if (json === undefined) throw new TypeError(`the result of ${name} is a ${typeof result}; ${expected}.`);
  return JSON.parse(json);
}
