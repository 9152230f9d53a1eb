import { createWebRtcVad } from '@hookline/audio/vad';
import { MEDIA_RATE } from '@hookline/protocol';
import { guard } from '../call/guard.js';
import { quietly } from '../deferred.js';
import type { SpeechDetector, SpeechListeners } from './on-speech.js';

const SAMPLES_PER_MS = MEDIA_RATE / 1000;

/** One detector and who listens to it. Samples that come before it is ready are not judged. */
class Watch {
  readonly listeners = new Set<SpeechListeners>();
  readonly #onError: (error: unknown) => void;
  #detector: SpeechDetector | undefined;
  #closed = false;
  #pushedMs = 0;

  constructor(making: Promise<SpeechDetector>, onError: (error: unknown) => void) {
    this.#onError = onError;
    quietly(
      making.then((detector) => {
        if (this.#closed) detector.close?.();
        else this.#detector = detector;
      }, onError),
    );
  }

  push(samples: Int16Array, atMs: number): void {
    if (!this.#detector) return;
    // The detector counts its own samples; gaps in the stream are none of its business.
    const fromMs = atMs - this.#pushedMs;
    this.#pushedMs += samples.length / SAMPLES_PER_MS;
    for (const { type, sampleMs } of this.#judge(this.#detector, samples)) {
      for (const listener of [...this.listeners]) {
        const callback = listener[type];
        if (callback) guard(callback, fromMs + sampleMs, undefined, this.#onError);
      }
    }
  }

  #judge(detector: SpeechDetector, samples: Int16Array): ReturnType<SpeechDetector['pushPcm']> {
    try {
      return detector.pushPcm(samples);
    } catch (error) {
      this.close();
      this.#onError(error);
      return [];
    }
  }

  close(): void {
    this.#closed = true;
    this.#detector?.close?.();
    this.#detector = undefined;
  }
}

/** Who listens for speech on a call. Nothing is decoded or detected before somebody does. */
export class SpeechWatch {
  readonly #onError: (error: unknown) => void;
  readonly #onSilence: (atMs: number) => void;
  readonly #own: Watch[] = [];
  #shared: Watch | undefined;
  #ended = false;

  /**
   * @param onError - takes what a listener or a detector throws
   * @param onSilence - told where in the stream the caller fell silent, by the shared detector
   */
  constructor(onError: (error: unknown) => void, onSilence: (atMs: number) => void) {
    this.#onError = onError;
    this.#onSilence = onSilence;
  }

  /** Whether audio is wanted. */
  get watching(): boolean {
    return this.#shared !== undefined || this.#own.length > 0;
  }

  /** Adds listeners; returns what takes them off. */
  add(listeners: SpeechListeners, make?: () => SpeechDetector | Promise<SpeechDetector>): () => void {
    if (this.#ended) return () => {};
    if (!make) {
      // Kept to the end of the call: it knows the line's noise by then.
      this.#shared ??= this.#share();
      const { listeners: shared } = this.#shared;
      shared.add(listeners);
      return () => shared.delete(listeners);
    }
    const watch = new Watch(
      Promise.resolve().then(() => make()),
      this.#onError,
    );
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
    const watch = new Watch(createWebRtcVad(), this.#onError);
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
