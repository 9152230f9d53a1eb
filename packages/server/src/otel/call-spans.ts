import { type Clock, checkArgument } from '@hookline/runtime';
import {
  type Attributes,
  context,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { Diagnostics } from '../metrics/diagnostics.js';
import type { EndReason } from '../session/call-ended.js';
import type { CallFacts } from '../session/call-facts.js';
import type { Listen } from './call-metrics.js';

/** Outcomes that are errors of a call. */
const ERRORS: ReadonlySet<EndReason> = new Set(['failed', 'timeout', 'connectionLost', 'clientFault']);
/** Outcomes that are not caused by the server. */
const ENDED_BY_PEER: ReadonlySet<EndReason> = new Set(['callerHangup', 'clientError', 'connectionLost']);

/**
 * The span context for a correlation id of Genesys Cloud, which is not known to send a `traceparent`: its 32 hexadecimal
 * digits are the trace id, and the first 16 of them the span id. Another system that handles the same conversation, such
 * as a data action, can link to it, or start a trace with it.
 *
 * @param correlationId - a UUID
 * @returns undefined for any other value
 */
export function correlationContext(correlationId: string): SpanContext | undefined {
  checkArgument('SERVER_BAD_OPTION', 'correlationContext: correlationId', correlationId, 'text');
  const digits = correlationId.replaceAll('-', '').toLowerCase();
  const spanContext = {
    traceId: digits,
    spanId: digits.slice(0, 16),
    traceFlags: TraceFlags.NONE,
    isRemote: true,
  };
  return trace.isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** Options of `CallSpans`. */
export interface SpanOptions {
  readonly tracer: Tracer;
  readonly conversationId: boolean;
  readonly clock: Clock;
}

/** One span per call, and as its children one per bot reply and one per playback. None per frame. */
export class CallSpans {
  readonly #options: SpanOptions;
  readonly #spans = new WeakMap<CallFacts, Span>();

  constructor(options: SpanOptions, listen: Listen) {
    this.#options = options;
    listen('hookline:server:call:opened', (message) => this.#opened(message));
    listen('hookline:server:call:turn', (message) => this.#turn(message));
    listen('hookline:server:call:playback', (message) => this.#playback(message));
    listen('hookline:server:call:barge-in', ({ call }) => this.of(call)?.addEvent('barge_in'));
    listen('hookline:server:call:dtmf', ({ call }) => this.of(call)?.addEvent('dtmf'));
    listen('hookline:server:call:paused', ({ call }) => this.of(call)?.addEvent('paused'));
    listen('hookline:server:call:resumed', ({ call }) => this.of(call)?.addEvent('resumed'));
    listen('hookline:server:call:ended', (message) => this.#ended(message));
  }

  /** The span of a call, while it lasts. */
  of(call: CallFacts): Span | undefined {
    return this.#spans.get(call);
  }

  #opened({ call, conversationId, host, openMs }: Diagnostics['hookline:server:call:opened']): void {
    const nowMs = this.#options.clock.wall();
    const related = correlationContext(call.correlationId);
    const span = this.#options.tracer.startSpan('audio_connector call', {
      kind: SpanKind.SERVER,
      startTime: nowMs - openMs,
      attributes: {
        'network.protocol.name': 'websocket',
        ...addressOf(host),
        'hookline.session.id': call.id,
        'hookline.connector_id': call.connectorId,
        'hookline.organization_id': call.organizationId,
        ...(call.correlationId === '' ? {} : { 'hookline.correlation_id': call.correlationId }),
        ...(this.#options.conversationId ? { 'gen_ai.conversation.id': conversationId } : {}),
      },
      ...(related ? { links: [{ context: related }] } : {}),
    });
    span.addEvent('opened', nowMs);
    this.#spans.set(call, span);
  }

  #turn({ call, agoMs, durationMs, replyMs, ...turn }: Diagnostics['hookline:server:call:turn']): void {
    const endMs = this.#options.clock.wall() - agoMs;
    const startMs = endMs - durationMs;
    const span = this.#child(call, 'turn', startMs, {
      'turn.number': turn.number,
      'turn.was_interrupted': turn.interrupted,
      'hookline.reply_ms': replyMs,
      ...(turn.disposition === undefined ? {} : { 'hookline.disposition': turn.disposition }),
    });
    span?.addEvent('first_audio', startMs + replyMs).end(endMs);
  }

  #playback({ call, ended, heardMs, durationMs }: Diagnostics['hookline:server:call:playback']): void {
    const endMs = this.#options.clock.wall();
    const span = this.#child(call, 'playback', endMs - durationMs, {
      'hookline.heard_ms': heardMs,
      'hookline.ended': ended,
    });
    if (ended === 'failed') span?.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', ended);
    span?.end(endMs);
  }

  #ended({ call, reason }: Diagnostics['hookline:server:call:ended']): void {
    const span = this.of(call);
    if (!span) return;
    const nowMs = this.#options.clock.wall();
    this.#spans.delete(call);
    if (!ENDED_BY_PEER.has(reason)) span.addEvent('disconnect', nowMs);
    span.setAttribute('hookline.outcome', reason);
    if (ERRORS.has(reason)) span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', reason);
    span.end(nowMs);
  }

  /** A child of the span of a call. None for a call that started before the instrumentation. */
  #child(call: CallFacts, name: string, startTime: number, attributes: Attributes): Span | undefined {
    const parent = this.of(call);
    if (!parent) return undefined;
    const within = trace.setSpan(context.active(), parent);
    return this.#options.tracer.startSpan(name, { startTime, attributes }, within);
  }
}

/** The attributes of the dialled host; none if it is not a valid host. */
function addressOf(host: string): Attributes {
  const url = `ws://${host}`;
  if (!URL.canParse(url)) return {};
  const { hostname, port } = new URL(url);
  return { 'server.address': hostname, ...(port === '' ? {} : { 'server.port': Number(port) }) };
}
