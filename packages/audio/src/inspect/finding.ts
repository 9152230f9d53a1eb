/** What can be wrong with bytes that are sent as 8 kHz µ-law. */
export type AudioFindingCode =
  | 'container-header'
  | 'text'
  | 'constant-byte'
  | 'pcm16-as-mulaw'
  | 'alaw-as-mulaw'
  | 'clipping'
  | 'dc-offset';

/** A fault in audio, reported once per stream. */
export interface AudioFinding {
  readonly code: AudioFindingCode;
  /** The fault, its sound and its fix. */
  readonly message: string;
  /** When it first occurred, in milliseconds from the start of the stream. */
  readonly atMs: number;
}

/** Checks one window of bytes. Returns a finding, or undefined. */
export type WindowCheck = (window: Uint8Array, atMs: number) => AudioFinding | undefined;
