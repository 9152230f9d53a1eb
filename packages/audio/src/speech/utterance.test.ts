import { describe, expect, it } from 'vitest';
import { createUtteranceDetector, SPEECH_FRAME_SAMPLES } from './utterance.js';

/** A detector with a scripted judgement per frame: `#` speech, `?` maybe, `.` none. */
function detector(script: string, options = {}) {
  let frame = 0;
  return createUtteranceDetector(() => {
    const judgement = script[frame++];
    return judgement === '?' ? 'maybe' : judgement === '#';
  }, options);
}

const frames = (count: number) => new Uint8Array(count * SPEECH_FRAME_SAMPLES).fill(0xff);

describe('utterance detector', () => {
  it('starts after 60 ms of speech and reports where the speech started', () => {
    expect(detector('..###').push(frames(5))).toEqual([
      { type: 'start', atMs: 100, sample: 320, sampleMs: 40 },
    ]);
  });

  it('does not start on shorter speech', () => {
    expect(detector('##.##.#.##').push(frames(10))).toEqual([]);
  });

  it('includes preceding maybe-speech if speech follows without a break', () => {
    expect(detector('.?.??###').push(frames(8))).toEqual([
      { type: 'start', atMs: 160, sample: 480, sampleMs: 60 },
    ]);
  });

  it('does not start on maybe-speech, nor counts it as speech', () => {
    expect(detector('????????##?##?').push(frames(14))).toEqual([]);
  });

  it('continues with maybe-speech', () => {
    expect(detector(`###${'?'.repeat(60)}`).push(frames(63))).toHaveLength(1);
  });

  it('starts no utterance before the end of a flushed stream', () => {
    const one = detector('??#####', { onsetMs: 20 });
    one.push(frames(4));
    one.flush();
    expect(one.push(frames(1))).toMatchObject([{ type: 'start', sampleMs: 80 }]);
  });

  it('ends after 800 ms without speech and reports where the speech ended', () => {
    const one = detector(`####${'.'.repeat(40)}`);
    expect(one.push(frames(43))).toHaveLength(1);
    expect(one.speaking).toBe(true);
    expect(one.push(frames(1))).toEqual([{ type: 'end', atMs: 880, sample: 640, sampleMs: 80 }]);
    expect(one.speaking).toBe(false);
  });

  it('continues over a pause that is shorter than the release time', () => {
    const one = detector(`###${'.'.repeat(39)}#${'.'.repeat(39)}`);
    expect(one.push(frames(82)).map((event) => event.type)).toEqual(['start']);
  });

  it('reports the same events for any chunk size, in µ-law and PCM16', () => {
    const script = `.###${'.'.repeat(40)}..####${'.'.repeat(40)}`;
    const bytes = frames(script.length);
    const whole = detector(script).push(bytes);
    expect(whole.map((event) => event.type)).toEqual(['start', 'end', 'start', 'end']);
    for (const size of [1, 159, 161, 1600]) {
      const [mulaw, pcm] = [detector(script), detector(script)];
      const cuts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => i * size);
      expect(cuts.flatMap((at) => [...mulaw.push(bytes.subarray(at, at + size))])).toEqual(whole);
      expect(
        cuts.flatMap((at) => [...pcm.pushPcm(new Int16Array(Math.min(size, bytes.length - at)))]),
      ).toEqual(whole);
    }
  });

  it('ends an open utterance at the end of the stream, at its last speech', () => {
    const one = detector('####..');
    one.push(frames(6));
    expect(one.flush()).toEqual([{ type: 'end', atMs: 120, sample: 640, sampleMs: 80 }]);
    expect(one.flush()).toEqual([]);
  });

  it('passes the samples of a frame unchanged', () => {
    const seen: number[] = [];
    const one = createUtteranceDetector((pcm) => seen.push(...pcm) < 0);
    const pcm = Int16Array.from({ length: 320 }, (_, i) => i);
    one.pushPcm(pcm.subarray(0, 100));
    one.pushPcm(pcm.subarray(100));
    expect(seen).toEqual([...pcm]);
  });

  it('refuses times that are not above 0', () => {
    expect(() => detector('', { onsetMs: 0 })).toThrow(/onsetMs is 0/);
    expect(() => detector('', { releaseMs: Number.NaN })).toThrow(/releaseMs is NaN/);
  });
});
