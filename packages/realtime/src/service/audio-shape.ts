/** Format of a service's audio, one channel: `pcm16` is little-endian, `pcmu` (mu-law) has 8000 samples per second. */
export interface AudioShape {
  readonly encoding: 'pcmu' | 'pcm16';
  /** Samples per second. */
  readonly rate: number;
}

/** mu-law at 8 kHz, the format of the call: passes between call and service unchanged. */
export const PCMU_8K: AudioShape = { encoding: 'pcmu', rate: 8000 };

/** The format as options of `call.caller` and `call.stream`. */
export function callFormat({ encoding, rate }: AudioShape) {
  return encoding === 'pcmu' ? { format: 'PCMU' as const } : { format: 'L16' as const, rate };
}

/** Bytes per millisecond of audio. */
export function bytesPerMs({ encoding, rate }: AudioShape): number {
  return (encoding === 'pcmu' ? rate : rate * 2) / 1000;
}
