import { expect, it } from 'vitest';
import { Playout } from './playout.js';

it('stands still on hold, and goes on where it was', () => {
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

it('holds what is sent on hold, too', () => {
  const playout = new Playout();
  playout.hold(100);
  playout.sent(2000, 300);
  playout.unhold(3000);
  expect(playout.aheadMs(3000)).toBe(300);
});

it('has nothing left after a flush', () => {
  const playout = new Playout();
  playout.sent(0, 1000);
  playout.flush();
  expect(playout.aheadMs(0)).toBe(0);
  playout.sent(100, 50);
  expect(playout.endMs(100)).toBe(150);
});
