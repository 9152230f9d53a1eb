import { atMoment } from '@hookline/client';
import { expect, it } from 'vitest';
import { linkedCall } from '../src/index.js';

/** µ-law of so many milliseconds. */
const audio = (ms: number) => new Uint8Array(ms * 8).fill(0x55);

/** The times of actions at moments of a call with three playbacks of 1 s, 1 s apart. */
async function moments(): Promise<Readonly<Record<string, number>>> {
  const { call, clock } = linkedCall(({ clock }) => async (it) => {
    for (let playback = 0; playback < 3; playback++) {
      await it.play(audio(1000));
      await new Promise<void>((resolve) => {
        clock.after(1000, resolve);
      });
    }
    return {};
  });
  const at: Record<string, number> = {};
  let openedMs = 0;
  call.on('state', (state) => {
    if (state === 'open') openedMs = clock.now();
  });
  const note = (name: string, from: 'opened' | number, afterMs: number) =>
    atMoment(call, clock, { from, afterMs }, () => {
      at[name] = Math.round((clock.now() - openedMs) / 100) * 100;
    });
  note('opened+300', 'opened', 300);
  note('first', 1, 0);
  note('second+200', 2, 200);
  note('third', 3, 0);
  note('fourth', 4, 0);
  note('taken back', 2, 0)();
  await clock.run(call.result);
  return at;
}

it('a moment of a call is relative to its playback, and never occurs if that never starts', async () => {
  expect(await moments()).toEqual({ 'opened+300': 300, first: 0, 'second+200': 2200, third: 4000 });
});

it('a moment that is cancelled in the same event that begins it never occurs', async () => {
  const { call, clock } = linkedCall(() => () => new Promise(() => {}));
  let isReached = false;
  let cancel = () => {};
  call.on('state', (state) => state === 'open' && cancel());
  cancel = atMoment(call, clock, { from: 'opened', afterMs: 0 }, () => {
    isReached = true;
  });
  await clock.advance(1000);
  expect(call.state).toBe('open');
  call.hangup();
  await clock.run(call.result);
  expect(isReached).toBe(false);
});
