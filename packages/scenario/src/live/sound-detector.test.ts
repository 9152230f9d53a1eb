import { encodeMulaw, MULAW_SILENCE, sine } from '@hookline/audio';
import { describe, expect, test } from 'vitest';
import { SoundDetector } from './sound-detector.js';

const MS = 8;
const beep = encodeMulaw(sine({ hz: 440, ms: 100 }));
const silence = new Uint8Array(100 * MS).fill(MULAW_SILENCE);

/** The bytes that are recorded of a beep, after which 100 ms of silence are heard from `atMs` on. */
function recordedWithSilenceAt(atMs: number): number | undefined {
  const detector = new SoundDetector(true);
  detector.push(0, beep);
  detector.push(atMs, silence);
  return detector.sounds[0]?.bytes;
}

describe('the recording of a sound', () => {
  test('contains the pauses in it, and the gaps between the playbacks that it consists of', () => {
    expect(recordedWithSilenceAt(100)).toBe(200 * MS);
    expect(recordedWithSilenceAt(350)).toBe(450 * MS);
  });

  test('ends where nothing is heard for longer than a pause, so that a long call does not fill it', () => {
    expect(recordedWithSilenceAt(500)).toBe(100 * MS);
    expect(recordedWithSilenceAt(600_000)).toBe(100 * MS);
  });
});
