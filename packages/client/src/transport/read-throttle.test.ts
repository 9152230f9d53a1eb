import { EventEmitter } from 'node:events';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ReadThrottle } from './read-throttle.js';
import { WsTransport } from './ws-transport.js';

function reading() {
  const clock = new VirtualClock();
  const told: string[] = [];
  const say = (what: string) => () => void told.push(`${what} ${clock.now()}`);
  return { clock, told, pace: new ReadThrottle(clock, { pause: say('pause'), resume: say('resume') }) };
}

describe('throttled reading', () => {
  it('never delays audio that arrives in real time, sample by sample', async () => {
    const { clock, told, pace } = reading();
    for (let ms = 0; ms < 5000; ms += 20) {
      for (let sample = 0; sample < 160; sample += 1) pace.took(1);
      await clock.advance(20);
    }
    expect(told).toEqual([]);
  });

  it('delays a flood of frames in proportion, including frames in transit', async () => {
    const { clock, told, pace } = reading();
    for (let frame = 0; frame < 20_000; frame += 1) pace.took(1);
    await clock.advance(5000);
    expect(told).toEqual(['pause 0', 'resume 1250']);
    expect(clock.pending).toBe(0);
  });

  it('does not pause at the allowed pace, but with the first frame above it', async () => {
    const { clock, told, pace } = reading();
    for (let second = 0; second < 3; second += 1) {
      for (let frame = 0; frame < 16_000; frame += 1) pace.took(1);
      expect(told).toEqual([]);
      await clock.advance(1000);
    }
    for (let frame = 0; frame < 16_001; frame += 1) pace.took(1);
    expect(told).toEqual(['pause 3000']);
  });

  it('counts text eightfold', async () => {
    const { clock, told, pace } = reading();
    for (let frame = 0; frame < 3000; frame += 1) pace.tookText(100);
    await clock.advance(2000);
    expect(told).toEqual(['pause 0', 'resume 1500']);
  });

  it('delays more than 8 MiB in a second', async () => {
    const { clock, told, pace } = reading();
    for (let frame = 0; frame < 160; frame += 1) pace.took(64_000);
    await clock.advance(2000);
    expect(told[0]).toBe('pause 0');
    expect(Number(told[1]?.split(' ')[1])).toBeCloseTo(1220.7, 0);
  });

  it('neither pauses nor waits once it was stopped before', () => {
    const { clock, told, pace } = reading();
    pace.stop();
    for (let frame = 0; frame < 20_000; frame += 1) pace.took(1);
    expect([told, clock.pending]).toEqual([[], 0]);
  });

  it('leaves no timer after the peer has closed', () => {
    const { clock, told, pace } = reading();
    for (let frame = 0; frame < 20_000; frame += 1) pace.took(1);
    pace.stop();
    for (let frame = 0; frame < 20_000; frame += 1) pace.took(1);
    expect(told).toEqual(['pause 0']);
    expect(clock.pending).toBe(0);
  });
});

it('leaves no timer after a connection ended while reading was paused', async () => {
  const clock = new VirtualClock();
  const socket = Object.assign(new EventEmitter(), { pause() {}, resume() {}, terminate() {} });
  const ends: number[] = [];
  const transport = new WsTransport(socket as unknown as WebSocket, clock);
  transport.listen({ text() {}, binary() {}, closed: ({ code }) => ends.push(code) });
  for (let frame = 0; frame < 20_000; frame += 1) socket.emit('message', Buffer.alloc(1), true);
  expect(clock.pending).toBe(1);
  socket.emit('close', 1000, Buffer.from(''));
  expect([ends, clock.pending]).toEqual([[1000], 0]);
});
