import { BYTES_PER_MS } from '@hookline/audio';
import {
  type BotSilence,
  type Call,
  type CallAudioConnectorOptions,
  type CallEvent,
  type CallerSource,
  type CallResult,
  callAudioConnector,
  type EventLog,
  recordEvents,
  watchBotSilence,
} from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import {
  type Cancel,
  type Clock,
  checkArgument,
  checkOptionNames,
  numberFault,
  systemClock,
} from '@hookline/runtime';
import { scenarioError } from '../error.js';
import { SoundDetector } from './sound-detector.js';

/** How long the bot may keep speaking before a caller who waits for a turn gives up. */
const MAX_SPEECH_MS = 120_000;

/** Options of `LiveCall`. */
export interface LiveCallOptions {
  /** The action, as `callAudioConnector` takes it. */
  readonly action: CallAudioConnectorOptions;
  /** How long the bot must have been silent before the caller speaks, in milliseconds. */
  readonly turnGapMs: number;
  /** How long to wait for the event that starts an action, or for an answer, in milliseconds. */
  readonly withinMs: number;
  /** Whether to record the bot's audio, which audio expectations need. */
  readonly recordAudio: boolean;
}

/** The last action, or the last wait. Times are in milliseconds since dialling. */
export interface LastAction {
  readonly startMs: number;
  /** Undefined while the action is in progress. */
  endMs: number | undefined;
  /** The number of events when the last action started that was no wait. Expectations check later events. */
  readonly events: number;
}

/**
 * A call that is driven step by step. It records events and the sounds of the bot, and waits by the clock of the call.
 * Scenarios and tests both use it.
 */
export class LiveCall {
  readonly call: Call;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly soundDetector: SoundDetector;
  /** The last action. Before the first, it counts from the opening of the call. */
  lastAction: LastAction = { startMs: 0, endMs: undefined, events: 0 };
  /** The last action that was no wait. */
  #performed = this.lastAction;
  /** Where the search for the next measurement of each name starts: measurements are not part of the order of events. */
  readonly measurementCursors = new Map<CallEvent['name'], number>();
  /** The bot's sounds from here on have not been checked yet. */
  nextSoundFromMs = 0;
  result: CallResult | undefined;
  readonly #options: LiveCallOptions;
  readonly #listeners = new Set<() => void>();
  readonly #bot: BotSilence;
  #openedAtMs: number | undefined;
  /** Resolves when the bot has answered the caller's last speech and is silent; undefined before the first. */
  #answered: Promise<boolean> | undefined;

  /** @throws HooklineError `SCENARIO_BAD_OPTION` naming the option, and whatever `callAudioConnector` throws */
  constructor(options: LiveCallOptions) {
    checkOptions(options);
    const { action } = options;
    this.#options = options;
    this.clock = action.clock ?? systemClock;
    this.soundDetector = new SoundDetector(options.recordAudio);
    this.call = callAudioConnector({ ...action, clock: this.clock, sink: this.#sink(action.sink) });
    this.log = recordEvents(this.call, this.clock);
    this.#bot = watchBotSilence(this.call, this.clock);
    this.log.subscribe((event) => this.#handleEvent(event));
  }

  get nowMs(): number {
    return this.call.elapsedMs;
  }

  /** How long to wait for a moment or an answer, in milliseconds. */
  get withinMs(): number {
    return this.#options.withinMs;
  }

  get openedAtMs(): number | undefined {
    return this.#openedAtMs;
  }

  /** Returns where the time of an expectation starts: at the last action, or when the call opened. */
  anchorMs(from: 'start' | 'end'): number {
    const { startMs, endMs } = this.lastAction;
    if (endMs === undefined || !this.isAnchoredAtAction(from)) return this.#openedAtMs ?? this.nowMs;
    return from === 'start' ? startMs : endMs;
  }

  /** Whether the time of an expectation starts at the last action. A wait may be over before the call opens. */
  isAnchoredAtAction(from: 'start' | 'end'): boolean {
    const { startMs, endMs } = this.lastAction;
    if (endMs === undefined) return false;
    return (from === 'start' ? startMs : endMs) >= (this.#openedAtMs ?? 0);
  }

  /**
   * Calls `poll` now and after every change until it returns something other than undefined. Resolves to undefined at
   * `deadlineMs`, in milliseconds since dialling.
   */
  async waitFor<T>(poll: () => T | undefined, deadlineMs: number | undefined): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      let cancel: Cancel = () => {};
      const settle = (found: T | undefined) => {
        cancel();
        this.#listeners.delete(check);
        resolve(found);
      };
      const check = () => {
        try {
          const found = poll();
          if (found !== undefined) settle(found);
        } catch (error) {
          cancel();
          this.#listeners.delete(check);
          reject(error);
        }
      };
      this.#listeners.add(check);
      if (deadlineMs !== undefined && deadlineMs !== Number.POSITIVE_INFINITY) {
        cancel = this.clock.after(deadlineMs - this.nowMs, () => {
          // A change at the deadline itself still counts.
          check();
          settle(undefined);
        });
      }
      check();
    });
  }

  /** Resolves at a time of the call, in milliseconds since dialling, or when the call has ended. */
  async waitUntil(atMs: number): Promise<void> {
    if (atMs <= this.nowMs) return;
    await this.waitFor(() => this.result, atMs);
  }

  /**
   * Resolves once it is the caller's turn: the bot has answered the caller's last speech, or the wait for that is over, and
   * has then been silent. Resolves to false if the bot keeps speaking, and to true if the call has ended.
   */
  async waitForTurn(): Promise<boolean> {
    if (this.#answered) await this.#settled(this.#answered, this.#answerDeadlineMs);
    return this.waitForSilence();
  }

  /** Resolves once the bot is silent. Resolves to false if it keeps speaking, and to true if the call has ended. */
  async waitForSilence(): Promise<boolean> {
    const { turnGapMs } = this.#options;
    const quiet = await this.#settled(this.#bot.quietFor(turnGapMs), this.nowMs + MAX_SPEECH_MS);
    return quiet !== undefined;
  }

  /** The caller says something. Resolves at its end. */
  say(audio: CallerSource): Promise<void> {
    const said = this.call.say(audio);
    this.#answered = this.#bot.repliedAndQuietFor(this.#options.turnGapMs, said);
    return said;
  }

  /** Until when the answer to the last action is awaited; a wait after it does not extend that. */
  get #answerDeadlineMs(): number {
    return (this.#performed.endMs ?? this.#openedAtMs ?? this.nowMs) + this.withinMs;
  }

  /** Starts an action. Later expectations ignore what happened before it. */
  beginAction(): LastAction {
    const startMs = this.nowMs;
    const action = { startMs, endMs: undefined, events: this.log.events.length };
    this.lastAction = action;
    this.#performed = action;
    this.log.cursor = action.events;
    this.nextSoundFromMs = startMs;
    return action;
  }

  /** Starts a wait. What happened before it still counts, because the caller has not acted. */
  beginWait(): LastAction {
    this.lastAction = { ...this.lastAction, startMs: this.nowMs, endMs: undefined };
    return this.lastAction;
  }

  /** Resolves with what a promise resolves with, and with undefined at `deadlineMs`. */
  #settled<T>(promise: Promise<T>, deadlineMs: number): Promise<T | undefined> {
    let value: T | undefined;
    void promise.then((resolved) => {
      value = resolved;
      this.#notify();
    });
    return this.waitFor(() => value, deadlineMs);
  }

  #handleEvent(event: CallEvent): void {
    if (event.name === 'opened') this.#openedAtMs = event.t;
    if (event.name === 'ended') this.result = event.result;
    this.#notify();
  }

  #notify(): void {
    for (const see of [...this.#listeners]) see();
  }

  /** Returns the sink of the options, extended to feed the sound detector. */
  #sink(given: WireSink | undefined): WireSink {
    let playedToMs = Number.NEGATIVE_INFINITY;
    return {
      event: (event) => given?.event(event),
      audio: (dir, t, bytes, lateMs) => given?.audio?.(dir, t, bytes, lateMs),
      heard: (t, bytes) => {
        given?.heard?.(t, bytes);
        // The audio of one playback is contiguous.
        if (t - playedToMs > 1) this.soundDetector.playbackStarted();
        playedToMs = t + bytes.length / BYTES_PER_MS;
        this.soundDetector.push(t, bytes);
        // Notified outside the session, because a listener may do anything with the call.
        queueMicrotask(() => this.#notify());
      },
    };
  }
}

function checkOptions(options: LiveCallOptions): void {
  checkOptionNames<LiveCallOptions>('SCENARIO_BAD_OPTION', 'LiveCall: ', options ?? null, {
    action: true,
    turnGapMs: true,
    withinMs: true,
    recordAudio: true,
  });
  checkArgument('SCENARIO_BAD_OPTION', 'LiveCall: action', options.action, 'object');
  const fault =
    numberFault('LiveCall: turnGapMs', options.turnGapMs, { min: 0, infinite: true }) ??
    numberFault('LiveCall: withinMs', options.withinMs, { min: 0, infinite: true });
  if (fault !== undefined) throw scenarioError('SCENARIO_BAD_OPTION', `${fault}.`);
}
