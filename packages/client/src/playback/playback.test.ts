import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { Playback, type PlaybackEnd } from './playback.js';

/** A playback that records what it reports. */
function playback(maxMs = 600_000) {
  const reported: (['started', number] | ['completed', PlaybackEnd])[] = [];
  const heard: { atMs: number; bytes: Uint8Array }[] = [];
  const p = new Playback(
    {
      started: (atMs) => reported.push(['started', atMs]),
      heard: (atMs, bytes) => heard.push({ atMs, bytes }),
      completed: (end) => reported.push(['completed', end]),
    },
    maxMs,
  );
  return { p, reported, heard };
}

const ms = (count: number, value = 1) => new Uint8Array(count * 8).fill(value);
const completed = (atMs: number, heardMs: number) =>
  ['completed', { atMs, heardMs, droppedMs: 0, ended: 'completed' }] as const;
const flushed = (atMs: number, heardMs: number, droppedMs: number) =>
  ['completed', { atMs, heardMs, droppedMs, ended: 'bargeIn' }] as const;

describe('playback', () => {
  it('starts with the first byte and completes at the exact sample at which it runs empty', () => {
    const { p, reported } = playback();
    p.push(ms(200), 1000);
    p.advance(1199.8);
    expect(reported).toEqual([['started', 1000]]);
    expect(p.dryAtMs).toBe(1200);
    p.advance(1204);
    expect(reported).toEqual([['started', 1000], completed(1200, 200)]);
    expect(p.dryAtMs).toBeUndefined();
  });

  it(
    verifies('AC-AUDIO-8', 'plays audio that arrives faster than real time in order and without a gap'),
    () => {
      const { p, reported, heard } = playback();
      p.push(ms(100, 1), 0);
      p.push(ms(100, 2), 0);
      p.push(ms(100, 3), 10);
      p.advance(1000);
      expect(reported).toEqual([['started', 0], completed(300, 300)]);
      expect(heard.map(({ atMs, bytes }) => [atMs, bytes.length, bytes[0]])).toEqual([
        [0, 80, 1],
        [10, 720, 1],
        [100, 800, 2],
        [200, 800, 3],
      ]);
    },
  );

  it('merges small chunks without loss, wherever a block ends', () => {
    // 25 chunks of 159 bytes, then the one that fills a block of 4096, falls short of it, or goes over.
    for (let last = 115; last <= 130; last++) {
      const { p, heard } = playback();
      const chunks = [...Array.from({ length: 25 }, () => 159), last, 1, 159, 2];
      let value = 0;
      const pushed: number[] = [];
      for (const length of chunks) {
        const chunk = Uint8Array.from({ length }, () => value++ % 251);
        pushed.push(...chunk);
        expect(p.push(chunk, 0)).toBe(true);
      }
      p.advance(1000);
      expect(heard.flatMap(({ bytes }) => [...bytes])).toEqual(pushed);
    }
  });

  it('passes whole chunks on without a copy', () => {
    const { p, heard } = playback();
    const chunk = ms(200);
    p.push(chunk, 0);
    p.advance(200);
    expect(heard[0]?.bytes).toBe(chunk);
  });

  it('continues a playback with audio that arrives at the moment at which it would run empty', () => {
    const { p, reported } = playback();
    p.push(ms(100), 0);
    p.push(ms(100), 100);
    p.advance(500);
    expect(reported).toEqual([['started', 0], completed(200, 200)]);
  });

  it('starts a new playback with audio that arrives one sample after it ran empty', () => {
    const { p, reported } = playback();
    p.push(ms(100), 0);
    p.push(ms(100), 100.125);
    p.advance(500);
    expect(reported).toEqual([
      ['started', 0],
      completed(100, 100),
      ['started', 100.125],
      completed(200.125, 100),
    ]);
  });

  it('starts a new playback with audio that arrives after the empty buffer was noticed', () => {
    const { p, reported } = playback();
    p.push(ms(100), 0);
    p.advance(100);
    p.push(ms(100), 100);
    expect(reported).toEqual([['started', 0], completed(100, 100), ['started', 100]]);
  });

  it('keeps a time between two samples on the grid of samples', () => {
    const { p, reported, heard } = playback();
    p.push(ms(10), 1000.06);
    p.advance(2000);
    expect(reported).toEqual([['started', 1000.125], completed(1010.125, 10)]);
    expect(heard.every(({ atMs }) => Number.isInteger(atMs * 8))).toBe(true);
  });

  it('drops buffered audio at a barge-in and returns its duration', () => {
    const { p, reported, heard } = playback();
    p.push(ms(1000), 0);
    expect(p.flush(400, 'bargeIn')).toBe(600);
    expect(reported).toEqual([['started', 0], flushed(400, 400, 600)]);
    expect(heard.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBe(400 * 8);
    expect(p.bufferedMs).toBe(0);
  });

  it('completes nothing at a barge-in while idle', () => {
    const { p, reported } = playback();
    expect(p.flush(400, 'bargeIn')).toBe(0);
    expect(reported).toEqual([]);
  });

  it('plays audio that arrives at the same time as a barge-in completely as a new playback', () => {
    const { p, reported, heard } = playback();
    p.push(ms(1000, 1), 0);
    p.flush(400, 'bargeIn');
    p.push(ms(50, 2), 400);
    p.advance(450);
    expect(reported).toEqual([['started', 0], flushed(400, 400, 600), ['started', 400], completed(450, 50)]);
    expect(heard.at(-1)?.bytes).toEqual(ms(50, 2));
  });

  it('completes normally if a barge-in arrives at the moment at which it runs empty', () => {
    const { p, reported } = playback();
    p.push(ms(100), 0);
    p.flush(100, 'bargeIn');
    expect(reported).toEqual([['started', 0], completed(100, 100)]);
  });

  it('stops on hold and continues at the same position', () => {
    const { p, reported, heard } = playback();
    p.push(ms(100), 0);
    p.hold(40);
    p.advance(5000);
    expect(p.dryAtMs).toBeUndefined();
    p.unhold(5000);
    expect(p.dryAtMs).toBe(5060);
    p.advance(6000);
    expect(reported).toEqual([['started', 0], completed(5060, 100)]);
    expect(heard.map(({ atMs, bytes }) => [atMs, bytes.length])).toEqual([
      [0, 320],
      [5000, 480],
    ]);
  });

  it('starts audio that arrived during a hold when the hold ends', () => {
    const { p, reported } = playback();
    p.hold(0);
    p.push(ms(100), 10);
    p.advance(1000);
    expect(reported).toEqual([]);
    p.unhold(2000);
    p.advance(3000);
    expect(reported).toEqual([['started', 2000], completed(2100, 100)]);
  });

  it('continues a held playback with audio that arrived during the hold', () => {
    const { p, reported } = playback();
    p.push(ms(100), 0);
    p.hold(99.5);
    p.push(ms(100), 3000);
    p.unhold(4000);
    p.advance(9000);
    expect(reported).toEqual([['started', 0], completed(4100.5, 200)]);
  });

  it('drops held audio at a barge-in', () => {
    const { p, reported } = playback();
    p.push(ms(100), 0);
    p.hold(40);
    p.flush(900, 'bargeIn');
    p.unhold(1000);
    p.advance(2000);
    expect(reported).toEqual([['started', 0], flushed(40, 40, 60)]);
  });

  it('refuses audio beyond its bound and keeps the buffered audio', () => {
    const { p } = playback(1000);
    expect(p.push(ms(900), 0)).toBe(true);
    expect(p.push(ms(200), 50)).toBe(false);
    expect(p.bufferedMs).toBe(850);
    expect(p.push(ms(150), 50)).toBe(true);
  });

  it(verifies('AC-AUDIO-10', 'does nothing for an empty chunk'), () => {
    const { p, reported } = playback();
    p.push(new Uint8Array(0), 0);
    p.advance(10);
    expect(reported).toEqual([]);
  });

  it('merges tiny chunks without losing or repeating a byte', () => {
    const { p, heard } = playback();
    const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => index % 251);
    let nowMs = 0;
    for (let at = 0; at < bytes.length; at += 3) {
      p.push(bytes.subarray(at, at + 3), nowMs);
      if (at % 30 === 0) nowMs += 0.375;
      p.advance(nowMs);
    }
    p.advance(1e6);
    expect(Buffer.concat(heard.map(({ bytes: piece }) => piece)).equals(bytes)).toBe(true);
    expect(heard.length).toBeLessThan(bytes.length / 3);
  });

  it('reports every heard byte once, in order, at times that advance by bytes / 8, for any arrivals', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let round = 0; round < 20; round++) {
      const { p, reported, heard } = playback();
      let nowMs = 0;
      let next = 0;
      const pushed: number[] = [];
      for (let step = 0; step < 200; step++) {
        nowMs += random(40) / 7;
        if (random(3) === 0) p.advance(nowMs);
        const chunk = Uint8Array.from({ length: random(400) }, () => next++ % 256);
        pushed.push(...chunk);
        p.push(chunk, nowMs);
      }
      p.advance(nowMs + 1e6);
      expect(Buffer.concat(heard.map(({ bytes }) => bytes)).equals(Buffer.from(pushed))).toBe(true);
      expect(p.heardMs * 8).toBe(pushed.length);
      const overlaps = heard.filter(({ atMs }, index) => {
        const last = heard[index - 1];
        return last !== undefined && atMs < last.atMs + last.bytes.length / 8;
      });
      expect(overlaps).toEqual([]);
      expect(reported.map(([what]) => what)).toEqual(
        reported.map((_, index) => (index % 2 === 0 ? 'started' : 'completed')),
      );
      expect(reported.length % 2).toBe(0);
    }
  });
});
