import { MULAW_SILENCE } from '@hookline/audio';
import { describe, expect, it } from 'vitest';
import {
  type CallAudioConnectorOptions,
  hangUpWhenIdle,
  inTurn,
  sayInTurn,
  silenceCaller,
  toneCaller,
  watchBotSilence,
} from '../src/index.js';
import { audio, openCall } from './scripted-call.js';

const FRAME_MS = 20;
/** How far the bot sends ahead of what is heard, so that its playback never ends. */
const AHEAD_MS = 100;
/** Caller audio is sent when its frame ends. */
const CALLER_FRAME_MS = 100;
const silence = (ms: number) => audio(ms, MULAW_SILENCE);
/** A hiss of a line: about −60 dBFS. */
const hiss = (ms: number) => audio(ms, 0xfa);

/**
 * An open call whose bot plays audio all the time: sound in these spans of time, otherwise silence.
 *
 * @returns the call, and the time since dialling from which the spans count
 */
async function continuousBot(
  sounds: readonly (readonly [fromMs: number, toMs: number])[],
  options: Partial<CallAudioConnectorOptions> = {},
  quiet = silence,
) {
  const made = await openCall(options);
  const startMs = made.call.elapsedMs + AHEAD_MS;
  made.server.binary(quiet(AHEAD_MS));
  const send = (ms: number) => {
    if (made.call.state !== 'open') return;
    const isSound = sounds.some(([from, to]) => ms >= from && ms < to);
    made.server.binary(isSound ? audio(FRAME_MS) : quiet(FRAME_MS));
    made.clock.after(FRAME_MS, () => send(ms + FRAME_MS));
  };
  send(0);
  return { ...made, startMs };
}

describe('to a bot that sends silence continuously', () => {
  it.each([
    ['silence', silence],
    ['the noise of a line', hiss],
  ])('a caller speaks when the bot is silent, although it sends %s', async (_, quiet) => {
    const { clock, server, call, startMs } = await continuousBot([[0, 1000]], {}, quiet);
    const said = sayInTurn(call, clock, [audio(400, 0x30)]);
    await clock.advance(5000);
    const first = server.audio.find(({ what }) => what.includes(0x30));
    expect(first?.atMs).toBeGreaterThanOrEqual(startMs + 3000);
    expect(first?.atMs).toBeLessThanOrEqual(startMs + 3000 + FRAME_MS + CALLER_FRAME_MS);
    call.hangup();
    await clock.run(said);
    await clock.run(call.closed);
  });

  it('a caller says the next line when the bot has replied, and not before', async () => {
    const { clock, server, call, startMs } = await continuousBot([[3000, 4000]]);
    const said = sayInTurn(call, clock, [audio(400, 0x30), audio(400, 0x31)]);
    await clock.advance(8000);
    const second = server.audio.find(({ what }) => what.includes(0x31));
    expect(second?.atMs).toBeGreaterThanOrEqual(startMs + 6000);
    expect(second?.atMs).toBeLessThanOrEqual(startMs + 6000 + FRAME_MS + CALLER_FRAME_MS);
    call.hangup();
    await clock.run(said);
    await clock.run(call.closed);
  });

  it('a caller hangs up who has heard nothing but silence for that long', async () => {
    const { clock, call, startMs } = await continuousBot([[0, 1000]]);
    hangUpWhenIdle(call, clock, Promise.resolve(), 5000);
    const result = await clock.run(call.result);
    expect(result).toMatchObject({ reason: 'callerHangup' });
    expect(result.durationMs - startMs).toBeGreaterThanOrEqual(6000);
    expect(result.durationMs - startMs).toBeLessThanOrEqual(6000 + FRAME_MS);
    await clock.run(call.closed);
  });

  it('a caller does not take a pause between sentences for the end', async () => {
    const { clock, server, call } = await openCall();
    server.binary(new Uint8Array([...audio(1000), ...silence(1500), ...audio(1000)]));
    const beganMs = call.elapsedMs;
    const said = sayInTurn(call, clock, [audio(400, 0x30)]);
    await clock.advance(5000);
    const line = server.audio.find(({ what }) => what.includes(0x30));
    expect(line?.atMs).toBeGreaterThanOrEqual(beganMs + 3500 + 700);
    call.hangup();
    await clock.run(said);
    await clock.run(call.closed);
  });

  it('a caller says the next line after a playback of silence that has ended', async () => {
    const { clock, server, call } = await openCall();
    const said = sayInTurn(call, clock, [audio(400, 0x30), audio(400, 0x31)]);
    await clock.advance(2000);
    server.binary(silence(500));
    await clock.advance(3000);
    expect(server.audio.some(({ what }) => what.includes(0x31))).toBe(true);
    call.hangup();
    await clock.run(said);
    await clock.run(call.closed);
  });

  it('the silence does not get longer while the call is on hold', async () => {
    const { clock, server, call } = await openCall();
    server.binary(audio(500));
    server.binary(silence(5000));
    server.binary(audio(500));
    const beganMs = call.elapsedMs;
    const quiet = watchBotSilence(call, clock).quietFor(2000);
    await clock.advance(800);
    call.hold();
    await clock.advance(10_000);
    call.unhold();
    await clock.run(quiet);
    // 500 ms of sound, then 2 s of silence that was heard.
    expect(call.elapsedMs - beganMs - 10_000).toBeGreaterThanOrEqual(2500);
    expect(call.elapsedMs - beganMs - 10_000).toBeLessThan(2550);
    call.hangup();
    await clock.run(call.closed);
  });
});

describe('the reply latency', () => {
  const caller = () => inTurn(silenceCaller(500), toneCaller({ durationMs: 700 }), silenceCaller(9000));

  it('of a bot that sends silence continuously is to the first sound after the caller’s speech', async () => {
    const { clock, call, startMs } = await continuousBot([[2000, 2600]], { caller: caller() });
    const replies: unknown[] = [];
    call.on('reply', (fact) => replies.push(fact));
    await clock.advance(4000);
    call.hangup();
    const { timings } = await clock.run(call.result);
    expect(timings.replyMs).toEqual([startMs + 2000 - 1200]);
    expect(replies).toEqual([{ t: startMs + 2000, replyMs: startMs + 2000 - 1200 }]);
    expect(timings.playbacks).toMatchObject([{ replyMs: startMs + 2000 - 1200 }]);
    await clock.run(call.closed);
  });

  it('of audio that begins with silence is to its first sound, and reported when that is heard', async () => {
    const { clock, server, call } = await openCall({ caller: caller() });
    let reportedMs = 0;
    call.on('reply', () => {
      reportedMs = call.elapsedMs;
    });
    await clock.advance(1500);
    server.binary(new Uint8Array([...silence(1000), ...audio(5000)]));
    await clock.advance(3000);
    call.hangup();
    expect((await clock.run(call.result)).timings.replyMs).toEqual([1300]);
    expect(reportedMs).toBeGreaterThanOrEqual(2500);
    expect(reportedMs).toBeLessThanOrEqual(2540);
    await clock.run(call.closed);
  });

  it('is not of sound that the caller heard before the speech', async () => {
    const late = inTurn(silenceCaller(2000), toneCaller({ durationMs: 700 }), silenceCaller(9000));
    const { clock, server, call } = await openCall({ caller: late });
    server.binary(new Uint8Array([...silence(1000), ...audio(5000)]));
    await clock.advance(4000);
    call.hangup();
    expect((await clock.run(call.result)).timings.replyMs).toEqual([]);
    await clock.run(call.closed);
  });

  it('is not of sound after a pause of a prompt over which the caller speaks', async () => {
    const { clock, server, call } = await openCall({
      caller: inTurn(silenceCaller(1000), toneCaller({ durationMs: 1600 }), silenceCaller(9000)),
    });
    server.binary(new Uint8Array([...audio(1000), ...silence(600), ...audio(1000)]));
    await clock.advance(3600);
    server.binary(audio(500));
    await clock.advance(1000);
    call.hangup();
    const { timings } = await clock.run(call.result);
    expect(timings.replyMs).toHaveLength(1);
    expect(timings.replyMs[0]).toBeGreaterThan(900);
    expect(timings.playbacks[0]).not.toHaveProperty('replyMs');
    await clock.run(call.closed);
  });

  it('is of no reply if the bot plays nothing but silence', async () => {
    const { clock, server, call } = await openCall({ caller: caller() });
    await clock.advance(1500);
    server.binary(silence(1000));
    await clock.advance(3000);
    call.hangup();
    const { timings } = await clock.run(call.result);
    expect(timings.replyMs).toEqual([]);
    expect(timings.playbacks[0]).not.toHaveProperty('replyMs');
    await clock.run(call.closed);
  });
});
