import { AsyncResource } from 'node:async_hooks';
import { runUserCode } from '@hookline/runtime';
import type { Outputs } from '@hookline/server';
import type { RealtimeError } from '../error.js';
import { RealtimeFailure } from '../failure.js';
import type { ServiceLink } from '../service/service.js';
import type { InterruptedBy, RealtimeState } from '../session.js';
import { CallerSide } from './caller-side.js';
import {
  type Dialogue,
  type DialogueEffect,
  type DialogueEvent,
  fillerWish,
  INITIAL,
  isStillAsked,
  stateOf,
  transition,
} from './dialogue.js';
import { DialogueTimers } from './dialogue-timers.js';
import { Emitter } from './emitter.js';
import {
  cancelOutdatedReply,
  endEndlessReply,
  endLongReply,
  endStalledReply,
  endUnreportedReply,
} from './faulty-replies.js';
import { Filler } from './filler.js';
import type { Heard } from './heard.js';
import { History } from './history.js';
import { InterruptionGate } from './interruption-gate.js';
import { CollectedOutputs } from './outputs.js';
import { Prompts } from './prompts.js';
import { ReplyWatch } from './reply-watch.js';
import { SessionConnection } from './session-connection.js';
import { SessionHandle } from './session-handle.js';
import { SessionMetrics } from './session-metrics.js';
import type { SessionParts } from './session-parts.js';
import { sessionTools } from './session-tools.js';
import { Silence } from './silence.js';
import { type PlayedReply, type Reply, Speaker } from './speaker.js';
import { reportStopped } from './stopped-replies.js';
import type { ToolRuns } from './tool-runs.js';
import { TurnReporter } from './turn-reporter.js';

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
  readonly connection: SessionConnection;
  readonly #turnReporter: TurnReporter;
  readonly #silence: Silence;
  readonly #dialogueTimers: DialogueTimers;
  readonly #filler: Filler | undefined;
  readonly #unsubscribers: (() => void)[] = [];
  #dialogue: Dialogue = INITIAL;
  #state: RealtimeState = 'connecting';
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
      untranscribed: () => this.history.untranscribed,
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
    this.connection = new SessionConnection(this, parts, this.#callerSide);
  }

  /** Starts the session: subscribes to the caller, connects to the service and plays an audio greeting. */
  start(): void {
    const { call, options, clock } = this.#parts;
    if (call.signal.aborted) {
      this.#finish(() => this.#resolve(undefined));
      return;
    }
    this.metrics.connecting(clock.now());
    const onAbort = () => this.#finish(() => this.#resolve(undefined));
    call.signal.addEventListener('abort', onAbort, { once: true });
    // A session that only listens is busy too.
    this.#unsubscribers.push(() => call.signal.removeEventListener('abort', onAbort), call.busy());
    this.#unsubscribers.push(clock.after(options.limits.callMs, () => this.#onCallTooLong()));
    this.#unsubscribers.push(() => this.metrics.sessions(-1));
    this.metrics.sessions(1);
    // The bot's metrics can end the call, as can what is called from here on.
    if (this.#finished) return;
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
    return this.connection.link;
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
    const { reply } = this.#dialogue;
    const [next, effects] = transition(this.#dialogue, event);
    this.#dialogue = next;
    if (reply === 'none' && next.reply !== 'none') this.gate.onNewReply();
    for (const effect of effects) {
      this.#run(effect);
      // With the session, what the other effects are for is over: one more would open a connection that nobody closes.
      if (this.#finished) return;
    }
    this.prompts.onDialogue(this.#dialogue.replyWanted);
    this.gate.update();
    this.#updateStateAndTimers();
  }

  #run(effect: DialogueEffect): void {
    switch (effect.do) {
      case 'ask':
        this.metrics.replyRequested(this.#parts.clock.now());
        this.prompts.ask();
        break;
      case 'renew':
        this.connection.renew();
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

  /** The caller starts or stops speaking, as detected by the service or by the call's own detector. */
  onSpeech(by: 'service' | 'local', at: 'start' | 'end', audioMs?: number): void {
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
      this.connection.onNotNeeded(error);
      return;
    }
    this.#parts.call.log.error({ err: error }, 'a realtime session failed');
    this.#finish(() => this.#reject(new RealtimeFailure(error, this.outputs.all())));
  }

  #connect(instructions: string): void {
    if (!this.#finished) this.connection.open(instructions);
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
    // Before the listeners, who may request the next reply; but a session that ends with it reports this first.
    if (!this.ending) this.dispatch({ type: 'interrupted' });
    if (stopped.length > 0) {
      this.metrics.interruption(by);
      this.emitter.emit('interrupted', { by, heard });
    }
    if (this.ending) this.dispatch({ type: 'interrupted' });
    return heard;
  }

  /** Ends the session after the current reply, which may itself have no end: then only what arrived of it is played. */
  #onCallTooLong(): void {
    const { clock, options } = this.#parts;
    this.#unsubscribers.push(clock.after(options.limits.replyMs, () => endEndlessReply(this)));
    this.endBy('length');
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
    this.dispatch({ type: 'playing' });
    const heard = this.metrics.replyStarted(clock.now());
    audio?.started.then(
      () => heard(clock.now()),
      () => {},
    );
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

  /** Calls a function that is an option while the session lives, in the async context of the handler; errors are logged. */
  readonly callOption = AsyncResource.bind((name: 'dtmf' | 'onSilence', run: () => unknown): void => {
    if (this.#finished) return;
    runUserCode(run, (err) => this.#parts.call.log.error({ err }, `${name} of a realtime session threw`));
  });

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
    this.connection.end();
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
