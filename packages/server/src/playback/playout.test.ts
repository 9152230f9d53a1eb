import { expect, it } from 'vitest';
import { Playout } from './playout.js';

it('stops on hold, and continues at the same position', () => {
  const playout = new Playout();
  playout.sent(0, 1000);
  playout.hold(400);
  expect(playout.aheadMs(5000)).toBe(600);
  expect(playout.endMs(5000)).toBe(5600);
  playout.unhold(5000);
  expect(playout.aheadMs(5000)).toBe(600);
  expect(playout.aheadMs(5500)).toBe(100);
  expect(playout.aheadMs(6000)).toBe(0);
});

it('keeps audio that is sent during a hold', () => {
  const playout = new Playout();
  playout.hold(100);
  playout.sent(2000, 300);
  playout.unhold(3000);
  expect(playout.aheadMs(3000)).toBe(300);
});

it('is empty after a flush', () => {
  const playout = new Playout();
  playout.sent(0, 1000);
  playout.flush();
  expect(playout.aheadMs(0)).toBe(0);
  playout.sent(100, 50);
  expect(playout.endMs(100)).toBe(150);
});
