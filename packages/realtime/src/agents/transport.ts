import { type Cancel, type Clock, checkArgument, messageOf, systemClock } from '@hookline/runtime';
import type { Call, Outputs } from '@hookline/server';
import {
  OpenAIRealtimeWebSocket,
  type OpenAIRealtimeWebSocketOptions,
  type RealtimeClientMessage,
  type RealtimeSessionConfig,
  type RealtimeTransportLayerConnectOptions,
  type TransportLayerAudio,
} from '@openai/agents-realtime';
import { RealtimeError } from '../error.js';
import { RealtimeFailure } from '../failure.js';
import { callFormat, PCMU_8K } from '../service/audio-shape.js';
import { truncations } from '../session/heard.js';
import { PendingAudio } from '../session/pending-audio.js';
import { type PlayedReply, Speaker } from '../session/speaker.js';
import { TurnReporter } from '../session/turn-reporter.js';
import { isRecord, type Json, record, text } from '../wire/json.js';
import { Liveness } from '../wire/liveness.js';
import { codeOfStatus } from '../wire/wire-error.js';
import { terminateAfterWait } from '../wire/wire-session.js';

/** Maximum caller audio to buffer until the session is connected, in milliseconds. */
const MAX_HELD_MS = 5000;

/** Maximum queued audio of one reply, in milliseconds. */
const MAX_QUEUED_MS = 300_000;

/** How long connecting may take, in milliseconds. */
const MAX_CONNECT_MS = 5000;

/** After `end`, a reply is over if this much time passes without more of it and without its end, in milliseconds. */
const LAST_REPLY_WAIT_MS = 8000;

/** mu-law at 8 kHz, in the notation of the Agents SDK. */
const TELEPHONE = { type: 'audio/pcmu' } as const;

/** Options of `HooklineRealtimeTransport`: those of the SDK's own WebSocket transport, and the clock. */
export type HooklineRealtimeTransportOptions = OpenAIRealtimeWebSocketOptions & {
  /** The source of time, for tests; default the system clock. */
  readonly clock?: Clock;
};

/**
 * Carries a `RealtimeSession` of the OpenAI Agents SDK over a call: `new RealtimeSession(agent, { transport })`. The
 * SDK runs agents, tools, handoffs and guardrails; this class plays the audio and reports to the model what the caller
 * heard.
 */
export class HooklineRealtimeTransport extends OpenAIRealtimeWebSocket {
  /**
   * Resolves with the outputs once `end` was called and the last reply was heard, or with undefined if the caller hung
   * up; rejects with `RealtimeFailure` if the service is lost. Return it from the call's handler.
   */
  readonly result: Promise<Outputs | undefined>;
  readonly #call: Call<unknown>;
  readonly #clock: Clock;
  readonly #speaker: Speaker;
  readonly #pending = new PendingAudio(MAX_HELD_MS * 8);
  readonly #unsubscribe: () => void;
  #liveness: Liveness | undefined;
  #ready = false;
  #outputs: Outputs | undefined;
  #generating = false;
  /** Ends the wait for the rest of the last reply. */
  #stopWaiting: Cancel | undefined;
  #finished = false;
  #resolve: (outputs: Outputs | undefined) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(call: Call<unknown>, options: HooklineRealtimeTransportOptions = {}) {
    checkArgument('REALTIME_BAD_OPTION', 'new HooklineRealtimeTransport: call', call, 'object');
    const { clock = systemClock, ...others } = options;
    super(others);
    this.#call = call;
    this.#clock = clock;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.result.catch(() => {});
    const turns = new TurnReporter(call, 'heard');
    this.#speaker = new Speaker(call, PCMU_8K, MAX_QUEUED_MS, {
      onReplyAudio() {},
      onReplyEnd: (spoken) => {
        const { reply, parts, whole } = spoken;
        turns.onReplyEnd(spoken, whole ? reply.text.whole : reply.text.heard(parts, reply.complete));
      },
      onReplyStopped: (spoken) => this.#reportInterrupted([spoken], true),
      onIdle: () => this.#endIfIdle(),
      onLateAudio() {},
      onReplyTooLong: () => this.#guarded(() => this._cancelResponse()),
    });
    const onAbort = () => this.#finish(() => this.#resolve(undefined));
    this.#call.signal.addEventListener('abort', onAbort, { once: true });
    const offCaller = call
      .caller({ ...callFormat(PCMU_8K), fillGaps: 'silence' })
      .onAudio((bytes) => this.#onCallerAudio(bytes));
    // A session that only listens is busy too.
    const release = call.busy();
    this.#unsubscribe = () => {
      release();
      this.#call.signal.removeEventListener('abort', onAbort);
      offCaller();
    };
    this.on('*', (event: unknown) => {
      if (isRecord(event)) this.#event(event);
    });
    if (this.#call.signal.aborted) onAbort();
  }

  /**
   * Ends the call with these outputs once the last reply was heard, at the latest 8 s after what arrived of it was heard
   * if the service does not send the rest or its end. Later caller audio and interruptions are ignored.
   */
  end(outputs: Outputs = {}): void {
    this.#outputs ??= outputs;
    this.#waitForLastReply();
    this.#endIfIdle();
  }

  /** @throws RealtimeFailure if the service cannot be reached or refuses the connection */
  override async connect(options: RealtimeTransportLayerConnectOptions): Promise<void> {
    let late: RealtimeFailure | undefined;
    const stopWaiting = this.#clock.after(MAX_CONNECT_MS, () => {
      late = new RealtimeFailure(
        new RealtimeError(
          'SERVICE_UNREACHABLE',
          `the service did not accept the connection of the Agents SDK within ${MAX_CONNECT_MS} ms.`,
        ),
      );
      this.close();
    });
    try {
      await super.connect(options);
    } catch (thrown) {
      if (late) throw late;
      // For a failed connection, the SDK throws the event of the socket, which is no error.
      throw thrown instanceof Error ? thrown : new RealtimeFailure(connectError(record(thrown)));
    } finally {
      stopWaiting();
    }
    // The caller may have hung up in the meantime.
    if (this.#finished) super.close();
    else this.#watchConnection();
  }

  /** The end of a connection that stops answering is reported as that of any other, by the socket's event. */
  #watchConnection(): void {
    const { websocket } = this.connectionState;
    this.#liveness?.stop();
    if (!websocket || !canTerminate(websocket)) return;
    this.#liveness = new Liveness(websocket, this.#clock, () => websocket.terminate());
    this.#liveness.start();
  }

  /** Closes the connection, and terminates it if the service does not answer: the SDK alone would wait for 30 s. */
  override close(): void {
    const { websocket } = this.connectionState;
    this.#liveness?.stop();
    super.close();
    if (websocket && canTerminate(websocket)) terminateAfterWait(websocket, this.#clock);
  }

  /** Drops events after the end of the call: a tool may finish later, and its result would be an error without a listener. */
  override sendEvent(event: RealtimeClientMessage): void {
    if (!this.#finished) super.sendEvent(event);
  }

  override requestResponse(response?: Record<string, unknown>): void {
    if (!this.#finished) super.requestResponse(response);
  }

  override updateSessionConfig(config: Partial<RealtimeSessionConfig>): void {
    super.updateSessionConfig(withTelephoneAudio(config));
  }

  /** Runs in an event of the socket, as do the listeners of the events that it emits. */
  protected override _onMessage(event: MessageEvent): void {
    this.#liveness?.onReceived();
    this.#guarded(() => super._onMessage(event));
  }

  protected override _onError(error: unknown): void {
    this.#guarded(() => super._onError(error));
  }

  protected override _onAudio({ responseId, data }: TransportLayerAudio): void {
    // The base class has set the item from the same event.
    this.#speaker.write(responseId, this.currentItemId ?? responseId, new Uint8Array(data));
    this.#waitForLastReply();
  }

  override interrupt(cancelOngoingResponse = true): void {
    if (this.#outputs !== undefined || (!this.#speaker.playing && !this.#generating)) return;
    this.#reportInterrupted(this.#speaker.stop(), cancelOngoingResponse);
  }

  /** Reports stopped playback to the service, unless the end of its connection is what stopped it. */
  #reportInterrupted(stopped: readonly PlayedReply[], cancels: boolean): void {
    if (this.status !== 'connected') return;
    this.#guarded(() => {
      if (cancels) this._cancelResponse();
      for (const { reply, parts } of stopped) {
        for (const { part, heardMs } of truncations(parts, reply.complete)) {
          this.sendEvent({
            type: 'conversation.item.truncate',
            item_id: part,
            content_index: 0,
            audio_end_ms: heardMs,
          });
        }
      }
    });
    this.#guarded(() => this.emit('audio_interrupted'));
  }

  /**
   * Runs code of the SDK, which throws without a connection, for messages that it cannot read, and whatever a listener
   * of its events throws. It mostly runs in events of sockets and in promises, where an error would end the process.
   */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#call.log.error({ err: error }, `the Agents SDK or a listener of it threw: ${messageOf(error)}`);
    }
  }

  /** The base class would truncate by the time since the first audio; the speaker knows what was heard. */
  override _interrupt(_elapsedTime: number, cancelOngoingResponse = true): void {
    this.interrupt(cancelOngoingResponse);
  }

  protected override _onClose(): void {
    this.#liveness?.stop();
    this.#guarded(() => super._onClose());
    // The rest of the reply and its end will not arrive: what was received plays to its end.
    this.#generating = false;
    this.#speaker.onConnectionLost();
    if (this.#outputs !== undefined) {
      this.#endIfIdle();
      return;
    }
    const lost = new RealtimeError('SERVICE_LOST', 'the service closed the connection of the Agents SDK');
    this.#finish(() => this.#reject(new RealtimeFailure(lost)));
  }

  #event(event: Json): void {
    switch (event['type']) {
      case 'session.updated':
        // The SDK updates its tracing first: audio must not be sent before its format is set.
        if (this.#ready || !takesTelephoneAudio(record(event['session']))) break;
        this.#ready = true;
        this.#pending.drain((bytes) => this.#send(bytes));
        break;
      case 'response.created':
        this.#generating = true;
        this.#speaker.begin(text(record(event['response'])['id']));
        // A reply may begin after `end`, while the one before is still heard.
        this.#waitForLastReply();
        break;
      case 'response.output_audio_transcript.delta':
        this.#speaker
          .textOf(text(event['response_id']))
          ?.add(text(event['item_id']), text(event['delta']), false);
        break;
      case 'response.done':
        this.#generating = false;
        this.#speaker.finish(text(record(event['response'])['id']));
        this.#waitForLastReply();
        this.#endIfIdle();
        break;
    }
  }

  #onCallerAudio(bytes: Uint8Array): void {
    if (this.#outputs !== undefined) return;
    if (this.#ready) this.#send(bytes);
    else this.#pending.push(bytes);
  }

  #send(bytes: Uint8Array): void {
    this.sendAudio(Uint8Array.from(bytes).buffer);
  }

  #endIfIdle(): void {
    const outputs = this.#outputs;
    if (outputs === undefined || this.#speaker.playing || this.#generating) return;
    this.#finish(() => this.#resolve(outputs));
  }

  /** Gives up the last reply if neither more of it nor its end arrives. */
  #waitForLastReply(): void {
    this.#stopWaiting?.();
    if (this.#outputs === undefined || !this.#generating) return;
    let unheardMs = 0;
    for (const part of this.#speaker.generating?.audio?.heard() ?? [])
      unheardMs += part.totalMs - part.heardMs;
    this.#stopWaiting = this.#clock.after(unheardMs + LAST_REPLY_WAIT_MS, () => {
      this.#generating = false;
      const reply = this.#speaker.generating;
      if (reply) this.#speaker.finish(reply.id);
      this.#endIfIdle();
    });
  }

  #finish(settle: () => void): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#stopWaiting?.();
    this.#outputs ??= {};
    this.#unsubscribe();
    this.#pending.clear();
    settle();
    this.#guarded(() => this.close());
  }
}

/** The error for the event of a socket that did not open. */
function connectError(event: Json): RealtimeError {
  const words = text(event['message']) || text(record(event['error'])['message']) || 'no reason was given';
  const status = Number(/Unexpected server response: (\d+)/.exec(words)?.[1]);
  return new RealtimeError(
    Number.isNaN(status) ? 'SERVICE_UNREACHABLE' : codeOfStatus(status),
    `the Agents SDK could not connect to the service: ${words}`,
  );
}

/** Whether a socket is one of `ws`, as created by the SDK on Node.js. */
function canTerminate<S extends object>(socket: S): socket is S & { terminate(): void } {
  return 'terminate' in socket && typeof socket.terminate === 'function';
}

function withTelephoneAudio(config: Partial<RealtimeSessionConfig>): Partial<RealtimeSessionConfig> {
  const audio: Json = 'audio' in config ? record(config.audio) : {};
  return {
    ...config,
    audio: {
      ...audio,
      input: { ...record(audio['input']), format: TELEPHONE },
      output: { ...record(audio['output']), format: TELEPHONE },
    },
  };
}

function takesTelephoneAudio(session: Json): boolean {
  const format = record(record(record(session['audio'])['input'])['format']);
  return format['type'] === TELEPHONE.type;
}
