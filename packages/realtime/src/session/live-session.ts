import type { Clock } from '@hookline/runtime';
import type { Call, Outputs } from '@hookline/server';
import type { CallPort } from '../call-port.js';
import type { CheckedOptions } from '../checked-options.js';
import type { RealtimeError } from '../error.js';
import { RealtimeFailure } from '../failure.js';
import type { RealtimeService, ServiceLink } from '../service/service.js';
import type { InterruptedBy, RealtimeEvents, RealtimeSession, RealtimeState } from '../session.js';
import { CallerInput } from './caller-input.js';
import { Connector, whyLost } from './connector.js';
import { type Dialogue, type DialogueEvent, START, stateOf, transition } from './dialogue.js';
import { DialogueTimers } from './dialogue-timers.js';
import { Emitter } from './emitter.js';
import { type Heard, truncations } from './heard.js';
import { History } from './history.js';
import { InterruptionGate } from './interruption-gate.js';
import { KeyGroup } from './key-group.js';
import { CollectedOutputs } from './outputs.js';
import { serviceHost } from './service-host.js';
import { Speaker, type SpokenReply } from './speaker.js';
import { Tally } from './tally.js';
import { TimerSet } from './timer-set.js';
import { ToolRuns } from './tool-runs.js';
import { TurnTeller } from './turn-teller.js';

/** A session this close to its end is made anew at the next pause. */
const RENEW_BEFORE_MS = 30_000;

const ARE_YOU_THERE = 'The caller has said nothing for a while. Ask briefly whether they are still there.';

/** What a session is made of. */
export interface SessionParts {
  readonly call: Call;
  readonly port: CallPort;
  readonly service: RealtimeService;
  readonly options: CheckedOptions;
  readonly clock: Clock;
}

/** The shell around the dialogue: owns the connection, the timers and the audio, and runs the effects. */
export class LiveSession implements RealtimeSession {
  readonly result: Promise<Outputs | undefined>;
  readonly outputs = new CollectedOutputs();
  readonly emitter: Emitter;
  readonly tally: Tally;
  readonly speaker: Speaker;
  readonly gate: InterruptionGate;
  readonly tools: ToolRuns;
  readonly history = new History();
  readonly #parts: SessionParts;
  readonly #input: CallerInput;
  readonly #connector: Connector;
  readonly #keys: KeyGroup;
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
  /** What closed a connection that was not handed over yet. */
  #closedEarly: { readonly code: number; readonly reason: string } | undefined;
  #resolve: (outputs: Outputs | undefined) => void = () => {};
  #reject: (error: Error) => void = () => {};

  /** @throws RealtimeError `REALTIME_BAD_TOOL` */
  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { port, service, options, clock, call } = parts;
    const { log } = port;
    const { limits } = options;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever does not wait for it must not bring the process down by a failure that ends the call anyway.
    this.result.catch(() => {});
    this.emitter = new Emitter(log);
    this.tally = new Tally(options.given.metrics, log, service.name);
    this.#timers = new TimerSet(clock);
    this.#turns = new TurnTeller(port, options.given.turns);
    this.#waits = new DialogueTimers(options, clock, {
      due: (name) => this.dispatch({ type: 'timer', name }),
      fill: () => {
        if (options.filler) this.speaker.fill(options.filler.audio);
      },
    });
    this.#input = new CallerInput(service.input, limits.maxInputMs, (ms) => this.tally.inputDropped(ms));
    this.speaker = new Speaker(port, service.output, limits.maxQueuedMs, {
      speaking: () => this.#speaking(),
      spoken: (spoken) => this.#spoken(spoken),
      silent: () => this.#silent(),
      lateAudio: (ms) => this.tally.lateAudio(ms),
      tooLong: ({ id }) => {
        this.link?.cancel?.(id);
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
    this.tools = new ToolRuns(
      options.given.tools ?? {},
      {
        context: (signal, callId) => ({ call, session: this, outputs: this.outputs, signal, callId }),
        started: () => this.dispatch({ type: 'toolStarted' }),
        over: (reply, name, outcome, ms) => {
          this.tally.tool(name, outcome, ms);
          this.emitter.emit('tool', { name, outcome, ms });
          this.dispatch({ type: 'toolOver', reply: reply ? this.#replyAfterTool() : 'none' });
        },
        goOn: () => {
          if (this.#replyAfterTool() === 'ask') this.dispatch({ type: 'want' });
        },
        result: (id, result, reply) => this.#toolResult(id, result, reply),
        tell: (text) => this.tell(text, { reply: true }),
      },
      { clock, log, toolMs: limits.toolMs },
    );
    this.#keys = new KeyGroup(clock, options.dtmfGroupMs, (keys) => {
      this.tell(`The caller pressed on the telephone: ${keys}`, { reply: true });
    });
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
      host: (alive) => {
        this.#closedEarly = undefined;
        return serviceHost(this, clock, alive);
      },
      linked: (link) => this.#linked(link),
      failed: (error) => this.fail(error),
    });
  }

  /** Begins: the caller is listened to at once, the service is connected, a greeting that is there plays. */
  start(): void {
    const { call, port, service, options, clock } = this.#parts;
    if (port.signal.aborted) {
      this.#finish(() => this.#resolve(undefined));
      return;
    }
    this.tally.sessions(1);
    this.tally.connecting(clock.now());
    const onAbort = () => this.#finish(() => this.#resolve(undefined));
    port.signal.addEventListener('abort', onAbort, { once: true });
    this.#off.push(
      () => port.signal.removeEventListener('abort', onAbort),
      port.caller(service.input, (bytes) => this.#hear(bytes)),
      port.listen(
        { key: (digit) => this.#key(digit), speech: (at) => this.speech('local', at) },
        { speech: this.gate.wantsLocal },
      ),
    );
    this.#timers.start('call', options.limits.callMs, () => this.end({ ended_by: 'length' }));
    const { greeting } = options;
    if (typeof greeting === 'object') {
      this.speaker.greet(greeting.audio, greeting.text, greeting.interruptible ?? true);
    } else if (greeting === 'model') {
      this.dispatch({ type: 'want' });
    }
    const { instructions = '' } = options.given;
    const connect = () =>
      this.#connector.connect({
        attempts: 1,
        withinMs: options.limits.connectMs,
        connectMs: options.limits.connectMs,
      });
    if (typeof instructions === 'string') {
      this.#instructions = instructions;
      connect();
      return;
    }
    (async () => instructions(call))().then(
      (text) => {
        this.#instructions = text;
        if (this.#dialogue.link !== 'closed') connect();
      },
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
    this.#keys.close();
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
  speech(by: 'service' | 'local', at: 'start' | 'end'): void {
    if (this.#dialogue.ending || this.#dialogue.link === 'closed') return;
    if (at === 'start') {
      this.#waits.stirred();
      this.speaker.stopFiller();
      this.gate.speechStart(by);
      this.dispatch({ type: 'speechStart' });
    } else {
      this.gate.speechEnd(by);
      this.tally.callerStopped(this.#parts.clock.now(), by);
      if (by === 'service') this.#parts.port.callerStopped();
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
    if (!this.link) {
      this.#closedEarly = { code, reason };
      return;
    }
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
    this.#parts.port.log.warn({ code }, `${service.name} is lost: the session is made again`);
    this.dispatch({ type: 'lost' });
    this.#reconnect('lost');
  }

  /** Tells what the session goes on after. */
  problem(code: string, message: string): void {
    this.tally.serviceError(code);
    this.#parts.port.log.warn({ code }, message);
    this.emitter.emit('problem', { code, message });
  }

  /** The call cannot go on. */
  fail(error: RealtimeError): void {
    if (this.#dialogue.link === 'closed') return;
    this.tally.serviceError(error.code);
    this.#parts.port.log.error({ err: error }, 'a realtime session failed');
    this.#finish(() => this.#reject(new RealtimeFailure(error, this.outputs.all())));
  }

  #hear(bytes: Uint8Array): void {
    if (this.#dialogue.ending || this.#dialogue.link === 'closed') return;
    this.#input.push(bytes, this.link);
  }

  #linked(link: ServiceLink): void {
    this.tally.connected(this.#parts.clock.now());
    this.#input.flush(link);
    this.dispatch({ type: 'linked' });
    if (this.#closedEarly) this.lost(this.#closedEarly.code, this.#closedEarly.reason);
  }

  #reconnect(reason: 'lost' | 'expiry'): void {
    const { reconnect, limits } = this.#parts.options;
    if (!reconnect) return;
    this.#timers.stop('expiry');
    this.tally.reconnect(reason);
    this.speaker.linkLost();
    this.#connector.connect({ ...reconnect, connectMs: limits.connectMs });
  }

  #key(digit: string): void {
    const { options, port } = this.#parts;
    const { dtmf = 'text' } = options.given;
    if (this.#dialogue.ending || this.#dialogue.link === 'closed' || port.collectingDigits) return;
    this.#waits.stirred();
    this.dispatch({ type: 'key' });
    if (dtmf === 'off') return;
    if (this.speaker.interruptible) this.#interrupt('key');
    if (dtmf === 'text') this.#keys.push(digit);
    else this.#guarded(() => dtmf(digit, this));
  }

  #interrupt(by: InterruptedBy): readonly Heard[] {
    const { making } = this.speaker;
    const asked = this.#dialogue.reply === 'asked';
    if (!this.speaker.playing && !making && !asked) return [];
    // The line first: nothing is awaited before it.
    const stopped = this.speaker.stop();
    this.gate.close();
    const { service } = this.#parts;
    const { link } = this;
    const heard = stopped.flatMap(({ reply, parts }) =>
      reply.current && service.can.truncate ? truncations(parts, reply.complete) : [],
    );
    if ((by !== 'service' || !this.gate.serviceDecides) && (making || asked)) link?.cancel?.(making?.id);
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

  #voidReply(): void {
    const { making } = this.speaker;
    if (!making) return;
    this.speaker.finish(making.id);
    this.link?.cancel?.(making.id);
  }

  #speaking(): void {
    this.#playingSinceMs ??= this.#parts.clock.now();
    this.tally.speaking(this.#parts.clock.now());
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

  #replyAfterTool(): 'ask' | 'comes' {
    return this.#parts.service.can.endsTurnAfterTool ? 'ask' : 'comes';
  }

  #toolResult(id: string, result: unknown, reply: boolean): void {
    // Where replies are asked for, the dialogue asks when it is time.
    if (!this.#dialogue.ending)
      this.link?.toolResult(id, result, reply && this.#replyAfterTool() === 'comes');
  }

  #onSilence(nth: number): void {
    const { onSilence } = this.#parts.options.given;
    this.#turns.silence();
    if (typeof onSilence === 'function') this.#guarded(() => onSilence(this, nth));
    else if (onSilence === 'end' || nth > 2) this.end({ ended_by: 'silence' });
    else this.tell(ARE_YOU_THERE, { reply: true });
  }

  /** Runs the bot's own code: what it throws is logged. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#parts.port.log.error({ err: error }, 'an option of a realtime session threw');
    }
  }

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
    this.#keys.close();
    this.tools.close();
    this.#input.clear();
    for (const off of this.#off.splice(0)) off();
    this.tally.sessions(-1);
    this.#follow();
    settle();
  }
}
