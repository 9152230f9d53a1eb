import { randomUUID } from 'node:crypto';
import {
  type ClientMessageType,
  decodeClientMessage,
  durationFromMs,
  type MediaParameter,
  PCMU_EXTERNAL,
} from '@hookline/protocol';
import { type Clock, isRecord } from '@hookline/runtime';
import { conformanceError } from '../error.js';
import type { CallEvent, Mark, RefusedFrameFact } from '../record/call-event.js';
import type { CallPurpose, CallRecord } from '../record/call-record.js';
import { type Deadlines, LATE_ANSWER_FRACTION } from '../record/deadlines.js';
import { messageInBinary, readObject } from '../record/timeline.js';
import { type DialResult, dialRaw, type RawSocket } from '../wire/dial.js';
import {
  type CallerIdentity,
  PRODUCTION_FORM,
  type SignatureForm,
  signatureHeaders,
} from '../wire/signature-form.js';
import { AudioStream } from './audio-stream.js';
import { type CheckTarget, type OpenChanges, openParameters } from './open-parameters.js';
import { PingSchedule } from './ping-schedule.js';
import { Playback } from './playback.js';

/** Options of a raw call. */
export interface RawCallOptions {
  readonly scenario: string;
  readonly call: string;
  readonly purpose: CallPurpose;
  /** The name of the call that it repeats. Default: none. */
  readonly repeats?: string;
  readonly target: CheckTarget;
  /** Whether another call of the run is in progress now. Default: none is. */
  readonly isBesideAnother?: () => boolean;
  readonly deadlines: Deadlines;
  readonly clock: Clock;
  /** Overrides the URL of the target. */
  readonly url?: string;
  readonly apiKey?: string;
  /** Default: as production signs. `unsigned`: no signature. */
  readonly form?: SignatureForm | 'unsigned';
  /** The session id of all messages. Default: that of the header. */
  readonly id?: string;
  /** Whether durations are written without decimals, which production never does. Default false. */
  readonly wholeSeconds?: boolean;
  /** Input variables of every call. Those of the call itself are added. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** How long to wait for `closed`, in milliseconds. Default: slightly more than its deadline. */
  readonly closedTimeoutMs?: number;
  /** Called if `closed` does not arrive within its deadline. */
  readonly onNotClosed?: () => void;
  /** How long `ping` waits for `pong` now, in milliseconds. Default: slightly more than its deadline. */
  readonly pongTimeoutMs?: () => number | undefined;
  /** Called for a `pong`, and if none arrives in the time for which `ping` waits. */
  readonly onPong?: (arrived: boolean) => void;
  /** Ends the call or the handshake early: with `close`, but with a short wait for `closed`. */
  readonly signal?: AbortSignal;
}

const USER_AGENT = 'GenesysCloud-AudioHook-Client';
const UPGRADE_MS = 5000;
/** How long the connection stays open after `closed`, to see whether the bot ends it itself. In milliseconds. */
const LINGER_MS = 300;
const END_WAIT_MS = 1500;
/** How long an aborted call waits for `closed`, in milliseconds. */
const STOP_WAIT_MS = 1000;

/**
 * A call over a raw WebSocket. Sends the automatic messages of the platform (pings, playback messages, `paused`, `close`
 * after `disconnect`), and any other message, valid or not, for a scenario.
 */
export class RawCall {
  readonly identity: CallerIdentity;
  readonly audio: AudioStream;
  readonly playback: Playback;
  readonly #options: RawCallOptions;
  readonly #clock: Clock;
  readonly #startedMs: number;
  readonly #startedWallMs: number;
  readonly #events: CallEvent[] = [];
  readonly #counts = new Map<string, number>();
  readonly #waiters = new Set<() => void>();
  readonly #pings: PingSchedule;
  #socket: RawSocket | undefined;
  #unreachable: string | undefined;
  #maybeLocalDelay = false;
  #besideAnother = false;
  #seq = 0;
  #serverseq = 0;
  #closing: Promise<void> | undefined;
  #state: 'connecting' | 'opening' | 'open' | 'closing' | 'closed' | 'over' = 'connecting';
  #localEnd = false;
  readonly #onAbort = () => this.#abort();

  private constructor(options: RawCallOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#startedMs = options.clock.now();
    this.#startedWallMs = options.clock.wall();
    const session = randomUUID();
    this.identity = {
      organizationId: options.target.organizationId ?? randomUUID(),
      sessionId: session,
      // As in a captured request of the platform.
      correlationId: session,
      apiKey: options.apiKey ?? options.target.apiKey,
    };
    this.audio = new AudioStream(this.#clock, (bytes) => this.sendBinary(bytes));
    this.playback = new Playback(this.#clock, (what) => this.#state === 'open' && this.send(what));
    this.#pings = new PingSchedule(this.#clock, (rtt) => this.send('ping', rtt === undefined ? {} : { rtt }));
  }

  static async dial(options: RawCallOptions): Promise<RawCall> {
    const call = new RawCall(options);
    await call.#dial();
    return call;
  }

  get connected(): boolean {
    return this.#socket !== undefined && this.#state !== 'over';
  }

  /** Whether `opened` was received and neither side is ending the call. */
  get isOpen(): boolean {
    return this.#state === 'open';
  }

  /** Whether the call repeats another one. */
  get isRepeated(): boolean {
    return this.#options.repeats !== undefined;
  }

  get events(): readonly CallEvent[] {
    return this.#events;
  }

  record(): CallRecord {
    const { scenario, call, purpose, repeats, target, deadlines, url = target.url } = this.#options;
    const secrets = target.clientSecret === undefined ? [] : [target.clientSecret];
    return {
      scenario,
      call,
      purpose,
      ...(repeats === undefined ? {} : { repeats }),
      url,
      startedMs: this.#startedWallMs,
      besideAnother: this.#besideAnother,
      deadlines,
      publicTrust: target.tls?.ca === undefined && target.tls?.insecure !== true,
      secrets,
      events: this.#events,
      ...(this.#unreachable === undefined
        ? {}
        : { unreachable: this.#unreachable, maybeLocalDelay: this.#maybeLocalDelay }),
    };
  }

  mark(mark: Omit<Mark, 'kind' | 't'>): void {
    this.#record({ kind: 'mark', t: this.#now(), ...mark });
  }

  /**
   * Sends a message. `envelope` replaces fields of its envelope.
   *
   * @throws HooklineError `CONFORMANCE_OWN_MESSAGE` for an invalid message, except in a call that misbehaves on purpose
   */
  send(type: ClientMessageType, parameters: object = {}, envelope: object = {}): void {
    const text = JSON.stringify({ ...this.envelope(type), parameters, ...envelope });
    if (this.#options.purpose.kind !== 'attack') assertValid(type, text);
    this.sendText(text);
  }

  /** Returns the next envelope, with its keys in the platform's order. Uses up a `seq`. */
  envelope(type: string): Record<string, unknown> {
    this.#seq += 1;
    return {
      type,
      version: '2',
      id: this.#options.id ?? this.identity.sessionId,
      seq: this.#seq,
      serverseq: this.#serverseq,
      position: this.#options.wholeSeconds
        ? `PT${Math.floor(this.audio.positionMs / 1000)}S`
        : durationFromMs(this.audio.positionMs),
    };
  }

  /** Sends text unchanged. */
  sendText(text: string): void {
    if (!this.#socket) return;
    this.#record({ kind: 'message', t: this.#now(), dir: 'out', text });
    this.#socket.text(text);
  }

  /** Sends bytes unchanged. */
  sendBinary(bytes: Uint8Array): void {
    if (!this.#socket) return;
    this.#record({ kind: 'audio', t: this.#now(), dir: 'out', bytes });
    this.#socket.binary(bytes);
  }

  /** Sends `open` without waiting for the answer, unless the call is ending. */
  sendOpen(changes: OpenChanges = {}): void {
    if (!this.#socket || this.#closing) return;
    if (this.#state === 'connecting') this.#state = 'opening';
    this.send('open', openParameters(this.identity, changes, this.#options.inputs));
  }

  /** Sends `open` and waits for `opened`. Resolves to false if it does not arrive. */
  async open(changes: OpenChanges = {}): Promise<boolean> {
    this.sendOpen(changes);
    await this.waitFor(
      () => this.#state !== 'opening',
      this.#withLateTolerance(this.#options.deadlines.openedMs),
    );
    return this.isOpen;
  }

  /** Sends a `ping` and waits for its `pong`. Resolves to false if none arrives or the call ends. */
  async ping(): Promise<boolean> {
    if (!this.isOpen) return false;
    const before = this.count('pong');
    this.send('ping');
    const { deadlines, pongTimeoutMs, onPong } = this.#options;
    const isAnswered = () => this.count('pong') > before;
    const waitMs = pongTimeoutMs?.() ?? this.#withLateTolerance(deadlines.pongMs);
    const isOver = await this.waitFor(() => isAnswered() || !this.isOpen, waitMs);
    if (!isOver) onPong?.(false);
    return isAnswered();
  }

  /** Returns how many messages of a type, or binary frames, the bot sent. */
  count(type: string): number {
    return this.#counts.get(type) ?? 0;
  }

  /** Waits until `condition` is true, the connection is closed, or the time is up. Resolves to whether it is true. */
  async waitFor(condition: () => boolean, ms: number): Promise<boolean> {
    if (condition()) return true;
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel();
        this.#waiters.delete(check);
        resolve();
      };
      const check = () => {
        if (condition() || this.#state === 'over') done();
      };
      const cancel = this.#clock.after(ms, done);
      this.#waiters.add(check);
      check();
    });
    return condition();
  }

  /** Waits for a time, or until the call ends. */
  async wait(ms: number): Promise<void> {
    await this.waitFor(() => !this.connected, ms);
  }

  /** Ends the call with `close`, unless it is ending, and waits for the end of the connection. */
  async hangUp(reason: 'end' | 'error' | 'disconnect' = 'end', closeCount = 1): Promise<void> {
    if (!this.connected) return;
    this.#closing ??= this.#close(reason, closeCount);
    await this.#closing;
  }

  /** Terminates the connection without a close handshake. */
  async terminate(): Promise<void> {
    this.#localEnd = true;
    this.#socket?.terminate();
    await this.wait(END_WAIT_MS);
  }

  /** Aborts the call. */
  #abort(): void {
    if (!this.connected) return;
    const ended = this.#endQuickly();
    this.#closing ??= ended;
  }

  async #endQuickly(): Promise<void> {
    const wasOpen = this.#state === 'opening' || this.#state === 'open';
    this.#stopSending();
    if (wasOpen) {
      this.#state = 'closing';
      this.send('close', { reason: 'end' });
    }
    // A call that has sent nothing needs no `close`.
    if (this.#state === 'closing') await this.waitFor(() => this.#state === 'closed', STOP_WAIT_MS);
    if (!this.connected) return;
    this.#localEnd = true;
    this.#socket?.close();
    await this.wait(END_WAIT_MS);
  }

  #withLateTolerance(ms: number): number {
    return ms * (1 + LATE_ANSWER_FRACTION);
  }

  #now(): number {
    return this.#clock.now() - this.#startedMs;
  }

  #record(event: CallEvent): void {
    this.#events.push(event);
    this.#notifyWaiters();
  }

  #notifyWaiters(): void {
    for (const look of [...this.#waiters]) look();
  }

  async #dial(): Promise<void> {
    const { target, url = target.url, form = PRODUCTION_FORM, isBesideAnother = () => false } = this.#options;
    const wasBesideAnother = isBesideAnother();
    const { organizationId, sessionId, correlationId, apiKey } = this.identity;
    const signed = form !== 'unsigned' && target.clientSecret !== undefined;
    const headers = {
      'User-Agent': USER_AGENT,
      'Audiohook-Organization-Id': organizationId,
      'Audiohook-Session-Id': sessionId,
      'Audiohook-Correlation-Id': correlationId,
      'X-API-KEY': apiKey,
      ...(signed
        ? signatureHeaders(
            url,
            this.identity,
            target.clientSecret ?? '',
            Math.floor(this.#clock.wall() / 1000),
            form,
          )
        : {}),
    };
    const result = await dialRaw({
      url,
      headers,
      tls: target.tls ?? {},
      clock: this.#clock,
      timeoutMs: UPGRADE_MS,
      signal: this.#options.signal,
      onText: (text) => this.#handleText(text),
      onAudio: (bytes) => this.#handleAudio(bytes),
      onEnd: (code, reason, refused) => this.#handleEnd(code, reason, refused),
    });
    // A call that was dialled after this one may have reached the bot before it.
    this.#besideAnother = wasBesideAnother || isBesideAnother();
    this.#applyDialResult(result);
    const { signal } = this.#options;
    if (signal?.aborted) this.#abort();
    else if (this.connected) signal?.addEventListener('abort', this.#onAbort);
  }

  #applyDialResult({ requestHead, response, socket, problem, maybeLocalDelay }: DialResult): void {
    // Messages that the bot sent together with its response were recorded before the response.
    const earlyEvents = this.#events.splice(0);
    this.#events.push({ kind: 'request', t: 0, head: requestHead });
    if (response) this.#events.push({ kind: 'response', t: earlyEvents[0]?.t ?? this.#now(), ...response });
    this.#events.push(...earlyEvents);
    this.#socket = socket;
    if (!socket) {
      this.#state = 'over';
      if (!response || response.status === 101) this.#unreachable = problem;
      this.#maybeLocalDelay = maybeLocalDelay === true;
    } else if (this.count('disconnect') > 0) void this.hangUp('disconnect');
  }

  #handleText(text: string): void {
    this.#handleMessage(text, { kind: 'message', t: this.#now(), dir: 'in', text });
  }

  #handleMessage(text: string, event: CallEvent): void {
    const message = readObject(text);
    const type = message?.['type'];
    if (typeof type === 'string') this.#count(type);
    const seq = message?.['seq'];
    // Only a valid `seq`: another one is the bot's fault, and would make the check's own next message invalid.
    if (typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0) this.#serverseq = seq;
    const parameters = isRecord(message?.['parameters']) ? message['parameters'] : {};
    if (type === 'opened' && this.#state === 'opening') {
      this.#state = 'open';
      this.#applyMedia(parameters);
    }
    this.#record(event);
    this.#react(typeof type === 'string' ? type : '', parameters);
    this.#notifyWaiters();
  }

  #applyMedia(parameters: Readonly<Record<string, unknown>>): void {
    const [media] = Array.isArray(parameters['media']) ? parameters['media'] : [];
    const format: MediaParameter['format'] = isRecord(media) && media['format'] === 'L16' ? 'L16' : 'PCMU';
    const channels = isRecord(media) && Array.isArray(media['channels']) ? media['channels'].length : 1;
    const playoutFormat = { ...PCMU_EXTERNAL, format };
    this.playback.setFormat(playoutFormat);
    this.audio.setFormat(
      media === undefined
        ? undefined
        : { ...playoutFormat, channels: channels === 2 ? ['external', 'internal'] : ['external'] },
    );
    if (parameters['startPaused'] === true) this.#pause();
    this.#pings.start();
  }

  #react(type: string, parameters: Readonly<Record<string, unknown>>): void {
    if (type === 'pong') {
      this.#pings.pong();
      this.#options.onPong?.(true);
    } else if (type === 'pause' && this.#state === 'open') this.#pause();
    else if (type === 'resume' && this.#state === 'open') this.resume();
    else if (type === 'event') {
      const entities = Array.isArray(parameters['entities']) ? parameters['entities'] : [];
      if (entities.some((entity) => isRecord(entity) && entity['type'] === 'barge_in')) this.playback.flush();
    } else if (type === 'disconnect') {
      // Before `open` too: a bot may refuse the credentials as soon as it is connected.
      void this.hangUp('disconnect');
    } else if (type === 'closed' && this.#state === 'closing') this.#state = 'closed';
  }

  #pause(): void {
    this.audio.pause();
    this.send('paused');
  }

  /** Resumes the audio and reports what was discarded. */
  resume(): void {
    const gap = this.audio.resume();
    this.send('resumed', { start: durationFromMs(gap.startMs), discarded: durationFromMs(gap.discardedMs) });
  }

  #count(type: string): void {
    this.#counts.set(type, this.count(type) + 1);
  }

  #handleAudio(bytes: Uint8Array): void {
    const event: CallEvent = { kind: 'audio', t: this.#now(), dir: 'in', bytes };
    const isOpened = this.#state !== 'connecting' && this.#state !== 'opening';
    const text = isOpened ? messageInBinary(bytes) : undefined;
    if (text !== undefined) {
      this.#handleMessage(text, event);
      return;
    }
    this.#count('audio');
    this.#record(event);
    if (this.#state === 'open') this.playback.push(bytes.length);
  }

  async #close(reason: string, closes: number): Promise<void> {
    const {
      deadlines,
      purpose,
      closedTimeoutMs: timeoutMs = this.#withLateTolerance(deadlines.closedMs),
    } = this.#options;
    this.#stopSending();
    this.#state = 'closing';
    for (let sent = 0; sent < closes; sent++) this.send('close', { reason });
    const sentMs = this.#now();
    const answered = await this.waitFor(() => this.#state === 'closed', timeoutMs);
    if (answered && this.#now() - sentMs > deadlines.closedMs) this.#options.onNotClosed?.();
    if (answered && (purpose.kind === 'call' || purpose.kind === 'probe')) await this.wait(LINGER_MS);
    if (!this.connected) return;
    if (!answered && timeoutMs > deadlines.closedMs) this.#options.onNotClosed?.();
    this.#localEnd = true;
    // With a closing handshake even if `closed` is missing: the scenario `lost-connections` tests a lost connection.
    this.#socket?.close();
    await this.wait(END_WAIT_MS);
    this.#socket?.terminate();
    await this.wait(END_WAIT_MS);
  }

  #stopSending(): void {
    this.audio.stop();
    this.playback.stop();
    this.#pings.stop();
  }

  #handleEnd(code: number, reason: string, refused?: RefusedFrameFact): void {
    if (this.#state === 'over') return;
    this.#stopSending();
    this.#state = 'over';
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    const by = this.#localEnd || refused ? 'self' : code === 1006 ? 'loss' : 'peer';
    this.#record({ kind: 'end', t: this.#now(), by, code, reason, ...(refused ? { refused } : {}) });
  }
}

/** Throws for an invalid message: an error in the check must not fail the bot. */
function assertValid(type: string, text: string): void {
  const decoded = decodeClientMessage(text);
  if (decoded.kind !== 'fault') return;
  throw conformanceError(
    'CONFORMANCE_OWN_MESSAGE',
    `the check would send an invalid \`${type}\`: ${decoded.fault.reason}`,
  );
}
