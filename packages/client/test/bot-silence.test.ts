import { describe, expect, it } from 'vitest';
import { watchBotSilence } from '../src/index.js';
import { openCall, scriptedCall } from './scripted-call.js';

describe('the silence of the bot', () => {
  it('begins when the session opens, not while it is opening', async () => {
    const { call, clock } = scriptedCall({}, { upgradeMs: 500, latencyMs: 250 });
    const openedMs = new Promise<number>((resolve) => {
      call.on('state', (state) => state === 'open' && resolve(clock.now()));
    });
    const silence = watchBotSilence(call, clock);
    const beganMs = clock.now();
    expect(await clock.run(silence.quietFor(300))).toBe(true);
    expect((await openedMs) - beganMs).toBe(1000);
    expect(clock.now() - (await openedMs)).toBe(300);
    call.hangup();
    await clock.run(call.result);
  });

  it('does not begin anew when the call closes', async () => {
    const { call, clock, server } = await openCall();
    const silence = watchBotSilence(call, clock);
    server.auto.closed = false;
    await clock.advance(900);
    call.hangup();
    const quiet = silence.quietFor(1000);
    await clock.advance(100);
    expect(await clock.run(quiet)).toBe(true);
    await clock.run(call.result);
  });

  it.each([
    ['ms', Number.NaN, undefined],
    ['repliedAndQuietFor: said', 500, 'x'],
  ])('refuses a wrong argument: %s', async (field, ms, said) => {
    const { call, clock } = await openCall();
    const { repliedAndQuietFor } = watchBotSilence(call, clock);
    await expect(repliedAndQuietFor(ms, said as never)).rejects.toMatchObject({
      code: 'CLIENT_BAD_ARGUMENT',
      message: expect.stringContaining(field),
    });
    call.hangup();
    await clock.run(call.result);
  });
});
