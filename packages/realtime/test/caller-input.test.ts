import { seededRandom, VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { PCMU_8K } from '../src/service/audio-shape.js';
import type { ServiceLink } from '../src/service/service.js';
import { CallerInput } from '../src/session/caller-input.js';

/** A frame of µ-law of this length, in milliseconds. */
const frame = (ms: number, byte = 0x55) => new Uint8Array(ms * 8).fill(byte);

function connected() {
  const clock = new VirtualClock();
  /** The messages as they were sent: their bytes are valid only during the call. */
  const sent: Uint8Array[] = [];
  const given: Uint8Array[] = [];
  const link: ServiceLink = {
    bufferedBytes: 0,
    audio: (bytes) => {
      given.push(bytes);
      sent.push(Uint8Array.from(bytes));
    },
    toolResult() {},
    close() {},
  };
  let droppedMs = 0;
  const input = new CallerInput(clock, PCMU_8K, 1000, (ms) => {
    droppedMs += ms;
  });
  input.linked(link);
  const lengths = () => sent.map((bytes) => bytes.length / 8);
  return { clock, link, input, sent, given, lengths, dropped: () => droppedMs };
}

describe('caller audio for the service', () => {
  test('is sent in messages of at least 40 ms: shorter frames are joined, in order', async () => {
    const { clock, input, sent, lengths } = connected();
    for (let index = 0; index < 4; index++) {
      input.push(frame(20, index), index * 20);
      await clock.advance(20);
    }
    expect(lengths()).toEqual([40, 40]);
    expect(Buffer.concat(sent)).toEqual(Buffer.concat([0, 1, 2, 3].map((byte) => frame(20, byte))));
  });

  test('waits while the service takes none, the oldest dropped and counted, and is sent before what follows', () => {
    const { input, link, sent, dropped } = connected();
    input.push(frame(40, 1), 0);
    Object.assign(link, { audioHeld: true });
    for (let index = 0; index < 30; index++) input.push(frame(40, 10 + index), 40 + index * 40);
    expect(sent).toHaveLength(1);
    Object.assign(link, { audioHeld: false });
    input.push(frame(40, 2), 1240);
    expect(sent.map(([byte]) => byte)).toEqual([1, ...Array.from({ length: 25 }, (_, at) => 15 + at), 2]);
    expect(dropped()).toBe(200);
    // The service has got 1,080 ms.
    expect(input.positionOf(1080)).toEqual({ atMs: 1280, agoMs: 0 });
  });

  test('that is held when the connection is lost is sent on the next one', () => {
    const { input, link, sent } = connected();
    Object.assign(link, { audioHeld: true });
    input.push(frame(40, 1), 0);
    input.unlinked();
    input.push(frame(40, 2), 40);
    Object.assign(link, { audioHeld: false });
    input.linked(link);
    expect(sent.map(([byte]) => byte)).toEqual([1, 2]);
  });

  test('is passed on as it is, without a copy, if a frame is long enough', () => {
    const { input, given } = connected();
    const bytes = frame(40);
    input.push(bytes, 0);
    expect(given[0]).toBe(bytes);
  });

  test('keeps its order if a long frame follows a short one', () => {
    const { input, sent } = connected();
    input.push(frame(20, 1), 0);
    input.push(frame(100, 2), 20);
    expect(sent.map(([byte]) => byte)).toEqual([1, 2]);
  });

  test('is sent 40 ms after a short frame if no other frame follows, and leaves no timer', async () => {
    const { clock, input, lengths } = connected();
    input.push(frame(20), 0);
    await clock.advance(39);
    expect(lengths()).toEqual([]);
    await clock.advance(1);
    expect(lengths()).toEqual([20]);
    await clock.advance(100);
    expect(clock.pending).toBe(0);
  });

  test('waits 40 ms from the first frame of a message, not of the one before', async () => {
    const { clock, input, lengths } = connected();
    input.push(frame(20), 0);
    await clock.advance(20);
    input.push(frame(20), 20);
    await clock.advance(10);
    input.push(frame(20), 40);
    await clock.advance(39);
    expect(lengths()).toEqual([40]);
    await clock.advance(1);
    expect(lengths()).toEqual([40, 20]);
  });

  test('that waits when the connection is lost is sent first on the next one', () => {
    const { input, link, sent } = connected();
    input.push(frame(20, 1), 0);
    input.unlinked();
    input.push(frame(40, 2), 20);
    input.linked(link);
    expect(Buffer.concat(sent)).toEqual(Buffer.concat([frame(20, 1), frame(40, 2)]));
  });

  test('that waits when the caller is no longer listened to is still sent, and nothing after it', async () => {
    const { clock, input, lengths } = connected();
    input.push(frame(20), 0);
    input.stop();
    input.push(frame(200), 20);
    await clock.advance(100);
    expect(lengths()).toEqual([20]);
    expect(clock.pending).toBe(0);
  });

  test('counts for the position of speech before it is sent', () => {
    const { input } = connected();
    input.push(frame(200), 1000);
    input.push(frame(20), 1200);
    expect(input.positionOf(210)).toEqual({ atMs: 1210, agoMs: 10 });
    expect(input.positionOf(221)).toBeUndefined();
  });

  test.each([1, 2, 3, 4, 5])(
    'loses and repeats nothing, with frames of any length (seed %d)',
    async (seed) => {
      const { clock, input, link, sent } = connected();
      const random = seededRandom(seed);
      const pushed: Uint8Array[] = [];
      let atMs = 0;
      for (let index = 0; index < 300; index++) {
        const bytes = Uint8Array.from({ length: Math.floor(random() * 700) }, () =>
          Math.floor(random() * 256),
        );
        pushed.push(bytes);
        if (random() < 0.05) input.unlinked();
        input.push(bytes, atMs);
        atMs += bytes.length / 8;
        if (random() < 0.3) input.linked(link);
        if (random() < 0.5) await clock.advance(Math.floor(random() * 60));
      }
      input.linked(link);
      input.stop();
      expect(Buffer.concat(sent).equals(Buffer.concat(pushed))).toBe(true);
    },
  );
});
