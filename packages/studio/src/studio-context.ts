import { type Clock, sleep } from '@hookline/runtime';
import { BuiltinBots } from './builtin-bots.js';
import { type Launch, secretsOf } from './call/target.js';
import { UploadedFiles } from './call/uploaded-files.js';
import { CheckRunner } from './check-runner.js';
import { TraceStore } from './history/trace-store.js';
import { CLOSE_WAIT_MS, MAX_AUDIO_BYTES, MAX_TRACE_BYTES } from './limits.js';
import type { HistoryMessage, IntegrationFields, Welcome } from './messages.js';

/** State that all pages of a studio share. */
export class StudioContext {
  readonly clock: Clock;
  readonly launch: Launch;
  readonly traces: TraceStore;
  readonly bots: BuiltinBots;
  readonly checks: CheckRunner;
  readonly uploads = new UploadedFiles();
  /** Sends a message to every page. */
  broadcast: (message: HistoryMessage) => void = () => {};
  /** The trace that the command was started with. */
  traceId: string | undefined;
  readonly #version: string;
  /** Counts the broadcasts of the history. */
  #broadcasts = 0;
  /** Calls that are live or being saved, and runs of the checks. */
  readonly #pending = new Set<Promise<void>>();

  constructor(options: {
    readonly clock: Clock;
    readonly launch: Launch;
    readonly dir: string;
    readonly version: string;
  }) {
    this.clock = options.clock;
    this.launch = options.launch;
    this.#version = options.version;
    this.traces = new TraceStore(options.dir, options.clock);
    this.bots = new BuiltinBots(options.clock);
    this.checks = new CheckRunner(options.clock, this.traces);
  }

  /** The credentials of the launch, which are never sent to a page in any form. */
  get secrets(): readonly string[] {
    return secretsOf(this.launch.apiKey, this.launch.clientSecret);
  }

  /** The credentials in a form. */
  secretsOf({ apiKey, clientSecret }: IntegrationFields): readonly string[] {
    return secretsOf(apiKey, clientSecret?.trim());
  }

  async welcome(): Promise<Welcome> {
    const { baseUri = '', connectorId = '', apiKey, clientSecret } = this.launch;
    return {
      type: 'welcome',
      version: this.#version,
      launch: {
        baseUri,
        connectorId,
        hasApiKey: apiKey !== undefined,
        hasClientSecret: clientSecret !== undefined,
        ...(this.traceId === undefined ? {} : { traceId: this.traceId }),
      },
      bots: this.bots.list,
      calls: await this.traces.list(),
      maxTraceBytes: MAX_TRACE_BYTES,
      maxAudioBytes: MAX_AUDIO_BYTES,
    };
  }

  /** Tracks a call or a run of the checks until it settles, then broadcasts the history. `close` waits for tracked work. */
  async track(work: Promise<void>): Promise<void> {
    this.#pending.add(work);
    try {
      await work;
    } finally {
      this.#pending.delete(work);
      await this.broadcastHistory();
    }
  }

  async deleteCall(id: string): Promise<void> {
    await this.traces.remove(id);
    await this.broadcastHistory();
  }

  /** Sends the history to every page, unless a later broadcast has begun: its list is newer, but may be read sooner. */
  async broadcastHistory(): Promise<void> {
    this.#broadcasts += 1;
    const turn = this.#broadcasts;
    const calls = await this.traces.list();
    if (turn === this.#broadcasts) this.broadcast({ type: 'history', calls });
  }

  /** Waits for the calls being saved, stops the bots, and deletes the opened traces. */
  async close(): Promise<void> {
    const timeout = new AbortController();
    const timedOut = sleep(this.clock, CLOSE_WAIT_MS, timeout.signal).catch(() => {});
    await Promise.race([Promise.allSettled(this.#pending), timedOut]);
    timeout.abort();
    await this.bots.close();
    await this.traces.close();
  }
}
