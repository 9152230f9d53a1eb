import type { WireSink } from '@hookline/protocol';
import type { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import type { Call } from '../src/index.js';
import { audio, openCall, scriptedCall } from './scripted-call.js';

const BARGE_IN = { entities: [{ type: 'barge_in', data: {} }] };
const playbackMessages = (server: { messages: { atMs: number; what: { type: string } }[] }) =>
  server.messages
    .filter(({ what }) => what.type.startsWith('playback_'))
    .map(({ atMs, what }) => [what.type.replace('playback_', ''), atMs]);

describe('what the caller hears', () => {
  it(verifies('AC-PLAY-1', 'AC-PLAY-2', 'is announced when it begins and when it runs dry'), async () => {
    const { clock, server } = await openCall();
    await clock.advance(1000);
    server.binary(audio(350));
    await clock.advance(100);
    server.binary(audio(50));
    await clock.advance(1000);
    expect(playbackMessages(server)).toEqual([
      ['started', 1000],
      ['completed', 1400],
    ]);
  });

  it('has one channel, also if the call sends two: any number of µ-law bytes is legal, and lasts as long', async () => {
    const { clock, server } = await openCall({ internalAudio: audio(100) });
    expect(server.of('open')[0]?.parameters.media[0]?.channels).toEqual(['external', 'internal']);
    await clock.advance(1000);
    server.binary(new Uint8Array(1601).fill(0x55));
    await clock.advance(1000);
    expect(playbackMessages(server)).toEqual([
      ['started', 1000],
      ['completed', expect.closeTo(1203, -1)],
    ]);
    expect(server.of('error')).toEqual([]);
    expect(server.of('close')).toEqual([]);
  });

  it(
    verifies(
      'AC-PLAY-3',
      'pairs each start with one completion when frames come just in time, late, and at once',
    ),
    async () => {
      const { clock, server, call } = await openCall();
      server.binary(audio(200));
      await clock.advance(200);
      await clock.advance(10);
      server.binary(audio(200));
      await clock.advance(1000);
      server.binary(audio(100));
      await clock.advance(500);
      expect(playbackMessages(server).map(([what]) => what)).toEqual([
        'started',
        'completed',
        'started',
        'completed',
        'started',
        'completed',
      ]);
      call.hangup();
      // The second arrived 10 ms after the first had run empty; the third was a separate playback.
      expect((await clock.run(call.result)).underruns).toBe(1);
    },
  );

  it(
    verifies(
      'AC-BARGE-2',
      'AC-BARGE-4',
      'AC-BARGE-5',
      'stops at a barge-in; what follows in the same instant is heard in full',
    ),
    async () => {
      const { clock, server, call } = await openCall();
      server.binary(audio(5000));
      await clock.advance(700);
      server.send('event', BARGE_IN);
      server.binary(audio(300));
      await clock.advance(1000);
      expect(playbackMessages(server)).toEqual([
        ['started', 0],
        ['completed', 700],
        ['started', 700],
        ['completed', 1000],
      ]);
      call.hangup();
      expect(await clock.run(call.result)).toMatchObject({
        heardMs: 1000,
        flushedMs: 4300,
        bargeIns: 1,
        underruns: 0,
      });
    },
  );

  it('counts audio that a barge-in drops on hold, even if none of it has started to play', async () => {
    const { clock, server, call } = await openCall();
    call.hold();
    server.binary(audio(300));
    server.send('event', BARGE_IN);
    await clock.advance(100);
    call.hangup();
    expect(await clock.run(call.result)).toMatchObject({ flushedMs: 300, heardMs: 0, cutMs: 0 });
    expect(playbackMessages(server)).toEqual([]);
  });

  it('ignores a barge-in while idle', async () => {
    const { clock, server } = await openCall();
    server.send('event', BARGE_IN);
    await clock.advance(100);
    expect(playbackMessages(server)).toEqual([]);
  });

  it(
    verifies('AC-BARGE-1', 'AC-EVENT-2', 'hints at a barge-in that is misspelt, and ignores it'),
    async () => {
      const { clock, server, call } = await openCall();
      server.binary(audio(1000));
      server.send('event', {
        entities: [
          { type: 'barge-in', data: {} },
          { type: 'transcript', data: 1 },
        ],
      });
      await clock.advance(500);
      call.hangup();
      const result = await clock.run(call.result);
      expect(result.bargeIns).toBe(0);
      expect(result.warnings.map(({ clause }) => clause)).toEqual(['AC-BARGE-1']);
    },
  );

  it.each([
    ['completed', 'success'],
    ['error', 'failure'],
    ['unauthorized', 'failure'],
  ] as const)(
    'is cut off when the bot disconnects with %s, with the lost time in the result and a warning',
    async (reason, path) => {
      const { clock, server, call } = await openCall();
      server.binary(audio(3000));
      await clock.advance(1000);
      server.send('disconnect', { reason });
      const result = await clock.run(call.result);
      expect(result).toMatchObject({ path, heardMs: 1000, cutMs: 2000 });
      expect(result.warnings.map(({ clause }) => clause)).toEqual(['AC-PLAY-4']);
      expect(server.messages.slice(-2).map(({ what }) => what.type)).toEqual(['playback_completed', 'close']);
    },
  );

  it('is played to its end after a disconnect if configured', async () => {
    const { clock, server, call } = await openCall({ drainOnDisconnect: true });
    server.binary(audio(3000));
    await clock.advance(1000);
    server.send('disconnect', { reason: 'completed' });
    expect(await clock.run(call.result)).toMatchObject({ path: 'success', heardMs: 3000, cutMs: 0 });
    expect(server.timesOf('close')).toEqual([3000]);
    expect(server.audio.at(-1)?.atMs).toBe(1000);
  });

  it('is played to its end after a disconnect on hold, when the hold has ended', async () => {
    const { clock, server, call } = await openCall({ drainOnDisconnect: true });
    server.binary(audio(2000));
    await clock.advance(500);
    call.hold();
    await clock.advance(500);
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(500);
    call.unhold();
    await clock.advance(500);
    call.hold();
    await clock.advance(1000);
    call.unhold();
    expect(await clock.run(call.result)).toMatchObject({ path: 'success', heardMs: 2000, cutMs: 0 });
    expect(server.timesOf('close')).toEqual([4000]);
    expect(server.of('paused')).toHaveLength(1);
    expect(server.of('resumed')).toEqual([]);
  });

  it('that arrived during a hold is played after a disconnect, when the hold has ended', async () => {
    const { clock, server, call } = await openCall({ drainOnDisconnect: true });
    call.hold();
    server.binary(audio(1000));
    await clock.advance(500);
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(500);
    call.unhold();
    expect(await clock.run(call.result)).toMatchObject({ path: 'success', heardMs: 1000, cutMs: 0 });
    expect(server.timesOf('close')).toEqual([2000]);
  });

  it.each([
    ['which had started to play', 300],
    ['which had not started to play', 0],
  ])('that a barge-in drops on hold, %s, does not delay the end of the call', async (_, playedMs) => {
    const { clock, server, call } = await openCall({ drainOnDisconnect: true });
    if (playedMs === 0) call.hold();
    server.binary(audio(1000));
    await clock.advance(playedMs);
    call.hold();
    server.send('disconnect', { reason: 'completed' });
    await clock.advance(500);
    expect(server.of('close')).toEqual([]);
    server.send('event', { entities: [{ type: 'barge_in', data: {} }] });
    expect((await clock.run(call.result)).path).toBe('success');
    expect(server.timesOf('close')).toEqual([playedMs + 500]);
  });

  it('stops on hold, and continues during a pause of the bot', async () => {
    const { clock, server, call } = await openCall();
    server.binary(audio(1000));
    await clock.advance(300);
    call.hold();
    await clock.advance(2000);
    call.unhold();
    await clock.advance(100);
    server.send('pause', {});
    await clock.advance(2000);
    expect(playbackMessages(server)).toEqual([
      ['started', 0],
      ['completed', 3000],
    ]);
  });

  it('is reported to the sink sample by sample, without gaps within a playback', async () => {
    const heard: [number, number][] = [];
    const sink: WireSink = { event() {}, heard: (t, bytes) => heard.push([t, bytes.length]) };
    const { clock, server } = await openCall({ sink });
    await clock.advance(33);
    for (const ms of [10, 333, 57]) server.binary(audio(ms));
    await clock.advance(2000);
    let t = 33;
    for (const [at, bytes] of heard) {
      expect(at).toBe(t);
      t += bytes / 8;
    }
    expect(t).toBe(433);
  });

  it('needs no ticks without listeners', async () => {
    const { clock, server } = await openCall();
    server.binary(audio(60_000));
    await clock.advance(1);
    const before = clock.pending;
    await clock.advance(30_000);
    expect(clock.pending).toBe(before);
  });
});

describe('call.botAudio', () => {
  async function collect(clock: VirtualClock, call: Call, ms: number) {
    const frames: [number, Uint8Array][] = [];
    void (async () => {
      for await (const frame of call.botAudio) frames.push([clock.now(), frame]);
      frames.push([clock.now(), new Uint8Array(0)]);
    })();
    await clock.advance(ms);
    return frames;
  }

  it('yields frames of 20 ms in real time, with silence between playbacks', async () => {
    const { clock, server, call } = await openCall();
    clock.after(50, () => server.binary(audio(60, 0x11)));
    const frames = await collect(clock, call, 200);
    expect(frames.map(([at]) => at)).toEqual([20, 40, 60, 80, 100, 120, 140, 160, 180, 200]);
    const line = Buffer.concat(frames.map(([, frame]) => frame));
    expect(line.subarray(0, 400).every((byte) => byte === 0xff)).toBe(true);
    expect(line.subarray(400, 880).every((byte) => byte === 0x11)).toBe(true);
    expect(line.subarray(880).every((byte) => byte === 0xff)).toBe(true);
  });

  it('starts at `opened` for earlier readers, ends with the call, and leaves no timer', async () => {
    const { clock, call } = scriptedCall({}, { upgradeMs: 1000 });
    const frames = await collect(clock, call, 1100);
    expect(frames[0]?.[0]).toBe(1020);
    call.hangup();
    await clock.run(call.closed);
    expect(frames.at(-1)?.[1]).toHaveLength(0);
    expect(clock.pending).toBe(0);
    for await (const _ of call.botAudio) throw new Error('a frame after the end');
  });

  it('yields all frames to each reader from its own start', async () => {
    const { clock, server, call } = await openCall();
    server.binary(audio(1000, 0x22));
    const first = await collect(clock, call, 110);
    const second = await collect(clock, call, 100);
    expect(first).toHaveLength(10);
    expect(second.map(([at]) => at)).toEqual([140, 160, 180, 200]);
    expect(second.every(([, frame]) => frame.every((byte) => byte === 0x22))).toBe(true);
  });

  it('drops the oldest frames of a reader that is 2 s behind', async () => {
    const { clock, server, call } = await openCall();
    const reader = call.botAudio[Symbol.asyncIterator]();
    const first = reader.next();
    await clock.advance(20);
    await first;
    server.binary(audio(1000, 0x33));
    await clock.advance(10_000);
    expect((await reader.next()).value?.[0]).toBe(0xff);
    let waiting = 0;
    call.hangup();
    for (let next = await reader.next(); !next.done; next = await reader.next()) waiting += 1;
    expect(waiting).toBe(99);
    await clock.run(call.closed);
  });
});
