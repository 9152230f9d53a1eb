import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import type { Call } from '../src/index.js';
import { audio, idle, openCall } from './open-call.js';

describe('a bot that only listens', () => {
  /** When the call was ended for idleness, in milliseconds after `opened`, under `idleMs` of 3 s. */
  async function endedAfter(act: (call: Call, wait: (ms: number) => Promise<void>) => unknown) {
    let call: Call | undefined;
    const { clock, client } = await openCall(
      (it) => {
        call = it;
        return idle(it);
      },
      { timers: { idleMs: 3000 } },
    );
    if (call) void act(call, (ms) => new Promise((resolve) => clock.after(ms, resolve)));
    await clock.advance(20_000);
    return client.messages.find(({ message }) => message.type === 'disconnect')?.atMs;
  }

  it('is ended after timers.idleMs, unless it reports that it is busy', async () => {
    expect(await endedAfter(() => {})).toBeLessThan(4000);
    expect(await endedAfter((call) => call.busy())).toBeUndefined();
  });

  it('is ended although it answers pings', async () => {
    const { clock, client } = await openCall(idle, { timers: { idleMs: 3000 } });
    const atMs = clock.now();
    for (let second = 0; second < 4; second++) {
      client.send('ping', {});
      await clock.advance(1000);
    }
    expect(client.all('pong').length).toBeGreaterThan(0);
    const ended = client.messages.find(({ message }) => message.type === 'disconnect');
    expect(ended && ended.atMs - atMs).toBeLessThan(4000);
  });

  it('is idle again when the last one reports that it is no longer busy', async () => {
    const endedMs = await endedAfter(async (call, wait) => {
      const release = call.busy();
      const other = call.busy();
      await wait(2000);
      release();
      release();
      await wait(3100);
      other();
    });
    expect(endedMs).toBeGreaterThanOrEqual(8100);
    expect(endedMs).toBeLessThan(9000);
  });

  it('can report activity without being busy', async () => {
    const endedMs = await endedAfter(async (call, wait) => {
      await wait(2100);
      call.busy()();
    });
    expect(endedMs).toBeGreaterThanOrEqual(5100);
    expect(endedMs).toBeLessThan(6000);
  });
});

describe('callerStopped()', () => {
  /** `reply_seconds` of a reply that begins 700 ms after the service told of the end of speech. */
  async function replySeconds(tell: (call: Call) => void) {
    const { clock, bot } = await openCall((call) => {
      call.onAudio((_, atMs) => {
        if (atMs !== 2000) return;
        tell(call);
        clock.after(700, () => void call.play(audio(100)));
      });
      return idle(call);
    });
    await clock.advance(6000);
    const text = bot.metrics();
    const value = (name: string) => Number(new RegExp(`^hookline_server_${name} (.*)$`, 'm').exec(text)?.[1]);
    return { count: value('reply_seconds_count'), sum: value('reply_seconds_sum') };
  }

  it('starts the measurement of reply_seconds without a detector, now or at a position given by the service', async () => {
    const now = await replySeconds((call) => call.callerStopped());
    expect(now.count).toBe(1);
    expect(now.sum).toBeCloseTo(0.7, 1);
    const earlier = await replySeconds((call) => call.callerStopped(1700));
    expect(earlier.count).toBe(1);
    // The frame that was told begins at 2000 ms and ends at 2200 ms.
    expect(earlier.sum).toBeCloseTo(1.2, 1);
  });

  it('takes the next playback for the reply, not the rest of the one during which the caller stopped', async () => {
    const { clock, bot } = await openCall(async (call) => {
      call.onAudio((_, atMs) => void (atMs === 2000 && call.callerStopped()));
      await call.play(audio(4000));
      await call.play(audio(400));
    });
    await clock.advance(6000);
    const sum = Number(/^hookline_server_reply_seconds_sum (.*)$/m.exec(bot.metrics())?.[1]);
    // The frame that was told ends at 2200 ms.
    expect(sum).toBeGreaterThan(1.7);
    expect(sum).toBeLessThan(2.3);
  });

  it('refuses an invalid stream position', async () => {
    const { clock } = await openCall((call) => {
      expect(() => call.callerStopped(Number.NaN)).toThrow('callerStopped: atMs is NaN');
      expect(() => call.callerStopped(-1)).toThrow('callerStopped: atMs is -1');
      return idle(call);
    });
    await clock.advance(1);
  });
});

describe('call.collecting', () => {
  it('tells a listener of keys that collectDigits is collecting them, including the last one', async () => {
    const taken: boolean[] = [];
    let collect = () => {};
    const { clock, client } = await openCall(async (call) => {
      call.on('dtmf', () => void taken.push(call.collecting));
      await new Promise<void>((resolve) => {
        collect = resolve;
      });
      await call.collectDigits({ max: 3 });
      return idle(call);
    });
    for (const digit of ['1', '2', '3', '4']) {
      client.send('dtmf', { digit });
      await clock.advance(600);
      if (digit === '2') collect();
    }
    // Two were pressed before; with them the third is the last that is wanted.
    expect(taken).toEqual([false, false, true, false]);
  });
});

describe('listeners', () => {
  it('run in the async context of the handler that registered them', async () => {
    const store = new AsyncLocalStorage<string>();
    const seen: Record<string, string | undefined> = {};
    const note = (name: string) => () => {
      seen[name] = store.getStore();
    };
    const { clock, client } = await openCall((call) =>
      store.run('of the call', async () => {
        call.onAudio(note('onAudio'));
        call.caller().onAudio(note('caller'));
        call.on('dtmf', note('dtmf'));
        const detector = { pushPcm: () => [{ type: 'start' as const, sampleMs: 0, atMs: 0, sample: 0 }] };
        call.onSpeech({ start: note('onSpeech') }, { vad: () => detector });
        await call.ended;
      }),
    );
    await clock.advance(1000);
    store.run('of the socket', () => client.send('dtmf', { digit: '1' }));
    await clock.advance(1000);
    expect(seen).toEqual({
      onAudio: 'of the call',
      caller: 'of the call',
      dtmf: 'of the call',
      onSpeech: 'of the call',
    });
  });

  it('of a handler without a value see none of another call, whose timers and sockets may have one', async () => {
    const store = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const { clock, client } = await openCall(async (call) => {
      const note = () => void seen.push(store.getStore());
      call.onAudio(note);
      call.caller({ fillGaps: 'silence' }).onAudio(note);
      call.on('paused', note);
      await call.ended;
    });
    await store.run('of another call', async () => {
      client.sendAudio();
      client.send('paused', {});
      await clock.advance(1000);
    });
    expect(seen.length).toBeGreaterThan(3);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });

  it('that were registered twice are removed one at a time', async () => {
    let heard = 0;
    const count = () => {
      heard += 1;
    };
    const { clock, client, stopAudio } = await openCall((call) => {
      const offs = [call.onAudio(count), call.onAudio(count)];
      offs[0]?.();
      offs[0]?.();
      return idle(call);
    });
    stopAudio();
    client.sendAudio();
    await clock.advance(1);
    expect(heard).toBe(1);
  });
});
