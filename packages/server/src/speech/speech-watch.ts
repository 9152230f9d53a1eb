import { SAMPLES_PER_MS } from '@hookline/audio';
import { type Clock, contain, holdClock, type OnError, systemClock } from '@hookline/runtime';
import { serverError } from '../error.js';
import { guard } from '../user-code/guard.js';
import { inContext } from '../user-code/in-context.js';
import type { SpeechDetector, SpeechListeners } from './on-speech.js';

/** How long a detector that is being made may hold a virtual clock, in milliseconds of real time. */
const MAX_LOAD_MS = 3000;

/** One detector and who listens to it. Samples that come before it is ready are not judged. */
class Watch {
  readonly listeners = new Set<SpeechListeners>();
  readonly #onError: OnError;
  #detector: SpeechDetector | undefined;
  #closed = false;
  #pushedMs = 0;

  /** @param make - user code, or the package's own detector */
  constructor(clock: Clock, make: () => SpeechDetector | Promise<SpeechDetector>, onError: OnError) {
    this.#onError = onError;
    const begun = this.#begin(make);
    // Limited, because a detector of the bot's own may never come.
    if (clock.hold) void holdClock(clock, atMost(MAX_LOAD_MS, begun));
    void contain(begun, (error) => {
      if (!this.#closed) onError(error);
    });
  }

  async #begin(make: () => SpeechDetector | Promise<SpeechDetector>): Promise<void> {
    // A turn later, so that a detector that cannot be made fails no `onSpeech` that is still under way.
    await Promise.resolve();
    const detector: unknown = await make();
    if (!isDetector(detector)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `onSpeech: vad gave ${detector === null ? 'null' : typeof detector} without pushPcm(); it must give a detector, such as createEnergyVad() does.`,
      );
    }
    if (this.#closed) closeDetector(detector);
    else this.#detector = detector;
  }

  push(samples: Int16Array, atMs: number): void {
    if (!this.#detector) return;
    // The detector counts samples only, so gaps in the stream are added here.
    const fromMs = atMs - this.#pushedMs;
    this.#pushedMs += samples.length / SAMPLES_PER_MS;
    for (const { type, sampleMs } of this.#detect(this.#detector, samples)) {
      for (const listener of [...this.listeners]) {
        const callback = listener[type];
        if (callback) guard(callback, fromMs + sampleMs, undefined, this.#onError);
      }
    }
  }

  #detect(detector: SpeechDetector, samples: Int16Array): readonly SpeechEvent[] {
    let given: unknown;
    try {
      given = detector.pushPcm(samples);
      return eventsOf(given);
    } catch (error) {
      void contain(given);
      this.close();
      this.#onError(error);
      return NO_EVENTS;
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#detector) closeDetector(this.#detector);
    this.#detector = undefined;
  }
}

/** Resolves when `begun` settles, or after `ms` of real time: one that hangs must not keep a clock still for good. */
function atMost(ms: number, begun: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemClock.after(ms, resolve);
    void contain(begun).then(() => {
      cancel();
      resolve();
    });
  });
}

/** What a detector found, read once: it is user code, and may give anything. */
interface SpeechEvent {
  readonly type: 'start' | 'end';
  readonly sampleMs: number;
}

const NO_EVENTS: readonly SpeechEvent[] = [];

/** @throws HooklineError `SERVER_BAD_OPTION` for what is no list of events; whatever reading it throws */
function eventsOf(given: unknown): readonly SpeechEvent[] {
  if (!Array.isArray(given)) {
    throw serverError(
      'SERVER_BAD_OPTION',
      `pushPcm of a detector gave ${typeof given}; it must give a list of events.`,
    );
  }
  if (given.length === 0) return NO_EVENTS;
  return given.map((event: Partial<SpeechEvent> | undefined) => {
    const { type, sampleMs } = event ?? {};
    if ((type !== 'start' && type !== 'end') || typeof sampleMs !== 'number') {
      void contain(type);
      throw serverError(
        'SERVER_BAD_OPTION',
        'pushPcm of a detector gave an event that is none; it must have a type, "start" or "end", and sampleMs.',
      );
    }
    return { type, sampleMs };
  });
}

function isDetector(value: unknown): value is SpeechDetector {
  return (
    typeof value === 'object' && value !== null && 'pushPcm' in value && typeof value.pushPcm === 'function'
  );
}

/** Frees a detector. Never throws: nobody needs it any more. */
function closeDetector(detector: SpeechDetector): void {
  try {
    // Of JavaScript, it may be async.
    void contain(detector.close?.());
  } catch {
    // As above.
  }
}

/** Loaded here, so that who does not listen for speech needs no detector. */
async function createCallVad(): Promise<SpeechDetector> {
  const { createVad } = await import('@hookline/vad');
  return createVad();
}

/** Who listens for speech on a call. Nothing is decoded or detected before somebody does. */
export class SpeechWatch {
  readonly #clock: Clock;
  readonly #onError: OnError;
  readonly #onSilence: (atMs: number) => void;
  readonly #own: Watch[] = [];
  #shared: Watch | undefined;
  #ended = false;

  /**
   * @param clock - stands still, where it can, while a detector is loaded
   * @param onError - takes what a listener or a detector throws
   * @param onSilence - called with where in the stream the caller fell silent, by the shared detector
   */
  constructor(clock: Clock, onError: OnError, onSilence: (atMs: number) => void) {
    this.#clock = clock;
    this.#onError = onError;
    this.#onSilence = onSilence;
  }

  /** Whether audio is wanted. */
  get watching(): boolean {
    return this.#shared !== undefined || this.#own.length > 0;
  }

  /** Adds listeners. Returns an unsubscribe function. */
  add(given: SpeechListeners, make?: () => SpeechDetector | Promise<SpeechDetector>): () => void {
    if (this.#ended) return () => {};
    const listeners: SpeechListeners = {
      ...(given.start && { start: inContext(given.start) }),
      ...(given.end && { end: inContext(given.end) }),
    };
    if (!make) {
      // Kept to the end of the call: it knows the line's noise by then.
      this.#shared ??= this.#share();
      const { listeners: shared } = this.#shared;
      shared.add(listeners);
      return () => shared.delete(listeners);
    }
    const watch = new Watch(this.#clock, make, this.#onError);
    watch.listeners.add(listeners);
    this.#own.push(watch);
    return () => {
      const index = this.#own.indexOf(watch);
      if (index < 0) return;
      this.#own.splice(index, 1);
      watch.close();
    };
  }

  #share(): Watch {
    const watch = new Watch(this.#clock, createCallVad, this.#onError);
    watch.listeners.add({ end: this.#onSilence });
    return watch;
  }

  /** Caller audio as samples at 8 kHz. */
  push(samples: Int16Array, atMs: number): void {
    this.#shared?.push(samples, atMs);
    for (const watch of [...this.#own]) watch.push(samples, atMs);
  }

  /** The call is over. */
  end(): void {
    this.#ended = true;
    this.#shared?.close();
    this.#shared = undefined;
    for (const watch of this.#own.splice(0)) watch.close();
  }
}
