import type { UtteranceDetector } from '@hookline/audio';

/** What `onSpeech` tells. `atMs` is the position in the caller's stream. */
export interface SpeechListeners {
  /** The caller began to speak. */
  readonly start?: (atMs: number) => unknown;
  /** The caller fell silent. */
  readonly end?: (atMs: number) => unknown;
}

/** Options of `onSpeech`. */
export interface OnSpeechOptions {
  /** Stops what plays when speech begins; default false. */
  readonly bargeIn?: boolean;
  /**
   * Makes a detector of its own for these listeners, such as `createVad({ model: 'webrtc' })` of `@hookline/vad`.
   * Default: the detector of the call, `createVad()`: it starts as soon as it is sure, which tones and noise do not make
   * it and music seldom does, and ends after 800 ms without speech.
   */
  readonly vad?: () => SpeechDetector | Promise<SpeechDetector>;
}

/** Finds speech in 8 kHz samples; freed with `close`, where it has one, at the end of the call. */
export type SpeechDetector = Pick<UtteranceDetector, 'pushPcm'> & { close?(): void };
