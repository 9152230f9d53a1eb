import type { UtteranceDetector } from '@hookline/audio';

/** The listeners of `onSpeech`. `atMs` is the position in the caller's stream. */
export interface SpeechListeners {
  /** The caller started to speak. */
  readonly start?: (atMs: number) => unknown;
  /** The caller stopped speaking. */
  readonly end?: (atMs: number) => unknown;
}

/** Options of `onSpeech`. */
export interface OnSpeechOptions {
  /** Whether to stop playback when speech starts; default false. */
  readonly bargeIn?: boolean;
  /**
   * Creates a separate detector for these listeners, such as `createVad({ model: 'webrtc' })` of `@hookline/vad`.
   * Default: the detector of the call, `createVad()`, which reports speech as soon as it is sure, is not triggered by
   * single tones and noise and seldom by keys and music, and reports the end after 800 ms without speech.
   */
  readonly vad?: () => SpeechDetector | Promise<SpeechDetector>;
}

/** Detects speech in 8 kHz samples. At the end of the call it is released with `close`, if it has this method. */
export type SpeechDetector = Pick<UtteranceDetector, 'pushPcm'> & { close?(): void };
