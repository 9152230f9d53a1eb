import { AsyncResource } from 'node:async_hooks';
import type { Clock } from '@hookline/runtime';
import type { Call, Outputs } from '@hookline/server';
import type { CheckedOptions } from '../checked-options.js';
import type { RealtimeError } from '../error.js';
import { RealtimeFailure } from '../failure.js';
import { meterSink } from '../metrics.js';
import type { RealtimeService, ServiceLink } from '../service/service.js';
import type { InterruptedBy, RealtimeEvents, RealtimeSession, RealtimeState } from '../session.js';
import { CallerSide } from './caller-side.js';
import { Connector, whyLost } from './connector.js';
import { type Dialogue, type DialogueEvent, START, stateOf, transition } from './dialogue.js';
import { DialogueTimers } from './dialogue-timers.js';
import { Emitter } from './emitter.js';
import { type Heard, truncations } from './heard.js';
import { History } from './history.js';
import { InterruptionGate } from './interruption-gate.js';
import { CollectedOutputs } from './outputs.js';
import { serviceHost } from './service-host.js';
import { sessionTools } from './session-tools.js';
import { type Reply, Speaker, type SpokenReply } from './speaker.js';
import { Tally } from './tally.js';
import { TimerSet } from './timer-set.js';
import type { ToolRuns } from './tool-runs.js';
import { TurnTeller } from './turn-teller.js';

/** A session this close to its end is made anew at the next pause. */
const RENEW_BEFORE_MS = 30_000;

const ARE_YOU_THERE = 'The caller has said nothing for a while. Ask briefly whether they are still there.';

/** What a session is made of. */
export interface SessionParts {
  readonly call: Call<unknown>;
  readonly service: RealtimeService;
  readonly options: CheckedOptions;
  readonly instructions: string | (() => string | Promise<string>);
  readonly clock: Clock;
}

/** The shell around the dialogue: owns the connection, the timers and the audio, and runs the effects. */
export class LiveSession implements RealtimeSession {
  readonly result: Promise<Outputs | undefined>;
  readonly outputs: CollectedOutputs;
  readonly emitter: Emitter;
  readonly tally: Tally;
  readonly speaker: Speaker;
  readonly gate: InterruptionGate;
  readonly tools: ToolRuns;
  readonly history = new History();
  readonly #parts: SessionParts;
  readonly #caller: CallerSide;
  readonly #connector: Connector;
  readonly #turns: TurnTeller;
  readonly #waits: DialogueTimers;
  readonly #timers: TimerSet<'call' | 'expiry'>;
  readonly #off: (() => void)[] = [];
  #dialogue: Dialogue = START;
  #state: RealtimeState = 'connecting';
  #instructions = '';
  #handle: string | undefined;
  #playingSinceMs: number | undefined;
  #finished = false;
  #resolve: (outputs: Outputs | undefined) => void = () => {};
  #reject: (error: Error) => void = () => {};

  /** @throws RealtimeError `REALTIME_BAD_TOOL` */
  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { service, options, clock, call } = parts;
    const { log } = call;
    const { limits } = options;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever does not wait for it must not bring the process down by a failure that ends the call anyway.
    this.result.catch(() => {});
    this.outputs = new CollectedOutputs(call);
    this.emitter = new Emitter(log);
    const { metrics } = options.given;
    const sinks = [meterSink(call.meter), ...(metrics ? [metrics] : [])];
    this.tally = new Tally(sinks, log, service.name);
    this.#timers = new TimerSet(clock);
    this.#turns = new TurnTeller(call, options.given.turns);
    this.#waits = new DialogueTimers(options, clock, {
      due: (name) => this.dispatch({ type: 'timer', name }),
      fill: () => {
        if (options.filler) this.speaker.fill(options.filler.audio);
      },
    });
    this.speaker = new Speaker(call, service.output, limits.maxQueuedMs, {
      speaking: (reply) => this.#speaking(reply),
      spoken: (spoken) => this.#spoken(spoken),
      stopped: (spoken) => this.#cut([spoken], spoken.reply.id, 'bot'),
      silent: () => this.#silent(),
      lateAudio: (ms) => this.tally.lateAudio(ms),
      tooLong: ({ id }) => {
        this.link?.cancel?.(id);
        this.dispatch({ type: 'replyOver', how: 'cancelled' });
        this.problem('REPLY_TOO_LONG', `a reply has more than ${limits.maxQueuedMs} ms of audio: it was cut`);
      },
    });
    const session = this;
    this.gate = new InterruptionGate(options.interruption, clock, {
      get active() {
        return session.speaker.playing || session.#dialogue.reply !== 'none';
      },
      get interruptible() {
        return !session.#dialogue.ending && session.speaker.interruptible;
      },
      get playingSinceMs() {
        return session.#playingSinceMs;
      },
      interrupt: (by) => this.#interrupt(by),
      falseAlarm: () => this.tally.falseInterruption(),
    });
    this.tools = sessionTools(this, parts);
    this.#caller = new CallerSide(
      call,
      {
        clock,
        shape: service.input,
        maxInputMs: limits.maxInputMs,
        keyGroupMs: options.dtmfGroupMs,
        detects: this.gate.wantsLocal,
      },
      {
        get link() {
          return session.link;
        },
        get listens() {
          return !session.#dialogue.ending && session.#dialogue.link !== 'closed';
        },
        speech: (at) => this.speech('local', at),
        key: (digit) => this.#key(digit),
        keys: (keys) => this.tell(`The caller pressed on the telephone: ${keys}`, { reply: true }),
        dropped: (ms) => this.tally.inputDropped(ms),
      },
    );
    this.#connector = new Connector(service, {
      clock,
      log,
      start: () => ({
        instructions: this.#instructions,
        tools: this.tools.declarations,
        history: this.history.itemsWith(this.speaker.texts),
        handle: this.#handle,
        interruption: this.gate.serviceDecides ? 'service' : 'session',
      }),
      host: (alive) => serviceHost(this, clock, alive),
      linked: (link) => this.#linked(link),
      lost: (code, reason) => this.lost(code, reason),
      failed: (error) => this.fail(error),
    });
  }

  /** Begins: the caller is listened to at once, the service is connected, a greeting that is there plays. */
  start(): void {
    const { call, options, clock } = this.#parts;
    if (call.signal.aborted) {
      this.#finish(() => this.#resolve(undefined));
      return;
    }
    this.tally.sessions(1);
    this.tally.connecting(clock.now());
    const onAbort = () => this.#finish(() => this.#resolve(undefined));
    call.signal.addEventListener('abort', onAbort, { once: true });
    // A session that listens is at work, though it plays nothing.
    this.#off.push(() => call.signal.removeEventListener('abort', onAbort), call.busy());
    this.#caller.listen();
    this.#timers.start('call', options.limits.callMs, () => this.#endBy('length'));
    const { greeting } = options;
    if (typeof greeting === 'object') {
      this.speaker.greet(greeting.audio, greeting.text, greeting.interruptible ?? true);
    } else if (greeting === 'model') {
      this.dispatch({ type: 'want' });
    }
    const { instructions } = this.#parts;
    if (typeof instructions === 'string') {
      this.#connect(instructions);
      return;
    }
    (async () => instructions())().then(
      (text) => this.#connect(text),
      // A mistake of the bot's own code: the call fails with it as with any other.
      (error: unknown) =>
        this.#finish(() => this.#reject(error instanceof Error ? error : new Error(String(error)))),
    );
  }

  get state(): RealtimeState {
    return this.#state;
  }

  get stats() {
    return this.tally.stats;
  }

  get link(): ServiceLink | undefined {
    return this.#connector.link;
  }

  get ending(): boolean {
    return this.#dialogue.ending;
  }

  say(text: string): void {
    const { link } = this;
    if (link?.ask && this.#dialogue.reply === 'none') {
      this.dispatch({ type: 'replyAsked' });
      link.ask(text);
    } else {
      this.tell(`Say to the caller: ${text}`, { reply: true });
    }
  }

  tell(text: string, { reply = false }: { readonly reply?: boolean } = {}): void {
    const { link } = this;
    if (this.#dialogue.link === 'closed' || this.#dialogue.ending) return;
    if (!link?.text) {
      if (link) this.problem('NO_TEXT', `${this.#parts.service.name} takes no text: a text was not told`);
      else this.history.add('caller', text);
      if (!link && reply) this.dispatch({ type: 'want' });
      return;
    }
    const asks = reply && link.ask !== undefined;
    link.text(text, reply && !asks);
    if (asks) this.dispatch({ type: 'want' });
  }

  interrupt(): readonly Heard[] {
    return this.#interrupt('bot');
  }

  end(outputs: Outputs = {}, { after = 'reply' }: { readonly after?: 'reply' | 'now' } = {}): void {
    for (const [name, value] of Object.entries(outputs)) this.outputs.set(name, value);
    if (after === 'now') this.speaker.stop();
    else this.speaker.stopFiller();
    this.gate.close();
    this.#caller.forgetKeys();
    this.dispatch({ type: 'end' });
    if (after === 'now') this.dispatch({ type: 'timer', name: 'ending' });
  }

  on<E extends keyof RealtimeEvents>(event: E, listener: (event: RealtimeEvents[E]) => void): () => void {
    return this.emitter.on(event, listener);
  }

  /** Feeds the dialogue and does what it says. */
  dispatch(event: DialogueEvent): void {
    const [next, effects] = transition(this.#dialogue, event);
    this.#dialogue = next;
    for (const effect of effects) {
      switch (effect.do) {
        case 'ask':
          this.tally.asked(this.#parts.clock.now());
          this.link?.ask?.();
          break;
        case 'renew':
          this.#reconnect('expiry');
          break;
        case 'settle':
          this.#finish(() => this.#resolve(this.outputs.all()));
          break;
        case 'voidReply':
          this.#voidReply();
          break;
        case 'silent':
          this.problem('SERVICE_SILENT', `${this.#parts.service.name} did not answer, asked twice`);
          break;
        case 'onSilence':
          this.#onSilence(effect.nth);
          break;
      }
    }
    this.#follow();
  }

  /** The caller begins or ends to speak, by the word of the service or of the call's own detector. */
  speech(by: 'service' | 'local', at: 'start' | 'end', audioMs?: number): void {
    if (this.#dialogue.ending || this.#dialogue.link === 'closed') return;
    if (at === 'start') {
      this.#waits.stirred();
      this.speaker.stopFiller();
      this.gate.speechStart(by);
      this.dispatch({ type: 'speechStart' });
    } else {
      this.gate.speechEnd(by);
      const agoMs = by === 'service' ? this.#caller.stopped(audioMs) : 0;
      this.tally.callerStopped(this.#parts.clock.now() - agoMs, by);
      this.dispatch({ type: 'speechEnd' });
    }
  }

  /** The service will end its session. */
  expires(inMs: number): void {
    if (!this.#parts.options.reconnect) return;
    this.#timers.start('expiry', Math.max(0, inMs - RENEW_BEFORE_MS), () =>
      this.dispatch({ type: 'renewDue' }),
    );
  }

  resumable(handle: string): void {
    this.#handle = handle;
  }

  /** The connection is gone. */
  lost(code: number, reason: string): void {
    const { service, options } = this.#parts;
    this.speaker.linkLost();
    if (this.#dialogue.ending) {
      this.#connector.close();
      this.dispatch({ type: 'lost' });
      return;
    }
    const failure = whyLost(service, code, reason, options.reconnect !== undefined);
    if (failure) {
      this.fail(failure);
      return;
    }
    this.#parts.call.log.warn({ code }, `${service.name} is lost: the session is made again`);
    this.dispatch({ type: 'lost' });
    this.#reconnect('lost');
  }

  /** Tells what the session goes on after. */
  problem(code: string, message: string): void {
    this.tally.serviceError(code);
    this.#parts.call.log.warn({ code }, message);
    this.emitter.emit('problem', { code, message });
  }

  /** The call cannot go on. */
  fail(error: RealtimeError): void {
    if (this.#dialogue.link === 'closed') return;
    this.tally.serviceError(error.code);
    this.#parts.call.log.error({ err: error }, 'a realtime session failed');
    this.#finish(() => this.#reject(new RealtimeFailure(error, this.outputs.all())));
  }

  #connect(instructions: string): void {
    this.#instructions = instructions;
    const { connectMs } = this.#parts.options.limits;
    if (this.#dialogue.link !== 'closed')
      this.#connector.connect({ attempts: 1, withinMs: connectMs, connectMs });
  }

  #linked(link: ServiceLink): void {
    this.tally.connected(this.#parts.clock.now());
    this.#caller.linked(link);
    this.dispatch({ type: 'linked' });
  }

  #reconnect(reason: 'lost' | 'expiry'): void {
    const { reconnect, limits } = this.#parts.options;
    if (!reconnect) return;
    this.#timers.stop('expiry');
    this.tally.reconnect(reason);
    this.speaker.linkLost();
    this.#connector.connect({ ...reconnect, connectMs: limits.connectMs });
  }

  #key(digit: string): boolean {
    const { dtmf = 'text' } = this.#parts.options.given;
    this.#waits.stirred();
    this.dispatch({ type: 'key' });
    if (dtmf === 'off') return false;
    if (this.speaker.interruptible) this.#interrupt('key');
    if (typeof dtmf === 'function') this.#guarded(() => dtmf(digit, this));
    return dtmf === 'text';
  }

  #interrupt(by: InterruptedBy): readonly Heard[] {
    const { making } = this.speaker;
    const asked = this.#dialogue.reply === 'asked';
    if (!this.speaker.playing && !making && !asked) return [];
    // The line first: nothing is awaited before it.
    return this.#cut(this.speaker.stop(), making?.id ?? (asked ? '' : undefined), by);
  }

  /**
   * What played was stopped: tells the service.
   *
   * @param making - the reply that it still makes; empty for one that was asked for and has no id yet
   */
  #cut(stopped: readonly SpokenReply[], making: string | undefined, by: InterruptedBy): readonly Heard[] {
    this.gate.close();
    const { service } = this.#parts;
    const { link } = this;
    const heard = stopped.flatMap(({ reply, parts }) =>
      reply.current && reply.audio && service.can.truncate ? truncations(parts, reply.complete) : [],
    );
    if (making !== undefined && (by !== 'service' || !this.gate.serviceDecides)) {
      link?.cancel?.(making === '' ? undefined : making);
    }
    for (const { part, heardMs } of heard) link?.truncate?.(part, heardMs);
    for (const spoken of stopped) this.#spoken(spoken);
    this.tools.interrupt();
    this.#playingSinceMs = undefined;
    if (stopped.length > 0) {
      this.tally.interruption(by);
      this.emitter.emit('interrupted', { by, heard });
    }
    this.dispatch({ type: 'interrupted' });
    return heard;
  }

  #endBy(why: 'silence' | 'length'): void {
    this.outputs.offer('ended_by', why);
    this.end();
  }

  #voidReply(): void {
    const { making } = this.speaker;
    if (!making) return;
    this.speaker.finish(making.id);
    this.link?.cancel?.(making.id);
  }

  #speaking({ audio }: Reply): void {
    const { clock } = this.#parts;
    this.#playingSinceMs ??= clock.now();
    const heard = this.tally.speaking(clock.now());
    audio?.started.then(
      () => heard(clock.now()),
      () => {},
    );
    this.dispatch({ type: 'playing' });
  }

  #silent(): void {
    this.#playingSinceMs = undefined;
    this.gate.clear();
    this.dispatch({ type: 'heard' });
  }

  /** A reply is over: what was heard of it is history, and a turn. */
  #spoken(spoken: SpokenReply): void {
    const { reply, parts, whole } = spoken;
    const text = whole ? reply.text.whole : reply.text.heard(parts, reply.complete);
    this.history.add('bot', text);
    this.tally.heard(parts);
    this.#turns.spoken(spoken, text);
  }

  #onSilence(nth: number): void {
    const { onSilence } = this.#parts.options.given;
    this.#turns.silence();
    if (typeof onSilence === 'function') this.#guarded(() => onSilence(this, nth));
    else if (onSilence === 'end' || nth > 2) this.#endBy('silence');
    else this.tell(ARE_YOU_THERE, { reply: true });
  }

  /** Runs the bot's own code in the async context of the handler: what it throws is logged. */
  readonly #guarded = AsyncResource.bind((run: () => void): void => {
    try {
      run();
    } catch (error) {
      this.#parts.call.log.error({ err: error }, 'an option of a realtime session threw');
    }
  });

  /** Follows the dialogue with the timers, and tells the state. */
  #follow(): void {
    this.#waits.follow(this.#dialogue);
    const state = stateOf(this.#dialogue);
    if (state === this.#state) return;
    this.#state = state;
    this.emitter.emit('state', { state });
  }

  #finish(settle: () => void): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#dialogue = { ...this.#dialogue, link: 'closed' };
    this.#connector.close();
    this.#timers.stopAll();
    this.#waits.stop();
    this.gate.close();
    this.tools.close();
    this.#caller.close();
    for (const off of this.#off.splice(0)) off();
    this.tally.sessions(-1);
    this.#follow();
    settle();
  }
}
