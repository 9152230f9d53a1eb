import { createTicker, VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { BotAudioFeed } from './bot-audio-feed.js';

/** A feed whose call turns out to be over as soon as it is brought up to 100 ms or later. */
function feedOfCallThatEnds() {
  const clock = new VirtualClock();
  const feed: BotAudioFeed = new BotAudioFeed({
    clock,
    ticker: createTicker(clock),
    t: () => clock.now(),
    advance: () => {
      if (clock.now() >= 100) feed.end();
    },
  });
  feed.start();
  return { clock, feed };
}

describe('what the caller hears', () => {
  it('ends for a reader that finds the call over by being brought up to now', async () => {
    const { clock, feed } = feedOfCallThatEnds();
    await clock.advance(500);
    expect(await feed[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  it('ticks no more once a tick finds the call over, also when its reader reads no more', async () => {
    const { clock, feed } = feedOfCallThatEnds();
    const first = feed[Symbol.asyncIterator]().next();
    await clock.advance(1000);
    expect((await first).done).toBe(false);
    expect(clock.pending).toBe(0);
  });
});
