/** What the bytes of a service's audio are: one channel, PCM16 little-endian. `pcmu` (mu-law) is 8000 samples a second. */
export interface AudioShape {
  readonly encoding: 'pcmu' | 'pcm16';
  /** Samples a second. */
  readonly rate: number;
}

/** mu-law as the telephone has it: passes between call and service untouched. */
export const PCMU_8K: AudioShape = { encoding: 'pcmu', rate: 8000 };

/** The same as options of `call.caller` and `call.stream`. */
export function callFormat({ encoding, rate }: AudioShape) {
  return encoding === 'pcmu' ? { format: 'PCMU' as const } : { format: 'L16' as const, rate };
}

/** Bytes of one millisecond of audio. */
export function bytesPerMs({ encoding, rate }: AudioShape): number {
  return (encoding === 'pcmu' ? rate : rate * 2) / 1000;
}
