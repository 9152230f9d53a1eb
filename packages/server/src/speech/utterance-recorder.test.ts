import { createUtteranceDetector, decodeMulaw, encodeL16, MULAW_SILENCE } from '@hookline/audio';
import { describe, expect, test } from 'vitest';
import { UtteranceRecorder } from './utterance-recorder.js';

/** Everything that is not digital silence is speech. */
const detector = () => createUtteranceDetector((pcm) => pcm.some((sample) => sample !== 0));

const silence = (ms: number) => new Uint8Array(ms * 8).fill(MULAW_SILENCE);

/** Bytes that are told apart by where they stand, none of them silence. */
const speech = (ms: number, first = 0) => Uint8Array.from({ length: ms * 8 }, (_, i) => (first + i) % 100);

function join(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Feeds `audio` in chunks of `size` bytes and returns the utterances. */
function record(recorder: UtteranceRecorder, audio: Uint8Array, size: number): Uint8Array[] {
  const ended: Uint8Array[] = [];
  for (let at = 0; at < audio.length; at += size) {
    for (const said of recorder.push(audio.subarray(at, at + size), at / 8)) ended.push(said.audio);
  }
  return ended;
}

describe('an utterance', () => {
  test.each([1, 7, 160, 161, 1600, 64_000])('is returned byte for byte from chunks of %i bytes', (size) => {
    const said = speech(500);
    const audio = join(silence(2000), said, silence(1000));
    const recorder = new UtteranceRecorder(detector(), { preRollMs: 100, postRollMs: 60 });
    expect(record(recorder, audio, size)).toEqual([join(silence(100), said, silence(60))]);
  });

  test('has a shorter pre-roll if it is at the start of the stream', () => {
    const said = speech(500);
    const recorder = new UtteranceRecorder(detector(), { preRollMs: 100, postRollMs: 20 });
    expect(record(recorder, join(silence(40), said, silence(1000)), 160)).toEqual([
      join(silence(40), said, silence(20)),
    ]);
  });

  test('has no audio of the previous utterance in its pre-roll', () => {
    const first = speech(400);
    const second = speech(400, 50);
    const recorder = new UtteranceRecorder(detector(), { preRollMs: 5000, postRollMs: 100 });
    const audio = join(first, silence(900), second, silence(900));
    expect(record(recorder, audio, 1600)).toEqual([
      join(first, silence(100)),
      join(silence(800), second, silence(100)),
    ]);
  });

  test('is active until it has ended', () => {
    const recorder = new UtteranceRecorder(detector());
    recorder.push(speech(40), 0);
    expect(recorder.speaking).toBe(false);
    recorder.push(speech(20), 40);
    expect(recorder.speaking).toBe(true);
    recorder.push(silence(799), 60);
    expect(recorder.speaking).toBe(true);
    recorder.push(silence(1), 859);
    expect(recorder.speaking).toBe(false);
  });

  test.each([
    ['at the cut', 60_000],
    ['500 ms before it', 59_500],
    ['a moment before it', 59_980],
  ])('that is cut is not followed by one without speech if the caller stops %s', (_, stopMs) => {
    const recorder = new UtteranceRecorder(detector(), { preRollMs: 0 });
    const ended: { fromMs: number; toMs: number; ms: number }[] = [];
    const audio = join(speech(stopMs), silence(3000));
    for (let ms = 0; ms < stopMs + 3000; ms += 20) {
      for (const { audio: said, fromMs, toMs } of recorder.push(audio.subarray(ms * 8, (ms + 20) * 8), ms)) {
        ended.push({ fromMs, toMs, ms: said.length / 8 });
      }
    }
    expect(ended).toEqual([{ fromMs: 0, toMs: 60_000, ms: 60_000 }]);
  });

  test('that goes on after a cut is returned in two parts, which join without a gap', () => {
    const recorder = new UtteranceRecorder(detector(), { preRollMs: 0, postRollMs: 40 });
    const said = speech(61_000);
    const parts = record(recorder, join(said, silence(1000)), 160);
    expect(parts).toHaveLength(2);
    expect(Buffer.concat(parts).equals(join(said, silence(40)))).toBe(true);
  });

  test('reports the position of its speech in the stream, including gaps', () => {
    const recorder = new UtteranceRecorder(detector());
    recorder.push(silence(1000), 5000);
    const ended = [...recorder.push(speech(500), 6000), ...recorder.push(silence(1000), 9500)];
    expect(ended).toMatchObject([{ fromMs: 6000, toMs: 6500 }]);
  });

  test.each(['PCMU', 'L16'] as const)('of %s ends in a gap, even if speech follows the gap', (format) => {
    const recorder = new UtteranceRecorder(detector(), { format, preRollMs: 0, postRollMs: 100 });
    const bytes = (mulaw: Uint8Array) => (format === 'PCMU' ? mulaw : encodeL16(decodeMulaw(mulaw)));
    const ended = [
      ...recorder.push(bytes(speech(500)), 0),
      ...recorder.push(bytes(speech(500)), 5500),
      ...recorder.push(bytes(silence(1000)), 6000),
    ];
    expect(ended).toEqual([
      { fromMs: 0, toMs: 500, audio: bytes(join(speech(500), silence(100))) },
      { fromMs: 5500, toMs: 6000, audio: bytes(join(speech(500), silence(100))) },
    ]);
  });

  test('goes on over a gap that is shorter than a pause in speech, with silence in its place', () => {
    const recorder = new UtteranceRecorder(detector(), { preRollMs: 0, postRollMs: 0 });
    const ended = [
      ...recorder.push(speech(500), 0),
      ...recorder.push(speech(500), 900),
      ...recorder.push(silence(1000), 1400),
    ];
    expect(ended).toEqual([{ fromMs: 0, toMs: 1400, audio: join(speech(500), silence(400), speech(500)) }]);
  });

  test('that starts with the audio after a gap has its position, also if the last frame before was incomplete', () => {
    const recorder = new UtteranceRecorder(detector(), { preRollMs: 0 });
    const ended = [
      ...recorder.push(silence(1012), 0),
      ...recorder.push(speech(508), 5000),
      ...recorder.push(silence(1000), 5508),
    ];
    expect(ended).toMatchObject([{ fromMs: 4988, toMs: 5508 }]);
  });
});
