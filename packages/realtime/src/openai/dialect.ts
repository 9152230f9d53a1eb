import { RealtimeError, type RealtimeErrorCode } from '../error.js';
import type {
  RealtimeService,
  ServiceHost,
  ServiceLink,
  ServiceProblem,
  SessionStart,
} from '../service/service.js';
import { audioOf, base64, finite, type Json, record, records, text } from '../wire/json.js';
import { redactedCode, redactKeys } from '../wire/wire-error.js';
import { connectWire, type Wire, type WireOptions } from '../wire/wire-session.js';
import { FunctionCalls } from './function-calls.js';
import * as messages from './messages.js';
import { namedWait } from './named-wait.js';

/** The differences between services that use this protocol. */
export interface Dialect {
  readonly service: string;
  readonly keys: readonly string[];
  readonly start: SessionStart;
  /** The `session.update` message that configures the session. */
  readonly update: object;
  /** Content type of bot text in an item. */
  readonly botContent: 'output_text' | 'text';
}

/** The abilities of every service of this protocol. */
export const DIALECT_CAN: RealtimeService['can'] = {
  truncate: true,
  vad: true,
  text: true,
  cancel: true,
  resume: 'history',
  endsTurnAfterTool: true,
};

/** The tools of a session, as the protocol lists them. */
export function functionTools({ tools }: SessionStart) {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function' as const,
    name,
    description,
    parameters,
  }));
}

/** Opens a session with a service that uses this protocol. @throws RealtimeError as a rejection */
export async function connectDialect(
  dialect: Dialect & Pick<WireOptions, 'url' | 'headers' | 'connect'>,
  host: ServiceHost,
  signal: AbortSignal,
): Promise<ServiceLink> {
  const { service, keys, url, headers, connect } = dialect;
  const reader = new DialectReader(dialect, host);
  const wire = await connectWire({
    ...{ service, url, headers, keys, host, signal, connect },
    // The service handles it once it has created the session; waiting for `session.created` would cost a round trip.
    opened: (wire) => wire.send(dialect.update),
    message: (event, wire) => reader.read(event, wire),
  });
  return new DialectLink(wire);
}

/** Handles the events of the Realtime protocol, including their older names. */
class DialectReader {
  readonly #dialect: Dialect;
  readonly #host: ServiceHost;
  readonly #functions: FunctionCalls;
  /** The response being generated, since some servers do not name it in each event. */
  #replyId = '';
  #unnamed = 0;

  constructor(dialect: Dialect, host: ServiceHost) {
    this.#dialect = dialect;
    this.#host = host;
    this.#functions = new FunctionCalls((id, name, json) => host.toolCall(id, name, json));
  }

  read(event: Json, wire: Wire): void {
    const host = this.#host;
    const replyId = text(event['response_id']) || this.#replyId || `unnamed-${this.#unnamed}`;
    const part = text(event['item_id']) || replyId;
    switch (event['type']) {
      case 'session.created':
        this.#created(record(event['session']));
        break;
      case 'session.updated':
        this.#updated(wire);
        break;
      case 'response.created':
        this.#replyId = text(record(event['response'])['id']) || `unnamed-${this.#unnamed}`;
        this.#functions.onResponseCreated();
        host.replyStarted(this.#replyId);
        break;
      case 'response.output_audio.delta':
      case 'response.audio.delta': {
        const bytes = audioOf(event['delta']);
        if (bytes) host.audio(replyId, part, bytes);
        break;
      }
      case 'response.output_audio_transcript.delta':
      case 'response.audio_transcript.delta':
        host.text('bot', text(event['delta']), { final: false, replyId, part });
        break;
      case 'response.output_audio_transcript.done':
      case 'response.audio_transcript.done':
        host.text('bot', text(event['transcript']), { final: true, replyId, part });
        break;
      case 'input_audio_buffer.speech_started':
        host.speech('start', finite(event['audio_start_ms']));
        break;
      case 'input_audio_buffer.speech_stopped':
        host.speech('end', finite(event['audio_end_ms']));
        if (text(event['item_id']) !== '') host.text('caller', '', { final: false, part });
        break;
      case 'conversation.item.input_audio_transcription.delta':
        host.text('caller', text(event['delta']), { final: false, part });
        break;
      case 'conversation.item.input_audio_transcription.completed':
        host.text('caller', text(event['transcript']), { final: true, part });
        break;
      case 'conversation.item.input_audio_transcription.failed':
        host.problem(
          this.#problem(
            record(event['error']),
            'no reason was given',
            'what the caller said was not transcribed: ',
          ),
        );
        break;
      case 'response.output_item.added':
        this.#functions.added(record(event['item']));
        break;
      case 'response.function_call_arguments.delta':
        this.#functions.delta(event);
        break;
      case 'response.function_call_arguments.done':
        this.#functions.done(event);
        break;
      case 'response.output_item.done':
        this.#functions.item(record(event['item']));
        break;
      case 'response.done':
        this.#done(record(event['response']), replyId);
        break;
      case 'error':
        this.#error(record(event['error']), wire);
        break;
    }
  }

  #created(session: Json): void {
    const expiresAt = finite(session['expires_at']);
    if (expiresAt !== undefined && expiresAt > 0)
      this.#host.expires(expiresAt * 1000 - this.#host.clock.wall());
  }

  #updated(wire: Wire): void {
    if (wire.isReady) return;
    for (const { who, text: content } of this.#dialect.start.history) {
      wire.send(
        who === 'caller'
          ? messages.callerMessage(content)
          : messages.botMessage(content, this.#dialect.botContent),
      );
    }
    wire.ready();
  }

  #done(response: Json, current: string): void {
    const id = text(response['id']) || current;
    this.#replyId = '';
    this.#unnamed += 1;
    for (const item of records(response['output'])) this.#functions.item(item);
    this.#functions.onResponseDone(response['status'] === 'completed');
    const usage = record(response['usage']);
    const counted = Object.entries({
      input: finite(usage['input_tokens']),
      output: finite(usage['output_tokens']),
    }).flatMap(([kind, tokens]) => (tokens === undefined ? [] : [[kind, tokens]]));
    if (counted.length > 0) this.#host.usage(Object.fromEntries(counted));
    const details = record(response['status_details']);
    switch (response['status']) {
      case 'cancelled':
        this.#host.replyDone(id, 'cancelled');
        break;
      case 'failed': {
        const problem = this.#problem(record(details['error']), 'the reply failed');
        this.#host.replyDone(id, 'failed', ofRunningSession(problem));
        break;
      }
      default:
        this.#host.replyDone(id, 'done');
    }
  }

  /** @param fallback - the words of an error without a message; @param what - what went wrong */
  #problem(error: Json, fallback: string, what = ''): ServiceProblem {
    const code = text(error['code']) || text(error['type']) || 'error';
    const words = redactKeys(text(error['message']) || fallback, this.#dialect.keys);
    const retryAfterMs = namedWait(words);
    return {
      code: redactedCode(code, this.#dialect.keys),
      message: `${this.#dialect.service}: ${what}${words}`,
      fatal: false,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    };
  }

  #error(error: Json, wire: Wire): void {
    const problem = this.#problem(error, 'an error without a message');
    if (!wire.isReady) {
      const param = redactedCode(text(error['param']), this.#dialect.keys);
      const field = param === '' ? '' : ` (field ${param})`;
      const { retryAfterMs } = problem;
      wire.refuse(
        new RealtimeError(codeOf(problem.code, error['type']), `${problem.message}${field}`, {
          retryAfterMs,
        }),
      );
    } else {
      this.#host.problem(ofRunningSession(problem));
    }
  }
}

/** Which problems of a running session end it: another request would fail as well. */
function ofRunningSession(problem: ServiceProblem): ServiceProblem {
  if (problem.code === 'session_expired') return { ...problem, code: 'SESSION_EXPIRED', fatal: true };
  if (problem.code === 'insufficient_quota') return { ...problem, code: 'SERVICE_LIMITED', fatal: true };
  return problem;
}

/** Maps an error of the service to a code. */
function codeOf(code: string, type: unknown): RealtimeErrorCode {
  if (/api_key|auth|permission/i.test(code)) return 'SERVICE_UNAUTHORIZED';
  if (/rate_limit|quota|429/i.test(code)) return 'SERVICE_LIMITED';
  return type === 'server_error' ? 'SERVICE_UNREACHABLE' : 'SERVICE_REFUSED';
}

/** The session's side of a connection. */
class DialectLink implements ServiceLink {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  audio(bytes: Uint8Array): void {
    this.#wire.sendText(`{"type":"input_audio_buffer.append","audio":"${base64(bytes)}"}`);
  }

  get bufferedBytes(): number {
    return this.#wire.bufferedBytes;
  }

  truncate(part: string, ms: number): void {
    this.#wire.send(messages.truncate(part, ms));
  }

  cancel(replyId?: string): void {
    this.#wire.send(messages.cancel(replyId));
  }

  text(words: string, reply: boolean): void {
    this.#wire.send(messages.callerMessage(words));
    if (reply) this.#wire.send(messages.createResponse());
  }

  ask(words?: string): void {
    this.#wire.send(messages.createResponse(words));
  }

  toolResult(id: string, result: unknown, reply: boolean): void {
    this.#wire.send(messages.toolResult(id, result));
    if (reply) this.#wire.send(messages.createResponse());
  }

  close(): void {
    this.#wire.close();
  }
}
