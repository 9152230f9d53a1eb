import { AsyncResource } from 'node:async_hooks';
import { runUserCode } from '@hookline/runtime';
import type { Outputs } from '@hookline/server';
import type { RealtimeError } from '../error.js';
import { RealtimeFailure } from '../failure.js';
import { codeOfWords } from '../refusal-words.js';
import type { ServiceLink, SessionStart } from '../service/service.js';
import type { InterruptedBy, RealtimeState } from '../session.js';
import { CallerSide } from './caller-side.js';
import { Connector, reconnectRefusal } from './connector.js';
import {
  type Dialogue,
  type DialogueEvent,
  fillerWish,
  INITIAL,
  isStillAsked,
  stateOf,
  transition,
} from './dialogue.js';
import { DialogueTimers } from './dialogue-timers.js';
import { Emitter } from './emitter.js';
import { cancelOutdatedReply, endLongReply, endStalledReply, endUnreportedReply } from './faulty-replies.js';
import { Filler } from './filler.js';
import type { Heard } from './heard.js';
import { History } from './history.js';
import { InterruptionGate } from './interruption-gate.js';
import { CollectedOutputs } from './outputs.js';
import { Prompts } from './prompts.js';
import { ReplyWatch } from './reply-watch.js';
import { serviceHost } from './service-host.js';
import { SessionHandle } from './session-handle.js';
import { SessionMetrics } from './session-metrics.js';
import type { SessionParts } from './session-parts.js';
import { sessionTools } from './session-tools.js';
import { Silence } from './silence.js';
import { type PlayedReply, type Reply, Speaker } from './speaker.js';
import { reportStopped } from './stopped-replies.js';
import type { ToolRuns } from './tool-runs.js';
import { TurnReporter } from './turn-reporter.js';

/** The close code of a connection that has served its purpose. */
const NORMAL_CLOSURE = 1000;

/** The close code of a connection that ended without one. */
const ABNORMAL_CLOSURE = 1006;

/** Runs the dialogue's effects; owns the connection, the timers and the audio. */
export class LiveSession {
  /** For the bot's own code. */
  readonly handle = new SessionHandle(this);
  readonly result: Promise<Outputs | undefined>;
  readonly outputs: CollectedOutputs;
  readonly emitter: Emitter;
  readonly metrics: SessionMetrics;
  readonly speaker: Speaker;
  readonly gate: InterruptionGate;
  readonly tools: ToolRuns;
  readonly history = new History();
  readonly prompts: Prompts;
  readonly replyWatch: ReplyWatch;
  readonly #parts: SessionParts;
  readonly #callerSide: CallerSide;
  readonly #connector: Connector;
  readonly #turnReporter: TurnReporter;
  readonly #silence: Silence;
  readonly #dialogueTimers: DialogueTimers;
  readonly #filler: Filler | undefined;
  readonly #unsubscribers: (() => void)[] = [];
  #dialogue: Dialogue = INITIAL;
  #state: RealtimeState = 'connecting';
  #instructions = '';
  /** Whether the call's own detector hears the caller. */
  #callerHeard = false;
  #playingSinceMs: number | undefined;
  #finished = false;
  #resolve: (outputs: Outputs | undefined) => void = () => {};
  #reject: (error: Error) => void = () => {};

  /** @throws RealtimeError `REALTIME_BAD_TOOL` */
  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { service, options, clock, call } = parts;
    const { limits } = options;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A failure ends the call anyway: it must not end the process when nobody awaits `result`.
    this.result.catch(() => {});
    this.outputs = new CollectedOutputs(call);
    this.emitter = new Emitter(call.log);
    this.metrics = new SessionMetrics(call, service.name, options.given.metrics);
    this.prompts = new Prompts(this, service);
    this.#turnReporter = new TurnReporter(call, options.given.turns);
    this.#silence = new Silence(this, parts, this.#turnReporter);
    this.#dialogueTimers = new DialogueTimers(limits, clock, (name) =>
      this.dispatch({ type: 'timer', name }),
    );
    this.#filler = options.filler && new Filler(options.filler, call, clock);
    this.speaker = new Speaker(call, service.output, limits.maxQueuedMs, {
      onReplyAudio: (reply) => this.#onReplyAudio(reply),
      onReplyEnd: (spoken) => this.#onReplyEnd(spoken),
      onReplyStopped: (spoken) => this.#reportInterrupted([spoken], spoken.reply.id, 'bot'),
      onIdle: () => this.#onPlaybackIdle(),
      onLateAudio: (ms) => this.metrics.lateAudio(ms),
      onReplyTooLong: (reply) => endLongReply(this, reply, limits.maxQueuedMs),
    });
    this.replyWatch = new ReplyWatch(clock, limits.replyMs, {
      generating: () => this.speaker.generating,
      awaitsTool: () => !service.can.endsTurnAfterTool && this.tools.awaited,
      onOver: (reply) => endUnreportedReply(this, reply),
      onStalled: (reply) => endStalledReply(this, reply, service.name),
    });
    this.gate = new InterruptionGate(options.interruption, clock, {
      serviceHears: service.can.vad,
      active: () => this.speaker.playing || this.#dialogue.reply !== 'none' || this.tools.interruptible,
      interruptible: () => !this.#dialogue.ending && this.speaker.interruptible,
      playingSinceMs: () => this.#playingSinceMs,
      interrupt: (by) => this.interrupt(by),
      onFalseInterruption: () => this.metrics.falseInterruption(),
    });
    this.tools = sessionTools(this, parts);
    this.#callerSide = new CallerSide(
      call,
      {
        clock,
        shape: service.input,
        maxInputMs: limits.maxInputMs,
        keyGroupMs: options.dtmfGroupMs,
        detects: this.gate.needsLocalDetector,
      },
      {
        onSpeech: (at) => this.onSpeech('local', at),
        onKey: (digit) => this.#onKey(digit),
        onKeys: (keys) => this.prompts.tell(`The caller pressed on the telephone: ${keys}`, true),
        onDropped: (ms) => this.metrics.inputDropped(ms),
      },
    );
    this.#connector = new Connector(service, {
      clock,
      log: call.log,
      start: () => this.#sessionStart(),
      host: (alive) => serviceHost(this, clock, alive),
      onLinked: (link) => this.#onLinked(link),
      onUnlinked: () => this.#callerSide.onUnlinked(),
      onRenewalDue: () => this.dispatch({ type: 'renewDue' }),
      onRenewalOverdue: () => {
        if (!this.#dialogue.ending) this.#replaceConnection('expiry');
      },
      onHandleRefused: () => this.tools.onSessionLost(false),
      onConnectionLost: (code, reason) => this.onConnectionLost(code, reason),
      onFailed: (error) => this.fail(error),
    });
  }

  /** Starts the session: subscribes to the caller, connects to the service and plays an audio greeting. */
  start(): void {
    const { call, options, clock } = this.#parts;
    if (call.signal.aborted) {
      this.#finish(() => this.#resolve(undefined));
      return;
    }
    this.metrics.sessions(1);
    this.#unsubscribers.push(() => this.metrics.sessions(-1));
    this.metrics.connecting(clock.now());
    const onAbort = () => this.#finish(() => this.#resolve(undefined));
    call.signal.addEventListener('abort', onAbort, { once: true });
    // A session that only listens is busy too.
    this.#unsubscribers.push(() => call.signal.removeEventListener('abort', onAbort), call.busy());
    this.#unsubscribers.push(clock.after(options.limits.callMs, () => this.endBy('length')));
    this.#callerSide.start();
    const { greeting } = options;
    if (greeting === 'model') this.dispatch({ type: 'want' });
    else if (typeof greeting === 'object')
      this.speaker.playGreeting(greeting.audio, greeting.text, greeting.interruptible ?? true);
    const { instructions } = this.#parts;
    if (typeof instructions === 'string') {
      this.#connect(instructions);
      return;
    }
    (async () => instructions())().then(
      (text) => this.#connect(text),
      // An error of the bot's own code fails the call like any other.
      (error: unknown) =>
        this.#finish(() => this.#reject(error instanceof Error ? error : new Error(String(error)))),
    );
  }

  get state(): RealtimeState {
    return this.#state;
  }

  get link(): ServiceLink | undefined {
    return this.#connector.link;
  }

  get ending(): boolean {
    return this.#dialogue.ending;
  }

  /** Whether a reply is requested or being generated that nothing has withdrawn. */
  get asks(): boolean {
    return isStillAsked(this.#dialogue);
  }

  /** Whether a reply was requested or is being generated. */
  get replying(): boolean {
    return this.#dialogue.reply !== 'none';
  }

  /** Stops what the caller hears, and tells the service how much of it was heard. */
  interrupt(by: InterruptedBy): readonly Heard[] {
    this.#filler?.stop();
    const { generating: making } = this.speaker;
    const asked = this.#dialogue.reply === 'asked';
    if (!this.speaker.playing && !making && !asked) {
      this.tools.interrupt();
      return [];
    }
    // Stop playback first, without waiting for anything.
    return this.#reportInterrupted(this.speaker.stop(), making?.id ?? (asked ? '' : undefined), by);
  }

  /** Ends the session: caller audio and interruptions are ignored from here on. */
  end(outputs: Outputs = {}, after: 'reply' | 'now' = 'reply'): void {
    for (const [name, value] of Object.entries(outputs)) this.outputs.set(name, value);
    if (after === 'now') this.speaker.stop();
    this.gate.close();
    this.#callerSide.stop();
    this.dispatch({ type: 'end', after, owes: this.prompts.owes });
  }

  /** Passes an event to the dialogue and runs its effects. */
  dispatch(event: DialogueEvent): void {
    this.prompts.onEvent(event);
    const [next, effects] = transition(this.#dialogue, event);
    this.#dialogue = next;
    for (const effect of effects) {
      switch (effect.do) {
        case 'ask':
          this.metrics.replyRequested(this.#parts.clock.now());
          this.prompts.ask();
          break;
        case 'renew':
          this.#reconnect('expiry');
          break;
        case 'settle':
          this.#finish(() => this.#resolve(this.outputs.all()));
          break;
        case 'cancelReply':
          cancelOutdatedReply(this);
          break;
        case 'onUnanswered':
          this.#silence.onServiceSilent(effect.nth);
          break;
        case 'onSilence':
          this.#silence.onCallerSilent(effect.nth);
          break;
      }
    }
    this.prompts.onDialogue(this.#dialogue.replyWanted);
    this.#updateStateAndTimers();
  }

  /** The caller starts or stops speaking, as detected by the service or by the call's own detector. */
  onSpeech(by: 'service' | 'local', at: 'start' | 'end', audioMs?: number): void {
    if (by === 'local') this.#callerHeard = at === 'start';
    if (this.#dialogue.ending || this.#dialogue.link === 'closed') return;
    if (at === 'start') {
      this.#dialogueTimers.restartSilence();
      this.gate.speechStart(by);
      this.dispatch({ type: 'speechStart' });
    } else {
      this.gate.speechEnd(by);
      const agoMs = by === 'service' ? this.#callerSide.onSpeechEnd(audioMs) : 0;
      this.metrics.callerStopped(this.#parts.clock.now() - agoMs, by);
      this.dispatch({ type: 'speechEnd' });
    }
  }

  /** The service understood something that the caller said. */
  onCallerText(final: boolean): void {
    this.#dialogueTimers.restartSilence();
    // A service that cannot be asked decides by itself whether it replies.
    const showsTurn = !this.#parts.service.can.vad && this.link?.ask !== undefined;
    if (showsTurn) this.#dialogueTimers.restartReply();
    this.dispatch({ type: 'callerText', turn: showsTurn ? (final ? 'over' : 'open') : 'unknown' });
  }

  /** The service can resume the session so far with this handle. */
  onResumable(handle: string): void {
    this.#connector.handle = handle;
    this.tools.onResumable();
  }

  /** Schedules the renewal of a session that the service will end in `inMs`. */
  scheduleRenewal(inMs: number): void {
    if (this.#parts.options.reconnect) this.#connector.scheduleRenewal(inMs);
  }

  /** The connection was lost. */
  onConnectionLost(code: number, reason: string): void {
    const { service, options } = this.#parts;
    this.speaker.onConnectionLost();
    const isNormal = code === NORMAL_CLOSURE && codeOfWords(reason) === undefined;
    if (isNormal && service.can.endsConversation) this.endBy('service');
    if (this.ending) {
      this.#connector.close();
      this.dispatch({ type: 'lost', callerHeard: this.#callerHeard });
      return;
    }
    const failure = reconnectRefusal(service, code, reason, options.reconnect !== undefined);
    if (failure) {
      this.fail(failure);
      return;
    }
    this.#parts.call.log.warn({ code, reason }, `${service.name} was lost: reconnecting`);
    this.#replaceConnection('lost');
  }

  /** Continues on another connection, whatever is going on. */
  #replaceConnection(reason: 'lost' | 'expiry'): void {
    this.prompts.onConnectionLost();
    this.dispatch({ type: 'lost', callerHeard: this.#callerHeard });
    this.#reconnect(reason);
  }

  /** Reports a problem that does not end the session. */
  reportProblem(code: string, message: string): void {
    this.metrics.serviceError(code);
    this.#parts.call.log.warn({ code }, message);
    this.emitter.emit('problem', { code, message });
  }

  /** Ends the session with an error, unless the bot is ending it: for that no service is needed. */
  fail(error: RealtimeError): void {
    if (this.#dialogue.link === 'closed') return;
    this.metrics.serviceError(error.code);
    if (this.ending) {
      this.#parts.call.log.warn({ err: error }, 'the service failed while the bot ended the call');
      this.onConnectionLost(ABNORMAL_CLOSURE, error.message);
      return;
    }
    this.#parts.call.log.error({ err: error }, 'a realtime session failed');
    this.#finish(() => this.#reject(new RealtimeFailure(error, this.outputs.all())));
  }

  #connect(instructions: string): void {
    this.#instructions = instructions;
    const { connectMs } = this.#parts.options.limits;
    if (this.#dialogue.link !== 'closed')
      this.#connector.connect({ attempts: 1, withinMs: connectMs, connectMs });
  }

  #sessionStart(): SessionStart {
    const { handle } = this.#connector;
    const { texts } = this.speaker;
    return {
      instructions: this.#instructions,
      tools: this.tools.declarations,
      // A session that is resumed by its handle has its own history, up to the loss.
      history: handle === undefined ? this.history.takeForNewSession(texts) : this.history.itemsWith(texts),
      handle,
      interruption: this.gate.serviceMayInterrupt ? 'service' : 'session',
    };
  }

  #onLinked(link: ServiceLink): void {
    this.metrics.connected(this.#parts.clock.now());
    this.tools.onLinked();
    for (const text of this.history.takeUnsent()) link.text?.(text, false);
    this.#callerSide.onLinked(link);
    this.dispatch({ type: 'linked' });
  }

  #reconnect(reason: 'lost' | 'expiry'): void {
    const { reconnect, limits } = this.#parts.options;
    if (!reconnect) return;
    this.metrics.reconnect(reason);
    this.history.dropPlaces();
    this.tools.onSessionLost(this.#connector.handle !== undefined);
    this.speaker.onConnectionLost();
    this.#connector.connect({ ...reconnect, connectMs: limits.connectMs });
  }

  #onKey(digit: string): boolean {
    const { dtmf = 'text' } = this.#parts.options.given;
    this.#dialogueTimers.restartSilence();
    this.dispatch({ type: 'key' });
    if (dtmf === 'off') return false;
    if (this.speaker.interruptible) this.interrupt('key');
    if (typeof dtmf === 'function') this.callOption('dtmf', () => dtmf(digit, this.handle));
    return dtmf === 'text';
  }

  /**
   * Reports stopped playback to the service and to listeners.
   *
   * @param making - id of the reply still being generated; empty for one that was requested and has no id yet
   */
  #reportInterrupted(
    stopped: readonly PlayedReply[],
    making: string | undefined,
    by: InterruptedBy,
  ): readonly Heard[] {
    this.gate.close();
    const heard = reportStopped(this.link, stopped, making, {
      truncates: this.#parts.service.can.truncate,
      knows: by === 'service',
      mayCancel: this.gate.serviceMayInterrupt,
    });
    for (const spoken of stopped) this.#onReplyEnd(spoken);
    this.tools.interrupt();
    this.#playingSinceMs = undefined;
    if (stopped.length > 0) {
      this.metrics.interruption(by);
      this.emitter.emit('interrupted', { by, heard });
    }
    this.dispatch({ type: 'interrupted' });
    return heard;
  }

  /** Ends the session after the current reply, with the output `ended_by`. What has ended it before remains the reason. */
  endBy(why: 'silence' | 'length' | 'service'): void {
    if (this.ending) return;
    this.outputs.setIfDeclared('ended_by', why);
    this.end();
  }

  #onReplyAudio({ audio }: Reply): void {
    const { clock } = this.#parts;
    this.#playingSinceMs ??= clock.now();
    const heard = this.metrics.replyStarted(clock.now());
    audio?.started.then(
      () => heard(clock.now()),
      () => {},
    );
    this.dispatch({ type: 'playing' });
  }

  #onPlaybackIdle(): void {
    this.#playingSinceMs = undefined;
    if (!this.tools.interruptible) this.gate.clear();
    this.dispatch({ type: 'heard' });
  }

  /** A reply is over: adds what was heard of it to the history and reports the turn. */
  #onReplyEnd(spoken: PlayedReply): void {
    const { reply, parts, whole } = spoken;
    const text = whole ? reply.text.whole : reply.text.heard(parts, reply.complete);
    this.history.add('bot', text);
    this.metrics.heard(parts);
    this.#turnReporter.onReplyEnd(spoken, text);
  }

  /** Calls a function that is an option, in the async context of the handler; errors are logged. */
  readonly callOption = AsyncResource.bind((name: 'dtmf' | 'onSilence', run: () => unknown): void =>
    runUserCode(run, (err) => this.#parts.call.log.error({ err }, `${name} of a realtime session threw`)),
  );

  /** Updates the timers and emits the state if it has changed. */
  #updateStateAndTimers(): void {
    this.#dialogueTimers.update(this.#dialogue);
    this.#filler?.update(fillerWish(this.#dialogue));
    const state = stateOf(this.#dialogue);
    if (state === this.#state) return;
    this.#state = state;
    this.emitter.emit('state', { state });
  }

  #finish(settle: () => void): void {
    if (this.#finished) return;
    this.#finished = true;
    [this.#dialogue] = transition(this.#dialogue, { type: 'closed' });
    this.#connector.close();
    // Nothing will end the reply that is being generated. What arrived of it is played before the call ends.
    this.speaker.onConnectionLost();
    this.#dialogueTimers.stop();
    this.#filler?.close();
    this.replyWatch.stop();
    this.gate.close();
    this.tools.close();
    this.#callerSide.close();
    for (const off of this.#unsubscribers.splice(0)) off();
    this.#updateStateAndTimers();
    settle();
  }
}
