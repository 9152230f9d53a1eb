import { BYTES_PER_MS } from '@hookline/audio';
import { toMulaw8k } from '@hookline/audio/resample';
import { type Clock, isHooklineError, sleep } from '@hookline/runtime';
import { BuiltinBots } from './builtin-bots.js';
import { type Launch, secretsOf } from './call/target.js';
import { CheckRunner } from './check-runner.js';
import { RequestError } from './error.js';
import { TraceStore } from './history/trace-store.js';
import { CLOSE_WAIT_MS, MAX_AUDIO_BYTES, MAX_AUDIO_FILES, MAX_TRACE_BYTES } from './limits.js';
import type { HistoryMessage, IntegrationFields, UploadedAudio, Welcome } from './messages.js';

/** State that all pages of a studio share. */
export class StudioContext {
  readonly clock: Clock;
  readonly launch: Launch;
  readonly traces: TraceStore;
  readonly bots: BuiltinBots;
  readonly checks: CheckRunner;
  /** Sends a message to every page. */
  broadcast: (message: HistoryMessage) => void = () => {};
  /** The trace that the command was started with. */
  traceId: string | undefined;
  readonly #version: string;
  readonly #audio = new Map<string, Uint8Array>();
  /** Calls that are live or being saved, and runs of the checks. */
  readonly #pending = new Set<Promise<void>>();
  #audioCount = 0;

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

  async broadcastHistory(): Promise<void> {
    this.broadcast({ type: 'history', calls: await this.traces.list() });
  }

  /** Converts and stores a WAV file as a caller source; drops the oldest beyond the limit. @throws RequestError 422 for any other format */
  async addAudio(name: string, wav: Uint8Array): Promise<UploadedAudio> {
    try {
      const mulaw = await toMulaw8k(wav);
      this.#audioCount += 1;
      const id = `audio-${this.#audioCount}`;
      this.#audio.set(id, mulaw);
      for (const oldest of this.#audio.keys())
        if (this.#audio.size > MAX_AUDIO_FILES) this.#audio.delete(oldest);
      return { id, name, durationMs: Math.round(mulaw.length / BYTES_PER_MS) };
    } catch (error) {
      if (isHooklineError(error)) throw new RequestError(422, 'no-audio', error.message);
      throw error;
    }
  }

  /** The µ-law of a stored file. @throws RequestError 404 */
  audio(id: string): Uint8Array {
    const mulaw = this.#audio.get(id);
    if (mulaw) return mulaw;
    throw new RequestError(
      404,
      'not-found',
      `There is no audio ${JSON.stringify(id.slice(0, 60))}: only the last ${MAX_AUDIO_FILES} files are kept. Choose the file again.`,
    );
  }

  /** Waits for the calls being saved, stops the bots, and deletes the uploads. */
  async close(): Promise<void> {
    const timeout = new AbortController();
    const timedOut = sleep(this.clock, CLOSE_WAIT_MS, timeout.signal).catch(() => {});
    await Promise.race([Promise.allSettled(this.#pending), timedOut]);
    timeout.abort();
    await this.bots.close();
    await this.traces.close();
  }
}
