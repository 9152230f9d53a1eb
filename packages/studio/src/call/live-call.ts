import { BYTES_PER_MS } from '@hookline/audio';
import { type Call, type CallAudioConnectorOptions, callAudioConnector } from '@hookline/client';
import { createRedactor, type Direction, type WireEvent, type WireSink } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import { createTraceWriter, type TraceWriter } from '@hookline/trace/node';
import type { BridgeMessage, CallActivity, CallEntry, CallState, DialMessage, Row } from '../messages.js';
import { type AudioSource, CallerMixer } from './caller-mixer.js';
import { LiveLanes } from './lanes.js';
import { MarkDetector } from './mark-detector.js';
import { DEFAULT_ACTION_NAME, noteOf, outcomeOf } from './outcome.js';
import { RowList } from './row-list.js';
import type { Target } from './target.js';

/** How often rows and lanes are sent to the page, in milliseconds. */
const REPORT_INTERVAL_MS = 100;
/** How far the lanes lag behind, in addition to one frame, in milliseconds: caller audio is known once its frame is sent. */
const LANES_DELAY_MS = 60;

/** Options of a live call. */
export interface LiveCallOptions {
  readonly id: string;
  /** The folder for its trace. */
  readonly dir: string;
  readonly clock: Clock;
  readonly target: Target;
  readonly connectorId: string;
  readonly request: DialMessage;
  readonly source: AudioSource | undefined;
  /** Sends a message to the page. */
  readonly send: (message: BridgeMessage) => void;
  /** Called with what the caller hears: 20 ms of µ-law, and its position in samples since `opened`. */
  readonly onBotAudio: (position: number, mulaw: Uint8Array) => void;
  /** Called with the head of the upgrade request or response, before any message about it is sent. */
  readonly onHandshake: (head: string) => void;
}

/** A call of a page: reports its progress to the page and writes a trace. */
export class LiveCall {
  readonly id: string;
  /** Resolves when the socket is closed and the trace is written. Never rejects. */
  readonly saved: Promise<void>;
  readonly #options: LiveCallOptions;
  readonly #mixer: CallerMixer;
  readonly #trace: TraceWriter;
  readonly #rows: RowList;
  readonly #marks: MarkDetector;
  readonly #call: Call;
  readonly #startedAtMs: number;
  /** ISO 8601. */
  readonly #started: string;
  /** Rows not yet sent, by `n`. */
  readonly #pendingRows = new Map<number, Row>();
  #lanes: LiveLanes | undefined;
  #state: CallState = 'dialing';
  #activity: CallActivity = 'listening';
  #paused = false;
  #onHold = false;
  #openedAtMs: number | undefined;
  #reporting = true;
  /** Caller audio of the time before `opened`, in milliseconds. */
  #heldMs = 0;

  /** Dials. @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field */
  constructor(options: LiveCallOptions) {
    const { id, clock, request, target } = options;
    this.id = id;
    this.#options = options;
    const frameMs = request.frameMs ?? 200;
    this.#mixer = new CallerMixer(clock, frameMs);
    this.#mixer.setSource(options.source);
    this.#rows = new RowList({ vantage: 'client', secrets: target.secrets }, (row) =>
      this.#pendingRows.set(row.n, row),
    );
    this.#marks = new MarkDetector(
      'client',
      (mark) => {
        options.send({ type: 'mark', callId: id, mark });
        if (mark.kind === 'bargeIn') this.#setActivity('barged');
      },
      (since, t) => this.#lanes?.replyMs(since, t),
    );
    this.#startedAtMs = clock.now();
    this.#started = new Date(clock.wall()).toISOString();
    const action: CallAudioConnectorOptions = {
      name: request.actionName ?? DEFAULT_ACTION_NAME,
      integration: target.integration,
      connectorId: options.connectorId,
      inputs: request.inputs ?? [],
      outputs: request.outputs ?? 'all',
      caller: this.#mixer,
      media: { frameMs },
      // Frames of 20 ms come ten times as often as the platform's: bots may answer at the same rate.
      limits: frameMs === 200 ? 'genesys' : 'off',
      conversation: {
        ...request.conversation,
        ...(request.language ? { language: request.language } : {}),
      },
      clock,
      sink: this.#createSink(),
    };
    this.#call = callAudioConnector(action);
    this.#trace = createTraceWriter({
      dir: options.dir,
      vantage: 'client',
      clock,
      url: this.#call.url,
      secrets: target.secrets,
    });
    this.#subscribe();
    this.#sendState();
    this.#scheduleReport(frameMs);
    void this.#forwardBotAudio();
    this.saved = this.#complete(request.actionName ?? DEFAULT_ACTION_NAME);
  }

  /** Whether the result has been sent. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Its entry in the history until it is saved. */
  get entry(): CallEntry {
    return {
      id: this.id,
      started: this.#started,
      url: createRedactor(this.#options.target.secrets).url(this.#call.url),
      durationMs: 0,
      vantage: 'client',
      origin: 'studio',
    };
  }

  /** Switches the caller to another source; undefined selects the microphone. */
  setSource(source: AudioSource | undefined): void {
    this.#mixer.setSource(source);
  }

  /** Microphone audio of the page. */
  pushMicrophone(position: number, samples: Int16Array): void {
    this.#mixer.pushMicrophone(position, samples);
  }

  /** @throws HooklineError `CLIENT_BAD_ARGUMENT` as a rejection */
  async sendDtmf(digits: string): Promise<void> {
    await this.#call.sendDtmf(digits);
  }

  setHold(on: boolean): void {
    if (on) this.#call.hold();
    else this.#call.unhold();
    this.#onHold = on;
    this.#sendState();
  }

  /** @throws HooklineError `CLIENT_BAD_ARGUMENT` */
  setLanguage(language: string): void {
    this.#call.setLanguage(language);
  }

  hangUp(): void {
    this.#call.hangup();
  }

  /** Stops sending turns to the page, whose socket is closed. */
  stopReporting(): void {
    this.#reporting = false;
  }

  get #elapsedMs(): number {
    return this.#options.clock.now() - this.#startedAtMs;
  }

  #createSink(): WireSink {
    // The trace is created after the call because it needs its URL. No event arrives before the constructor returns.
    return {
      event: (event) => this.#onEvent(event),
      audio: (dir, t, bytes, lateMs) => this.#onAudio(dir, t, bytes, lateMs),
      heard: (t, bytes) => {
        this.#trace.heard(t, bytes);
        this.#lanes?.addBot(t, bytes);
      },
    };
  }

  #onEvent(event: Exclude<WireEvent, { kind: 'audio' }>): void {
    if (event.kind === 'request' || event.kind === 'response') this.#options.onHandshake(event.head);
    this.#trace.event(event);
    this.#rows.push(event);
    this.#marks.onEvent(event);
    if (event.kind === 'request') this.#setState('upgrading');
    if (event.kind !== 'message') return;
    if (event.type === 'opened' && event.dir === 'in') this.#openedAtMs ??= event.t;
    if (event.dir !== 'out') return;
    if (event.type === 'paused') this.#setPaused(true);
    if (event.type === 'resumed') this.#setPaused(false);
  }

  /** @param lateMs - undefined for a caller frame that was held until `opened` */
  #onAudio(dir: Direction, t: number, bytes: Uint8Array, lateMs: number | undefined): void {
    this.#trace.audio(dir, t, bytes);
    this.#rows.pushFrame(dir, t, bytes.length);
    if (dir === 'in') return;
    if (lateMs === undefined) this.#heldMs += bytes.length / BYTES_PER_MS;
    this.#mixer.frameSent(bytes.length);
    this.#lanes?.addCaller(t, bytes);
  }

  #subscribe(): void {
    const { send, id } = this.#options;
    const call = this.#call;
    call.on('state', (state) => {
      if (state === 'opening') this.#setState('opening');
      if (state === 'open') this.#onOpened();
      if (state === 'closing') this.#setState('closing');
    });
    call.on('playbackStarted', ({ t }) => {
      this.#marks.onPlaybackStarted(t);
      this.#setActivity('bot-speaking');
    });
    call.on('playbackCompleted', (end) => {
      this.#marks.onPlaybackCompleted(end.t, end);
      if (this.#activity === 'bot-speaking' && end.ended !== 'bargeIn') this.#setActivity('listening');
    });
    call.on('turn', ({ t, disposition, text }) => {
      if (!this.#reporting) return;
      send({ type: 'turn', callId: id, t, disposition, ...(text === undefined ? {} : { text }) });
    });
    call.on('warning', (warning) => send({ type: 'note', callId: id, ...noteOf(warning) }));
  }

  #onOpened(): void {
    this.#openedAtMs ??= this.#elapsedMs;
    this.#lanes ??= new LiveLanes(this.#openedAtMs);
    this.#mixer.resume();
    this.#setState('connected');
  }

  #setPaused(paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#mixer.pause();
    else this.#mixer.resume();
    this.#sendState();
  }

  #setState(state: CallState): void {
    if (STATE_ORDER.indexOf(state) <= STATE_ORDER.indexOf(this.#state)) return;
    this.#state = state;
    this.#sendState();
  }

  #setActivity(activity: CallActivity): void {
    if (activity === this.#activity) return;
    this.#activity = activity;
    this.#sendState();
  }

  #sendState(): void {
    const connected = this.#state === 'connected';
    this.#options.send({
      type: 'state',
      callId: this.id,
      state: this.#state,
      ...(connected ? { activity: this.#paused ? 'paused' : this.#activity } : {}),
      t: this.#elapsedMs,
      ...(this.#openedAtMs === undefined ? {} : { openedAtMs: this.#openedAtMs }),
      onHold: this.#onHold,
    });
  }

  #scheduleReport(frameMs: number): void {
    this.#options.clock.after(REPORT_INTERVAL_MS, () => {
      this.#sendRows();
      const lanes = this.#lanes?.take(this.#elapsedMs - frameMs - LANES_DELAY_MS);
      if (lanes) this.#options.send({ type: 'lanes', callId: this.id, ...lanes });
      if (this.#state !== 'ended') this.#scheduleReport(frameMs);
    });
  }

  #sendRows(): void {
    if (this.#pendingRows.size === 0) return;
    const rows = [...this.#pendingRows.values()];
    this.#pendingRows.clear();
    this.#options.send({ type: 'rows', callId: this.id, rows });
  }

  async #forwardBotAudio(): Promise<void> {
    let position = 0;
    for await (const frame of this.#call.botAudio) {
      this.#options.onBotAudio(position, frame);
      position += frame.length;
    }
  }

  async #complete(actionName: string): Promise<void> {
    const { send } = this.#options;
    const called = await this.#call.result;
    // The caller starts with `opened`, so the silence that the client held until then is not late audio.
    const result = { ...called, callerLateMs: called.callerLateMs - this.#heldMs };
    this.#trace.result(result);
    this.#setState('closing');
    this.#rows.flush();
    this.#sendRows();
    const lanes = this.#lanes?.take(result.durationMs);
    if (lanes) send({ type: 'lanes', callId: this.id, ...lanes });
    const { decidingRow: row } = this.#rows;
    const outcome = outcomeOf(result, { actionName, row, micDroppedMs: Math.round(this.#mixer.droppedMs) });
    send({ type: 'result', callId: this.id, outcome });
    this.#setState('ended');
    await this.#call.closed;
    this.#rows.flush();
    this.#sendRows();
    try {
      await this.#trace.close();
    } catch (error) {
      const message = `The call could not be saved: ${error instanceof Error ? error.message : String(error)}`;
      send({ type: 'note', callId: this.id, message, t: this.#elapsedMs, count: 1 });
    }
  }
}

const STATE_ORDER: readonly CallState[] = [
  'dialing',
  'upgrading',
  'opening',
  'connected',
  'closing',
  'ended',
];
