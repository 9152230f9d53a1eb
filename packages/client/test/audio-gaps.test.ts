import { encodeMulaw, sine } from '@hookline/audio';
import type { WireEvent } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { openCall } from './scripted-call.js';

type Opened = Awaited<ReturnType<typeof openCall>>;

const tone = (ms: number) => encodeMulaw(sine({ hz: 300, ms, dbfs: -15 }));

/** Runs a bot that sends `pieces` after delays, and returns the warnings. */
async function heard(
  pieces: readonly (readonly [afterMs: number, bytes: Uint8Array])[],
  { frameMs = 200, callerSpeaks = false } = {},
) {
  const events: WireEvent[] = [];
  const sink = { event: (event: WireEvent) => void events.push(event) };
  const { clock, server, call } = await openCall({
    inspectAudio: true,
    limits: 'off',
    sink,
    media: { frameMs },
  });
  if (callerSpeaks) void call.say(tone(20_000));
  for (const [afterMs, bytes] of pieces) {
    await clock.advance(afterMs);
    server.binary(bytes);
  }
  await clock.advance(2000);
  call.hangup();
  const { warnings, underruns } = await clock.run(call.result);
  const notes = events.filter(({ kind }) => kind === 'violation');
  return { warnings, underruns, notes };
}

const times = (count: number, afterMs: number, bytes: Uint8Array) =>
  Array.from({ length: count }, () => [afterMs, bytes] as const);

describe('bot audio at a wrong sample rate', () => {
  it.each([
    [16, 20],
    [16, 200],
    [16, 400],
    [24, 100],
    [48, 50],
  ])('causes a warning if it streams in real time at %i kHz in frames of %i ms', async (kHz, frameMs) => {
    const { warnings } = await heard(times(6000 / frameMs, frameMs, tone((frameMs * kHz) / 8)));
    expect(warnings).toMatchObject([
      { clause: 'AC-PLAY-5', count: 1, message: expect.stringContaining(`generated at ${kHz} kHz`) },
    ]);
  });

  it.each<[string, readonly (readonly [number, Uint8Array])[]]>([
    ['streams as it is played', times(100, 100, tone(100))],
    ['is sent a tenth faster than it is played', times(100, 100, tone(110))],
    ['is sent as fast as it can be, prompt after prompt', times(5, 3000, tone(3000))],
    ['is sent at one and a half times its speed', times(50, 100, tone(150))],
  ])('causes no warning for audio that %s', async (_, pieces) => {
    expect((await heard(pieces)).warnings).toEqual([]);
  });
});

describe('bot audio with gaps', () => {
  it('is reported as choppy once, at the end, with the frames of the bot', async () => {
    const { warnings, notes, underruns } = await heard(times(14, 50, tone(20)));
    expect(underruns).toBe(13);
    expect(warnings).toMatchObject([
      {
        clause: 'AC-PLAY-5',
        count: 1,
        message: expect.stringMatching(
          /^choppy: 13 gaps, 0\.4 s in all; the bot sent frames of 20 ms, one every 50 ms/,
        ),
      },
    ]);
    expect(notes).toMatchObject([{ clause: 'AC-PLAY-5', fatal: false }]);
  });

  it('is reported for many gaps that are only clicks, but not for a few', async () => {
    const { warnings } = await heard(times(106, 21, tone(20)));
    expect(warnings[0]?.message).toMatch(/^choppy: 105 gaps, 0\.1 s in all; .* of 20 ms, one every 21 ms/);
    expect((await heard(times(15, 21, tone(20)))).warnings).toEqual([]);
  });

  it('is reported for one long gap within a sound', async () => {
    const { warnings } = await heard([
      [0, tone(400)],
      [700, tone(200)],
    ]);
    expect(warnings[0]?.message).toMatch(
      /^choppy: 1 gap, 0\.3 s in all; .* of 200 to 400 ms, one every 700 ms/,
    );
  });

  it.each<[string, readonly (readonly [number, Uint8Array])[]]>([
    ['two short gaps', times(3, 220, tone(200))],
    [
      'pauses between sentences that end softly',
      times(6, 700, Buffer.concat([tone(300), new Uint8Array(160).fill(0xff)])),
    ],
    ['playbacks half a second apart and more', times(6, 901, tone(400))],
    ['a bot that sends ahead', times(6, 100, tone(200))],
  ])('is not reported for %s', async (_, pieces) => {
    expect((await heard(pieces)).warnings).toEqual([]);
  });

  it.each<[string, (call: Opened['call'], server: Opened['server']) => void]>([
    ['keys', (call) => void call.sendDtmf('1')],
    [
      'reported turns',
      (_, server) =>
        server.send('event', {
          entities: [{ type: 'bot_turn_response', data: { disposition: 'match', text: 'Hi' } }],
        }),
    ],
    ['speech of the caller', (call) => void call.say(tone(100))],
  ])('is not reported for short answers to %s', async (_, act) => {
    const { clock, server, call } = await openCall({ inspectAudio: true, limits: 'off' });
    for (let turn = 0; turn < 6; turn++) {
      await clock.advance(20);
      act(call, server);
      await clock.advance(400);
      server.binary(tone(100));
    }
    await clock.advance(2000);
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({ underruns: 0, warnings: [] });
  });

  it.each([
    ['while it plays', 300],
    ['right after it ended, when there was nothing left to drop', 650],
  ])('is not reported for audio that follows a barge-in %s', async (_, bargeInAfterMs) => {
    const { clock, server, call } = await openCall({ inspectAudio: true, limits: 'off' });
    for (let turn = 0; turn < 5; turn++) {
      server.binary(tone(600));
      await clock.advance(bargeInAfterMs);
      server.send('event', { entities: [{ type: 'barge_in', data: {} }] });
      await clock.advance(300);
    }
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({ underruns: 0, warnings: [], bargeIns: 5 });
  });

  it('is reported while the caller speaks without a pause', async () => {
    const { clock, server, call } = await openCall({ inspectAudio: true, limits: 'off' });
    void call.say(tone(4000));
    await clock.advance(500);
    for (let frame = 0; frame < 14; frame++) {
      await clock.advance(50);
      server.binary(tone(20));
    }
    await clock.advance(2000);
    call.hangup();
    expect((await clock.run(call.result)).warnings).toMatchObject([{ clause: 'AC-PLAY-5' }]);
  });

  it.each([20, 200, 1000])('counts all gaps while the caller speaks in frames of %i ms', async (frameMs) => {
    const { underruns } = await heard([[1500, tone(600)], ...times(12, 700, tone(600))], {
      frameMs,
      callerSpeaks: true,
    });
    expect(underruns).toBe(12);
  });
});
