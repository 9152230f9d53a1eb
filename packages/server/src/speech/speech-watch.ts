import { SAMPLES_PER_MS } from '@hookline/audio';
import { type Clock, contain, describeValue, holdClock, type OnError, systemClock } from '@hookline/runtime';
import { serverError } from '../error.js';
import { inContext } from '../user-code/async-context.js';
import { guard } from '../user-code/guard.js';
import type { SpeechDetector, SpeechListeners } from './on-speech.js';
import { StreamPositions } from './stream-positions.js';

/** How long the creation of a detector may hold a virtual clock, in milliseconds of real time. */
const MAX_LOAD_MS = 3000;

/** One detector and its listeners. Samples that arrive before it is ready are not analysed. */
class Watch {
  readonly listeners = new Set<SpeechListeners>();
  readonly #onError: OnError;
  #detector: SpeechDetector | undefined;
  #closed = false;
  readonly #positions = new StreamPositions();
  #speaking = false;

  /** @param make - user code, or the package's own detector */
  constructor(clock: Clock, make: () => SpeechDetector | Promise<SpeechDetector>, onError: OnError) {
    this.#onError = onError;
    const begun = this.#begin(make);
    // Limited, because the creation of a custom detector may never settle.
    if (clock.hold) void holdClock(clock, atMost(MAX_LOAD_MS, begun));
    void contain(begun, (error) => {
      if (!this.#closed) onError(error);
    });
  }

  async #begin(make: () => SpeechDetector | Promise<SpeechDetector>): Promise<void> {
    // Asynchronous, so that a detector that cannot be created does not fail `onSpeech` before it returns.
    await Promise.resolve();
    const detector: unknown = await make();
    if (!isDetector(detector)) {
      throw serverError(
        'SERVER_BAD_OPTION',
        `onSpeech: vad returned ${detector === null ? 'null' : typeof detector} without pushPcm(); expected a detector, such as createEnergyVad().`,
      );
    }
    if (this.#closed) closeDetector(detector);
    else this.#detector = detector;
  }

  push(samples: Int16Array, atMs: number): void {
    if (this.#speaking) {
      const missing = Math.round(this.#positions.silenceMs(atMs) * SAMPLES_PER_MS);
      if (missing > 0) this.#give(new Int16Array(missing), this.#positions.endMs);
    }
    this.#give(samples, atMs);
  }

  #give(samples: Int16Array, atMs: number): void {
    if (!this.#detector) return;
    this.#positions.given(atMs, samples.length / SAMPLES_PER_MS);
    for (const { type, sampleMs } of this.#detect(this.#detector, samples)) {
      this.#speaking = type === 'start';
      const positionMs = this.#positions.of(type, sampleMs);
      for (const listener of [...this.listeners]) {
        const callback = listener[type];
        if (callback) guard(callback, positionMs, undefined, this.#onError);
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

/**
 * Resolves when `begun` settles, or after `ms` of real time, so that a detector that hangs does not hold the clock
 * forever.
 */
function atMost(ms: number, begun: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = systemClock.after(ms, resolve);
    void contain(begun).then(() => {
      cancel();
      resolve();
    });
  });
}

/** A checked event of a detector, which is user code and may return anything. */
interface SpeechEvent {
  readonly type: 'start' | 'end';
  readonly sampleMs: number;
}

const NO_EVENTS: readonly SpeechEvent[] = [];

/** @throws HooklineError `SERVER_BAD_OPTION` if it is not an array of events; also errors of its getters */
function eventsOf(given: unknown): readonly SpeechEvent[] {
  if (!Array.isArray(given)) {
    throw serverError(
      'SERVER_BAD_OPTION',
      `pushPcm() of a detector returned ${describeValue(given)}; expected an array of events.`,
    );
  }
  if (given.length === 0) return NO_EVENTS;
  return given.map((event: Partial<SpeechEvent> | undefined) => {
    const { type, sampleMs } = event ?? {};
    if ((type !== 'start' && type !== 'end') || typeof sampleMs !== 'number') {
      void contain(type);
      throw serverError(
        'SERVER_BAD_OPTION',
        'pushPcm() of a detector returned an invalid event; expected a type, "start" or "end", and a number sampleMs.',
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

/** Closes a detector. Never throws. */
function closeDetector(detector: SpeechDetector): void {
  try {
    // In JavaScript it may be async.
    void contain(detector.close?.());
  } catch {
    // Ignored, like a rejection.
  }
}

/** Loaded on demand: bots that do not detect speech need no detector. */
async function createCallVad(): Promise<SpeechDetector> {
  const { createVad } = await import('@hookline/vad');
  return createVad();
}

/** The speech detectors of a call and their listeners. Nothing is decoded or detected without a listener. */
export class SpeechWatch {
  readonly #clock: Clock;
  readonly #onError: OnError;
  readonly #onSilence: (atMs: number) => void;
  readonly #own: Watch[] = [];
  #shared: Watch | undefined;
  #ended = false;

  /**
   * @param clock - held, if it is a virtual clock, while a detector is loaded
   * @param onError - called with errors of listeners and detectors
   * @param onSilence - called with the position at which the shared detector detected the end of speech
   */
  constructor(clock: Clock, onError: OnError, onSilence: (atMs: number) => void) {
    this.#clock = clock;
    this.#onError = onError;
    this.#onSilence = onSilence;
  }

  /** Whether any detector needs audio. */
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
      // Kept until the end of the call, because it has adapted to the noise of the line.
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
