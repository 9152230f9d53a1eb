import { describe, expect, it } from 'vitest';
import { atMoment, hangUpWhenIdle, sayInTurn, watchBotSilence } from '../src/index.js';
import { audio, openCall } from './scripted-call.js';

/** An open call whose bot speaks for `ms` from now on. */
async function speakingBot(ms: number) {
  const made = await openCall();
  await made.clock.advance(100);
  made.server.binary(audio(ms));
  const endsMs = made.clock.now() + ms;
  await made.clock.advance(500);
  return { ...made, endsMs };
}

describe('a script that begins while the bot speaks', () => {
  it('waits for the end of the playback before it counts silence', async () => {
    const { clock, call, endsMs } = await speakingBot(3000);
    expect(await clock.run(watchBotSilence(call, clock).quietFor(700))).toBe(true);
    expect(clock.now() - endsMs).toBeGreaterThanOrEqual(700);
    expect(clock.now() - endsMs).toBeLessThan(750);
    call.hangup();
    await clock.run(call.closed);
  });

  it('does not talk over the bot', async () => {
    const { clock, server, call, endsMs } = await speakingBot(3000);
    await clock.run(sayInTurn(call, clock, [audio(400, 0x30)]));
    const first = server.audio.find(({ what }) => what.includes(0x30));
    expect(first?.atMs).toBeGreaterThanOrEqual(endsMs + 700);
    call.hangup();
    await clock.run(call.closed);
  });

  it('does not hang up before the bot has finished', async () => {
    const { clock, call, endsMs } = await speakingBot(3000);
    hangUpWhenIdle(call, clock, Promise.resolve(), 2000);
    expect(await clock.run(call.result)).toMatchObject({ reason: 'callerHangup' });
    expect(clock.now() - endsMs).toBeGreaterThanOrEqual(2000);
    await clock.run(call.closed);
  });
});

describe('a moment that is set after its beginning', () => {
  it('counts from that beginning, and numbers the playbacks from the first of the call', async () => {
    const { clock, server, call } = await openCall();
    const times: Record<string, number> = {};
    const note = (name: string, from: 'opened' | number, afterMs: number) =>
      atMoment(call, clock, { from, afterMs }, () => {
        times[name] = clock.now();
      });
    const openedMs = clock.now();
    await clock.advance(1000);
    server.binary(audio(500));
    await clock.advance(300);
    note('into the first', 1, 400);
    note('start of the first', 1, 0);
    note('the second', 2, 0);
    note('after opened', 'opened', 2000);
    await clock.advance(1700);
    server.binary(audio(500));
    await clock.advance(1000);
    expect(times).toEqual({
      'start of the first': openedMs + 1300,
      'into the first': openedMs + 1400,
      'after opened': openedMs + 2000,
      'the second': openedMs + 3000,
    });
    call.hangup();
    await clock.run(call.closed);
  });

  it('counts no playback twice when it is set by what reports the message of that playback', async () => {
    let reported = () => {};
    const sink = {
      event: (event: { kind: string; type?: string }) => event.type === 'playback_started' && reported(),
    };
    const { clock, server, call } = await openCall({ sink });
    const times: number[] = [];
    reported = () => {
      reported = () => {};
      atMoment(call, clock, { from: 2, afterMs: 0 }, () => times.push(clock.now()));
    };
    await clock.advance(100);
    server.binary(audio(500));
    await clock.advance(900);
    const secondMs = clock.now();
    server.binary(audio(500));
    await clock.advance(900);
    expect(times).toEqual([secondMs]);
    call.hangup();
    await clock.run(call.closed);
  });
});
