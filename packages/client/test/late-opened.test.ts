import { PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { type CallAudioConnectorOptions, inTurn, silenceCaller, toneCaller } from '../src/index.js';
import { audio, scriptedCall } from './scripted-call.js';

/** µ-law whose value says which tenth of a second it is, from 1. */
const counted = (ms: number) =>
  Uint8Array.from({ length: ms * 8 }, (_, index) => 1 + Math.floor(index / 800));
const SILENCE = 0xff;

/** A call whose bot sends `opened` late. */
async function openedLate(
  afterMs: number,
  options: Partial<CallAudioConnectorOptions> = {},
  startPaused = false,
) {
  const made = scriptedCall({ timers: { openedMs: 60_000 }, ...options });
  made.server.auto.opened = undefined;
  await made.clock.settle();
  await made.clock.advance(afterMs);
  made.server.send('opened', { startPaused, media: [PCMU_EXTERNAL] });
  await made.clock.settle();
  return made;
}

const said = (audio: readonly { readonly what: Uint8Array }[]) =>
  Buffer.concat(audio.map(({ what }) => what));

describe('caller audio from between the upgrade and `opened`', () => {
  it('is sent at once when the session opens, and continues on the time base of the upgrade', async () => {
    const { clock, server } = await openedLate(1500, { caller: counted(3000) });
    expect(server.audio.map(({ atMs }) => atMs)).toEqual(Array(7).fill(1500));
    await clock.advance(900);
    expect(server.audio.slice(7).map(({ atMs }) => atMs)).toEqual([1600, 1800, 2000, 2200, 2400]);
    expect(said(server.audio)).toEqual(Buffer.from(counted(3000).subarray(0, 2400 * 8)));
    expect(server.of('discarded')).toEqual([]);
    await clock.advance(100);
    expect(server.of('ping')[0]).toMatchObject({ position: 'PT2.4S' });
  });

  it('counts for the reply latency from when it was spoken, not from when it was sent', async () => {
    const spoken = inTurn(toneCaller({ durationMs: 1000 }), silenceCaller(9000));
    const { clock, call, server } = await openedLate(3000, { caller: spoken });
    await clock.advance(500);
    server.binary(audio(200));
    await clock.advance(500);
    call.hangup();
    expect((await clock.run(call.result)).timings.replyMs).toEqual([2500]);
  });

  it('does not exist for a bot that opens at once', async () => {
    const { clock, server } = await openedLate(0, { caller: counted(400) });
    await clock.advance(400);
    expect(server.audio.map(({ atMs }) => atMs)).toEqual([200, 400]);
  });

  it('counts as sent only when it is sent', async () => {
    const done: number[] = [];
    const { clock, call, server } = scriptedCall();
    server.auto.opened = undefined;
    call.on('callerDone', () => done.push(clock.now()));
    void call.say(counted(200)).then(() => done.push(clock.now()));
    await clock.advance(1000);
    expect(done).toEqual([]);
    server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL] });
    await clock.settle();
    expect(done).toEqual([1000, 1000]);
  });

  it('is held for at most 10 s: older audio is skipped, and reported', async () => {
    const { clock, server } = await openedLate(13_100, { caller: counted(20_000) });
    expect(server.audio).toHaveLength(50);
    expect(server.of('discarded')[0]).toMatchObject({
      position: 'PT3.0S',
      parameters: { start: 'PT0.0S', discarded: 'PT3.0S' },
    });
    expect(said(server.audio)).toEqual(Buffer.from(counted(20_000).subarray(3000 * 8, 13_000 * 8)));
    await clock.advance(100);
    expect(server.audio).toHaveLength(51);
  });

  it('is skipped with `discard`, exactly to the sample, and reported before any audio', async () => {
    const { clock, server } = await openedLate(1550, { caller: counted(3000), lateOpened: 'discard' });
    expect(server.audio).toEqual([]);
    expect(server.of('discarded')[0]).toMatchObject({
      position: 'PT1.55S',
      parameters: { start: 'PT0.0S', discarded: 'PT1.55S' },
    });
    await clock.advance(400);
    expect(server.audio.map(({ atMs }) => atMs)).toEqual([1750, 1950]);
    expect(said(server.audio)).toEqual(Buffer.from(counted(3000).subarray(1550 * 8, 1950 * 8)));
  });

  it('is part of the gap of a session that opens paused', async () => {
    const { clock, server } = await openedLate(1000, { caller: counted(9000) }, true);
    expect(server.of('paused')[0]?.position).toBe('PT0.0S');
    await clock.advance(1000);
    server.send('resume', {});
    await clock.advance(400);
    expect(server.of('resumed')[0]?.parameters).toEqual({ start: 'PT0.0S', discarded: 'PT2.0S' });
    expect(said(server.audio)).toEqual(Buffer.from(counted(9000).subarray(2000 * 8, 2400 * 8)));
  });

  it('is skipped up to `discardTo`', async () => {
    const { clock, server } = scriptedCall({ caller: counted(9000) });
    server.auto.opened = undefined;
    await clock.advance(1000);
    server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL], discardTo: 'PT0.7S' });
    await clock.settle();
    expect(server.of('discarded')[0]?.parameters).toEqual({ start: 'PT0.0S', discarded: 'PT0.6S' });
    expect(said(server.audio)).toEqual(Buffer.from(counted(9000).subarray(600 * 8, 1000 * 8)));
  });

  it('is not sent to a bot that wants no audio', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.advance(1000);
    server.send('opened', { startPaused: false, media: [] });
    await clock.advance(1000);
    expect(server.audio).toEqual([]);
    expect(server.of('discarded')).toEqual([]);
    expect(server.of('ping')[0]?.position).toBe('PT2.0S');
    call.hangup();
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('is silence where the caller was silent', async () => {
    const { server } = await openedLate(800);
    expect(said(server.audio)).toEqual(Buffer.alloc(800 * 8, SILENCE));
  });

  it('is dropped if the session never opens', async () => {
    const { clock, server, call } = scriptedCall({ caller: counted(9000) });
    server.auto.opened = undefined;
    expect(await clock.run(call.result)).toMatchObject({ cause: 'open-timeout' });
    await clock.run(call.closed);
    expect(server.audio).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('cannot be handled with an unknown option', () => {
    expect(() => scriptedCall({ lateOpened: 'drop' as never })).toThrow(
      /^lateOpened is "drop"; expected "burst" or "discard"/,
    );
  });
});
