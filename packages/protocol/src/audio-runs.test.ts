import { describe, expect, test } from 'vitest';
import { audioRuns } from './audio-runs.js';
import type { WireEvent } from './wire-event.js';

const frame = (bytes: number) => new Uint8Array(bytes);

describe('audioRuns', () => {
  test('combines the frames of one direction into one event, with the time and length of each', () => {
    const events: WireEvent[] = [];
    const runs = audioRuns((event) => events.push(event));
    runs.audio('out', 200, frame(1600));
    runs.audio('out', 401, frame(800));
    runs.event({ kind: 'message', t: 500, dir: 'in', text: '{}' });
    expect(events).toEqual([
      { kind: 'audio', t: 200, dir: 'out', frames: 2, bytes: 2400, arrivalsMs: [0, 201], sizes: [1600, 800] },
      { kind: 'message', t: 500, dir: 'in', text: '{}' },
    ]);
  });

  test('emits the received run before the sent one if both started at the same time', () => {
    for (const dirs of [['in', 'out'] as const, ['out', 'in'] as const]) {
      const events: WireEvent[] = [];
      const runs = audioRuns((event) => events.push(event));
      for (const dir of dirs) runs.audio(dir, 200, frame(160));
      runs.flush();
      expect(events.map((event) => 'dir' in event && event.dir)).toEqual(['in', 'out']);
    }
  });

  test('emits the run that started first, in either direction', () => {
    const events: WireEvent[] = [];
    const runs = audioRuns((event) => events.push(event));
    runs.audio('out', 1, frame(1));
    runs.audio('in', 2, frame(1));
    runs.flush();
    runs.audio('in', 3, frame(1));
    runs.audio('out', 4, frame(1));
    runs.flush();
    expect(events.map((event) => event.t)).toEqual([1, 2, 3, 4]);
  });

  test('ends a run after 5 s of nothing else', () => {
    const events: WireEvent[] = [];
    const runs = audioRuns((event) => events.push(event));
    for (let t = 0; t <= 5000; t += 200) runs.audio('out', t, frame(1600));
    expect(events).toMatchObject([{ t: 0, frames: 25 }]);
  });

  test('emits unfinished runs on request, and nothing twice', () => {
    const events: WireEvent[] = [];
    const runs = audioRuns((event) => events.push(event));
    runs.audio('in', 7, frame(3));
    runs.flush();
    runs.flush();
    expect(events).toMatchObject([{ t: 7, frames: 1, bytes: 3 }]);
  });

  test('loses no frame and no byte of two directions at once', () => {
    const events: WireEvent[] = [];
    const runs = audioRuns((event) => events.push(event));
    for (let t = 0; t < 20_000; t += 20) runs.audio(t % 60 === 0 ? 'in' : 'out', t, frame(160));
    runs.flush();
    const audio = events.filter((event) => event.kind === 'audio');
    expect(audio.reduce((sum, run) => sum + run.frames, 0)).toBe(1000);
    expect(audio.reduce((sum, run) => sum + run.bytes, 0)).toBe(160_000);
    expect(audio.map((run) => run.t)).toEqual(audio.map((run) => run.t).sort((a, b) => a - b));
  });
});
