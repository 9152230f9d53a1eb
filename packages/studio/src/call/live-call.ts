import { type Call, type CallAudioConnectorOptions, callAudioConnector } from '@hookline/client';
import type { Direction, WireEvent, WireSink } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import { createTraceWriter, type TraceWriter } from '@hookline/trace/node';
import type { BridgeMessage, CallActivity, CallState, DialMessage, Row } from '../messages.js';
import { CallerMixer, type CallerVoice } from './caller-mixer.js';
import { LiveLanes } from './lanes.js';
import { Marks } from './marks.js';
import { noteOf, outcomeOf } from './outcome.js';
import { RowList } from './row-list.js';
import type { Target } from './target.js';

/** How often rows and lanes are told, in milliseconds. */
const TELL_MS = 100;
/** How far the lanes are behind, beyond a frame, in milliseconds: caller audio is known when its frame leaves. */
const LANES_BEHIND_MS = 60;
const ACTION = 'Call Audio Connector';

/** What a live call is made of. */
export interface LiveCallOptions {
  readonly id: string;
  /** The folder of its trace. */
  readonly dir: string;
  readonly clock: Clock;
  readonly target: Target;
  readonly connectorId: string;
  readonly order: DialMessage;
  readonly voice: CallerVoice | undefined;
  /** Takes everything that the page is to be told. */
  readonly tell: (message: BridgeMessage) => void;
  /** What the caller hears, 20 ms of µ-law each, at its position in samples since `opened`. */
  readonly hear: (position: number, mulaw: Uint8Array) => void;
  /** The head of the handshake, before anything of it is told. */
  readonly head: (head: string) => void;
}

/** A call of a page, told to it as it goes on, and kept as a trace. */
export class LiveCall {
  readonly id: string;
  /** Resolves when the socket is gone and the trace is written. Never rejects. */
  readonly kept: Promise<void>;
  readonly #options: LiveCallOptions;
  readonly #mixer: CallerMixer;
  readonly #trace: TraceWriter;
  readonly #rows: RowList;
  readonly #marks: Marks;
  readonly #call: Call;
  readonly #startedAtMs: number;
  /** Rows that wait to be told, by `n`. */
  readonly #waiting = new Map<number, Row>();
  #lanes: LiveLanes | undefined;
  #state: CallState = 'dialing';
  #activity: CallActivity = 'listening';
  #paused = false;
  #onHold = false;
  #openedAtMs: number | undefined;
  #telling = true;

  /** Dials. @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field */
  constructor(options: LiveCallOptions) {
    const { id, clock, order, target } = options;
    this.id = id;
    this.#options = options;
    const frameMs = order.frameMs ?? 200;
    this.#mixer = new CallerMixer(clock, frameMs);
    this.#mixer.speak(options.voice);
    this.#rows = new RowList({ vantage: 'client', secrets: target.secrets }, (row) =>
      this.#waiting.set(row.n, row),
    );
    this.#marks = new Marks(
      'client',
      (mark) => options.tell({ type: 'mark', callId: id, mark }),
      (since, t) => this.#lanes?.replyMs(since, t),
    );
    this.#startedAtMs = clock.now();
    const action: CallAudioConnectorOptions = {
      name: order.actionName ?? ACTION,
      integration: target.integration,
      connectorId: options.connectorId,
      inputs: order.inputs ?? [],
      outputs: order.outputs ?? 'all',
      caller: this.#mixer,
      media: { frameMs },
      // A frame of 20 ms is ten times as often as the platform's: bots may answer in kind.
      limits: frameMs === 200 ? 'genesys' : 'off',
      conversation: {
        ...order.conversation,
        ...(order.language ? { language: order.language } : {}),
      },
      clock,
      sink: this.#sink(),
    };
    this.#call = callAudioConnector(action);
    this.#trace = createTraceWriter({
      dir: options.dir,
      vantage: 'client',
      clock,
      url: this.#call.url,
      secrets: target.secrets,
    });
    this.#listen();
    this.#tellState();
    this.#tellAgain(frameMs);
    void this.#hear();
    this.kept = this.#finish(order.actionName ?? ACTION);
  }

  /** Whether its result has been told. */
  get over(): boolean {
    return this.#state === 'ended';
  }

  /** Another source speaks; undefined is the microphone. */
  speak(voice: CallerVoice | undefined): void {
    this.#mixer.speak(voice);
  }

  /** Microphone audio of the page. */
  microphone(position: number, samples: Int16Array): void {
    this.#mixer.microphone(position, samples);
  }

  /** @throws HooklineError `CLIENT_BAD_ARGUMENT` as a rejection */
  async press(digits: string): Promise<void> {
    await this.#call.sendDtmf(digits);
  }

  hold(on: boolean): void {
    if (on) this.#call.hold();
    else this.#call.unhold();
    this.#onHold = on;
    this.#tellState();
  }

  /** @throws HooklineError `CLIENT_BAD_ARGUMENT` */
  setLanguage(language: string): void {
    this.#call.setLanguage(language);
  }

  hangUp(): void {
    this.#call.hangup();
  }

  /** The page is gone: nothing more is told. */
  mute(): void {
    this.#telling = false;
  }

  get #t(): number {
    return this.#options.clock.now() - this.#startedAtMs;
  }

  #sink(): WireSink {
    // The trace is made after the call, whose URL it has; nothing passes before the constructor is through.
    return {
      event: (event) => this.#event(event),
      audio: (dir, t, bytes) => this.#audio(dir, t, bytes),
      heard: (t, bytes) => {
        this.#trace.heard(t, bytes);
        this.#lanes?.heard(t, bytes);
      },
    };
  }

  #event(event: Exclude<WireEvent, { kind: 'audio' }>): void {
    if (event.kind === 'request' || event.kind === 'response') this.#options.head(event.head);
    this.#trace.event(event);
    this.#rows.push(event);
    this.#marks.event(event);
    if (event.kind === 'request') this.#enter('upgrading');
    if (event.kind !== 'message') return;
    if (event.type === 'opened' && event.dir === 'in') this.#openedAtMs ??= event.t;
    if (event.dir !== 'out') {
      if (event.type === 'event' && event.text.includes('barge_in')) this.#does('barged');
      return;
    }
    if (event.type === 'paused') this.#pause(true);
    if (event.type === 'resumed') this.#pause(false);
  }

  #audio(dir: Direction, t: number, bytes: Uint8Array): void {
    this.#trace.audio(dir, t, bytes);
    this.#rows.frame(dir, t, bytes.length);
    if (dir === 'in') return;
    this.#mixer.sent(bytes.length);
    this.#lanes?.said(t, bytes);
  }

  #listen(): void {
    const { tell, id } = this.#options;
    const call = this.#call;
    call.on('state', (state) => {
      if (state === 'opening') this.#enter('opening');
      if (state === 'open') this.#opened();
      if (state === 'closing') this.#enter('closing');
    });
    call.on('playbackStarted', ({ t }) => {
      this.#marks.started(t);
      this.#does('bot-speaking');
    });
    call.on('playbackCompleted', (end) => {
      this.#marks.completed(end.t, end);
      if (this.#activity === 'bot-speaking' && end.ended !== 'bargeIn') this.#does('listening');
    });
    call.on('turn', ({ t, disposition, text }) => {
      if (!this.#telling) return;
      tell({ type: 'turn', callId: id, t, disposition, ...(text === undefined ? {} : { text }) });
    });
    call.on('warning', (warning) => tell({ type: 'note', callId: id, ...noteOf(warning) }));
  }

  #opened(): void {
    this.#openedAtMs ??= this.#t;
    this.#lanes ??= new LiveLanes(this.#openedAtMs);
    this.#mixer.flow();
    this.#enter('connected');
  }

  #pause(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#mixer.pause();
    else this.#mixer.flow();
    this.#tellState();
  }

  #enter(state: CallState): void {
    if (ORDER.indexOf(state) <= ORDER.indexOf(this.#state)) return;
    this.#state = state;
    this.#tellState();
  }

  #does(activity: CallActivity): void {
    if (activity === this.#activity) return;
    this.#activity = activity;
    this.#tellState();
  }

  #tellState(): void {
    const connected = this.#state === 'connected';
    this.#options.tell({
      type: 'state',
      callId: this.id,
      state: this.#state,
      ...(connected ? { activity: this.#paused ? 'paused' : this.#activity } : {}),
      t: this.#t,
      ...(this.#openedAtMs === undefined ? {} : { openedAtMs: this.#openedAtMs }),
      onHold: this.#onHold,
    });
  }

  #tellAgain(frameMs: number): void {
    this.#options.clock.after(TELL_MS, () => {
      this.#tellWaiting();
      const lanes = this.#lanes?.take(this.#t - frameMs - LANES_BEHIND_MS);
      if (lanes) this.#options.tell({ type: 'lanes', callId: this.id, ...lanes });
      if (this.#state !== 'ended') this.#tellAgain(frameMs);
    });
  }

  #tellWaiting(): void {
    if (this.#waiting.size === 0) return;
    const rows = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#options.tell({ type: 'rows', callId: this.id, rows });
  }

  async #hear(): Promise<void> {
    let position = 0;
    for await (const frame of this.#call.botAudio) {
      this.#options.hear(position, frame);
      position += frame.length;
    }
  }

  async #finish(actionName: string): Promise<void> {
    const { tell } = this.#options;
    const result = await this.#call.result;
    this.#trace.result(result);
    this.#enter('closing');
    this.#rows.flush();
    this.#tellWaiting();
    const lanes = this.#lanes?.take(result.durationMs);
    if (lanes) tell({ type: 'lanes', callId: this.id, ...lanes });
    const { decisive: row } = this.#rows;
    const outcome = outcomeOf(result, { actionName, row, micDroppedMs: Math.round(this.#mixer.droppedMs) });
    tell({ type: 'result', callId: this.id, outcome });
    this.#enter('ended');
    await this.#call.closed;
    this.#rows.flush();
    this.#tellWaiting();
    try {
      await this.#trace.close();
    } catch (error) {
      const message = `The call was not kept: ${error instanceof Error ? error.message : String(error)}`;
      tell({ type: 'note', callId: this.id, message, t: this.#t, count: 1 });
    }
  }
}

const ORDER: readonly CallState[] = ['dialing', 'upgrading', 'opening', 'connected', 'closing', 'ended'];
