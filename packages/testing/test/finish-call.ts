import type { CallResult } from '@hookline/client';
import { expect, vi } from 'vitest';
import type { LinkedCall } from '../src/index.js';

/** Runs a call to its end and expects that no timers or sessions remain. */
export async function finish({ clock, bot, call }: LinkedCall): Promise<CallResult> {
  const result = await clock.run(call.result);
  await clock.run(call.closed);
  await clock.advanceUntil(() => bot.sessions === 0, 20_000);
  await clock.settle();
  expect(clock.pending, 'timers left').toBe(0);
  return result;
}

/** Expects that the process has no TCP socket open, neither end. */
export async function expectNoSockets(): Promise<void> {
  await vi.waitFor(() => {
    expect(process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'))).toEqual([]);
  });
}
