/** What `onSpeech` tells. `atMs` is the position in the caller's stream. */
export interface SpeechListeners {
  /** The caller began to speak. */
  readonly start?: (atMs: number) => void | Promise<void>;
  /** The caller fell silent. */
  readonly end?: (atMs: number) => void | Promise<void>;
}

/** Tells speech from the rest, in frames of 20 ms of PCM16 at 8 kHz. */
export interface SpeechDetector {
  /** Whether `frame` (160 samples) holds speech. */
  isSpeech(frame: Int16Array): boolean;
  /** Frees what the detector holds. */
  close?(): void;
}

/** Options of `onSpeech`. */
export interface OnSpeechOptions {
  /** Stops what plays when speech begins; default false. */
  readonly bargeIn?: boolean;
  /** Makes the detector; default the WebRTC one. */
  readonly vad?: () => SpeechDetector | Promise<SpeechDetector>;
  /** How long speech must last to begin, in milliseconds; default 60. */
  readonly startMs?: number;
  /** How long silence must last to end it, in milliseconds; default 800. */
  readonly endMs?: number;
}
