import { type Logger, runUserCode } from '@hookline/runtime';
import type { Call, HeardPart } from '@hookline/server';
import {
  type MetricLabels,
  type MetricsSink,
  meterSink,
  type RealtimeCounter,
  type RealtimeMeasure,
  type RealtimeStats,
} from '../metrics.js';
import type { ServiceUsage } from '../service/service.js';
import type { InterruptedBy, ToolOutcome } from '../session.js';

/** The codes that are labels: words. A service may put anything in a code, such as a number of the request. */
const CODE = /^[A-Za-z][A-Za-z_.-]{0,79}$/;

type Counts = { -readonly [Name in keyof RealtimeStats]: number };

/** Counts and measures one session, and writes the numbers to the metrics sinks. */
export class SessionMetrics {
  readonly #counts: Counts = {
    interruptions: 0,
    falseInterruptions: 0,
    replies: 0,
    lateAudioMs: 0,
    inputDroppedMs: 0,
    reconnects: 0,
    toolCalls: 0,
  };
  readonly #sinks: readonly MetricsSink[];
  readonly #log: Logger;
  readonly #service: string;
  #connectingMs: number | undefined;
  #startedMs: number | undefined;
  #turnEnd: { readonly atMs: number; readonly from: string } | undefined;

  /** @param sink - the sink of the bot, in addition to the metrics of the call */
  constructor({ meter, log }: Call<unknown>, service: string, sink: MetricsSink | undefined) {
    this.#sinks = [meterSink(meter), ...(sink ? [sink] : [])];
    this.#log = log;
    this.#service = service;
  }

  get stats(): RealtimeStats {
    return { ...this.#counts };
  }

  sessions(by: 1 | -1): void {
    this.#add('sessions', by);
  }

  connecting(nowMs: number): void {
    this.#connectingMs = nowMs;
    this.#startedMs = nowMs;
  }

  connected(nowMs: number): void {
    if (this.#connectingMs !== undefined) this.#observe('connect_seconds', nowMs - this.#connectingMs);
    this.#connectingMs = undefined;
  }

  /** A reply was requested without caller speech. */
  replyRequested(nowMs: number): void {
    this.#turnEnd ??= { atMs: nowMs, from: 'session' };
  }

  callerStopped(nowMs: number, from: 'service' | 'local'): void {
    this.#turnEnd = { atMs: nowMs, from };
  }

  /**
   * The first audio of a reply was queued.
   *
   * @returns a function to call when the caller starts to hear the reply
   */
  replyStarted(nowMs: number): (heardAtMs: number) => void {
    this.#counts.replies += 1;
    if (this.#startedMs !== undefined) this.#observe('first_audio_seconds', nowMs - this.#startedMs);
    this.#startedMs = undefined;
    const stopped = this.#turnEnd;
    this.#turnEnd = undefined;
    if (!stopped || stopped.from === 'session') return () => {};
    const { atMs, from } = stopped;
    this.#observe('reply_seconds', nowMs - atMs, { from });
    return (heardAtMs) => this.#observe('reply_heard_seconds', heardAtMs - atMs, { from });
  }

  heard(parts: readonly HeardPart[]): void {
    let heardMs = 0;
    let totalMs = 0;
    for (const part of parts) {
      heardMs += part.heardMs;
      totalMs += part.totalMs;
    }
    // Not `#observe`, which converts milliseconds to seconds.
    if (totalMs > 0) this.#write((sink) => sink.observe('heard_ratio', heardMs / totalMs, this.#labels()));
  }

  interruption(by: InterruptedBy): void {
    this.#counts.interruptions += 1;
    this.#add('interruptions_total', 1, { by });
  }

  falseInterruption(): void {
    this.#counts.falseInterruptions += 1;
    this.#add('false_interruptions_total', 1);
  }

  lateAudio(ms: number): void {
    this.#counts.lateAudioMs += ms;
    this.#add('late_audio_ms_total', ms);
  }

  inputDropped(ms: number): void {
    this.#counts.inputDroppedMs += ms;
    this.#add('input_dropped_ms_total', ms);
  }

  reconnect(reason: 'lost' | 'expiry'): void {
    this.#counts.reconnects += 1;
    this.#add('reconnects_total', 1, { reason });
  }

  serviceError(code: string): void {
    this.#add('service_errors_total', 1, { code: CODE.test(code) ? code : 'other' });
  }

  tool(name: string, outcome: ToolOutcome, ms: number): void {
    this.#counts.toolCalls += 1;
    this.#observe('tool_seconds', ms, { name, outcome });
  }

  usage(usage: ServiceUsage): void {
    for (const [kind, tokens] of Object.entries(usage)) this.#add('tokens_total', tokens, { kind });
  }

  #labels(labels: MetricLabels = {}): MetricLabels {
    return { service: this.#service, ...labels };
  }

  #add(name: RealtimeCounter, by: number, labels?: MetricLabels): void {
    this.#write((sink) => sink.count(name, by, this.#labels(labels)));
  }

  #observe(name: RealtimeMeasure, ms: number, labels?: MetricLabels): void {
    this.#write((sink) => sink.observe(name, ms / 1000, this.#labels(labels)));
  }

  #write(write: (sink: MetricsSink) => void): void {
    const onError = (error: unknown) => this.#log.error({ err: error }, 'a metrics sink threw');
    for (const sink of this.#sinks) runUserCode(() => write(sink), onError);
  }
}
