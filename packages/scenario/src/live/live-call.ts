import {
  type Call,
  type CallAudioConnectorOptions,
  type CallEvent,
  type CallResult,
  callAudioConnector,
  type EventLog,
  recordEvents,
} from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { type Cancel, type Clock, systemClock } from '@hookline/runtime';
import { Ear } from './ear.js';

/** How long the bot may go on speaking before the caller, who waits for their turn, gives up. */
const MAX_SPEECH_MS = 120_000;

/** What a live call is made of. */
export interface LiveCallOptions {
  /** The action, as `callAudioConnector` takes it. */
  readonly action: CallAudioConnectorOptions;
  /** How long the bot must have been silent before the caller speaks, in milliseconds. */
  readonly turnGapMs: number;
  /** How long an event that an action begins at, or an answer, is waited for, in milliseconds. */
  readonly withinMs: number;
  /** Whether what the bot says is kept for a look at its audio. */
  readonly keepsAudio: boolean;
}

/** What was done last. Times are in milliseconds since dialling. */
export interface LastAction {
  readonly startMs: number;
  /** Undefined while it is under way. */
  endMs: number | undefined;
  /** What had happened when it began: expectations look at what lies behind. */
  readonly events: number;
  readonly speaks: boolean;
}

/**
 * A call that is driven step by step: what happened so far, what the bot was heard to say, and waits by its clock. A
 * scenario and a test use it alike.
 */
export class LiveCall {
  readonly call: Call;
  readonly clock: Clock;
  readonly log: EventLog;
  readonly ear: Ear;
  /** Before anything was done: from when the call was open. */
  last: LastAction = { startMs: 0, endMs: undefined, events: 0, speaks: false };
  /** Where the next measurement of a name is looked for: those do not take part in the order of events. */
  readonly measured = new Map<CallEvent['name'], number>();
  /** From when on what the bot says has not been looked at yet. */
  soundsFromMs = 0;
  result: CallResult | undefined;
  readonly #options: LiveCallOptions;
  readonly #changed = new Set<() => void>();
  #openedAtMs: number | undefined;
  #playing = false;
  #saidAtMs: number | undefined;

  constructor(options: LiveCallOptions) {
    const { action } = options;
    this.#options = options;
    this.clock = action.clock ?? systemClock;
    this.ear = new Ear(options.keepsAudio);
    this.call = callAudioConnector({ ...action, clock: this.clock, sink: this.#sink(action.sink) });
    this.log = recordEvents(this.call, this.clock);
    this.log.subscribe((event) => this.#took(event));
  }

  get nowMs(): number {
    return this.call.elapsedMs;
  }

  /** How long a moment or an answer is waited for, in milliseconds. */
  get withinMs(): number {
    return this.#options.withinMs;
  }

  get openedAtMs(): number | undefined {
    return this.#openedAtMs;
  }

  /** Where waits of an expectation are counted from: what was done last, or when the call was open. */
  anchorMs(from: 'start' | 'end'): number {
    const { startMs, endMs } = this.last;
    if (endMs === undefined) return this.#openedAtMs ?? this.nowMs;
    return from === 'start' ? startMs : endMs;
  }

  /**
   * Calls `look` now and after everything that happens, until it gives something else than undefined; gives undefined
   * itself when `atMs`, in milliseconds since dialling, is reached.
   */
  async until<T>(look: () => T | undefined, atMs: number | undefined): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      let cancel: Cancel = () => {};
      const settle = (found: T | undefined) => {
        cancel();
        this.#changed.delete(see);
        resolve(found);
      };
      const see = () => {
        try {
          const found = look();
          if (found !== undefined) settle(found);
        } catch (error) {
          cancel();
          this.#changed.delete(see);
          reject(error);
        }
      };
      this.#changed.add(see);
      if (atMs !== undefined && atMs !== Number.POSITIVE_INFINITY) {
        cancel = this.clock.after(atMs - this.nowMs, () => {
          // What is due at this very moment counts.
          see();
          settle(undefined);
        });
      }
      see();
    });
  }

  /** Resolves at a moment of the call, or when it has ended. */
  async waitUntil(atMs: number): Promise<void> {
    if (atMs <= this.nowMs) return;
    await this.until(() => this.result, atMs);
  }

  /**
   * Resolves once it is the caller's turn: the bot has answered what was said before, as long as that is waited for, and
   * has then been silent. False when it goes on speaking; true also when the call has ended.
   */
  async turn(): Promise<boolean> {
    const { turnGapMs, withinMs } = this.#options;
    const saidMs = this.#saidAtMs;
    if (saidMs !== undefined) {
      await this.until(() => this.result ?? this.#soundSince(saidMs), this.anchorMs('end') + withinMs);
    }
    const giveUpMs = this.nowMs + MAX_SPEECH_MS;
    for (;;) {
      if (this.result) return true;
      const quietAtMs = this.#quietFromMs + turnGapMs;
      if (quietAtMs <= this.nowMs && !this.#isBehind(quietAtMs)) return true;
      if (this.nowMs >= giveUpMs) return false;
      const before = this.ear.heardToMs;
      const wakeMs = Number.isFinite(quietAtMs) && quietAtMs > this.nowMs ? quietAtMs : undefined;
      await this.until(
        () =>
          this.result ??
          (this.ear.heardToMs > before || this.#quietFromMs + turnGapMs !== quietAtMs || undefined),
        Math.min(wakeMs ?? giveUpMs, giveUpMs),
      );
    }
  }

  /** An action begins: what happened before it is past. */
  begin(speaks: boolean): LastAction {
    const startMs = this.nowMs;
    const action = { startMs, endMs: undefined, events: this.log.events.length, speaks };
    this.last = action;
    this.log.cursor = action.events;
    this.soundsFromMs = startMs;
    if (speaks) this.#saidAtMs = startMs;
    return action;
  }

  /** When the bot fell silent; never, while nothing is open. */
  get #quietFromMs(): number {
    if (this.#openedAtMs === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(this.#openedAtMs, this.ear.lastSoundMs ?? 0);
  }

  /** Whether something plays that was not listened to up to a moment. */
  #isBehind(ms: number): boolean {
    return this.#playing && this.ear.heardToMs < ms;
  }

  #soundSince(ms: number): true | undefined {
    return this.ear.lastSoundMs !== undefined && this.ear.lastSoundMs > ms ? true : undefined;
  }

  #took(event: CallEvent): void {
    if (event.name === 'opened') this.#openedAtMs = event.t;
    if (event.name === 'playbackStarted') this.#playing = true;
    if (event.name === 'playbackCompleted') this.#playing = false;
    if (event.name === 'ended') this.result = event.result;
    this.#wake();
  }

  #wake(): void {
    for (const see of [...this.#changed]) see();
  }

  /** The sink from the options, with an ear. */
  #sink(given: WireSink | undefined): WireSink {
    let playedToMs = Number.NEGATIVE_INFINITY;
    return {
      event: (event) => given?.event(event),
      audio: (dir, t, bytes, lateMs) => given?.audio?.(dir, t, bytes, lateMs),
      heard: (t, bytes) => {
        given?.heard?.(t, bytes);
        // What is heard is contiguous within one playback.
        if (t - playedToMs > 1) this.ear.playbackStarted();
        playedToMs = t + bytes.length / 8;
        this.ear.heard(t, bytes);
        // Not within the session: what wakes up may do anything with the call.
        queueMicrotask(() => this.#wake());
      },
    };
  }
}
