import { createTicker, VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { BotAudioFeed } from './bot-audio-feed.js';

/** A feed whose call ends when playback is advanced to 100 ms or later. */
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
  it('ends for a reader whose start advances the playback to the end of the call', async () => {
    const { clock, feed } = feedOfCallThatEnds();
    await clock.advance(500);
    expect(await feed[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    expect(clock.pending).toBe(0);
  });

  it('stops ticking when a tick ends the call, even if its reader has stopped', async () => {
    const { clock, feed } = feedOfCallThatEnds();
    const first = feed[Symbol.asyncIterator]().next();
    await clock.advance(1000);
    expect((await first).done).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('ticks while there is a reader, and again for a later reader', async () => {
    const clock = new VirtualClock();
    const ticker = createTicker(clock);
    const feed = new BotAudioFeed({ clock, ticker, t: () => clock.now(), advance: () => {} });
    feed.start();
    const [one, two] = [feed[Symbol.asyncIterator](), feed[Symbol.asyncIterator]()];
    const first = [one.next(), two.next()];
    await clock.advance(20);
    for (const step of first) expect((await step).done).toBe(false);
    await one.return();
    expect(clock.pending).toBeGreaterThan(0);
    await two.return();
    expect(clock.pending).toBe(0);
    await clock.advance(990);
    const later = feed[Symbol.asyncIterator]();
    const step = later.next();
    await clock.advance(40);
    expect((await step).value).toMatchObject({ t: 1020, bytes: { length: 160 } });
    await later.return();
    expect(clock.pending).toBe(0);
  });
});
