import { decodeMulaw, encodeMulaw, fromMulaw, rmsDbfs, sine, toMulaw, toneDbfs } from '@hookline/audio';
import { PCMU_EXTERNAL } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { callAudioConnector, sayInTurn } from '../src/index.js';
import { LatenessCounts } from '../src/media/send-lateness.js';
import { ScriptedServer } from '../src/testing/index.js';
import { audio, integration, openCall, scriptedCall } from './scripted-call.js';

/** µ-law whose value says which millisecond it is, modulo 200. */
const counted = (ms: number, from = 0) =>
  Uint8Array.from({ length: ms * 8 }, (_, index) => (from + Math.floor(index / 8)) % 200);
const SILENCE = 0xff;

/** The error of samples, given in two pieces, in dBFS. */
function errorDbfs(samples: Int16Array, ...expected: [Int16Array, Int16Array]): number {
  const whole = Int16Array.from([...expected[0], ...expected[1]]);
  expect(samples).toHaveLength(whole.length);
  return rmsDbfs(samples.map((sample, index) => sample - (whole[index] ?? 0)));
}

describe('the audio of the caller', () => {
  it('is sent in frames of 200 ms, frame k at (k + 1) · 200 ms after `opened`', async () => {
    const { clock, server } = await openCall({ caller: counted(1000) });
    await clock.advance(1100);
    expect(server.audio.map(({ atMs }) => atMs)).toEqual([200, 400, 600, 800, 1000]);
    expect(Buffer.concat(server.audio.map(({ what }) => what))).toEqual(Buffer.from(counted(1000)));
  });

  it('is not copied if a frame is within one chunk', async () => {
    const chunk = counted(1000);
    const { clock, server } = await openCall({ caller: chunk });
    await clock.advance(1000);
    expect(server.audio.every(({ what }) => what.buffer === chunk.buffer)).toBe(true);
  });

  it('does not drift over ten minutes', async () => {
    const { clock, server } = await openCall();
    await clock.advance(600_000);
    expect(server.audio.at(-1)?.atMs).toBe(600_000);
    expect(server.audio).toHaveLength(3000);
  });

  it('is silence without a source, and after the end of a source', async () => {
    const { clock, server } = await openCall({ caller: counted(300) });
    await clock.advance(800);
    const all = Buffer.concat(server.audio.map(({ what }) => what));
    expect(all.subarray(0, 2400)).toEqual(Buffer.from(counted(300)));
    expect(all.subarray(2400).every((byte) => byte === SILENCE)).toBe(true);
    expect(all).toHaveLength(800 * 8);
  });

  it('has a continuous background, also during silence and after a hold', async () => {
    // Not a whole number of periods per frame, so that the position in the loop is visible.
    const hum = sine({ hz: 503, ms: 300, dbfs: -30 });
    const { clock, server, call } = await openCall({
      caller: encodeMulaw(sine({ hz: 1000, ms: 400, dbfs: -20 })),
      background: encodeMulaw(hum),
    });
    await clock.advance(1000);
    call.hold();
    await clock.advance(450);
    call.unhold();
    await clock.advance(600);
    const pcm = (index: number) => decodeMulaw(server.audio[index]?.what ?? new Uint8Array());
    expect([0, 1, 2, 3, 4].every((index) => toneDbfs(pcm(index), 503) > -33)).toBe(true);
    expect([0, 1, 2].map((index) => toneDbfs(pcm(index), 1000) > -25)).toEqual([true, true, false]);
    // Frames of 200 ms from a loop of 300 ms: the third is its middle, the first after the hold begins at 1450 ms.
    expect(errorDbfs(pcm(2), hum.subarray(100 * 8), hum.subarray(0, 0))).toBeLessThan(-60);
    expect(errorDbfs(pcm(5), hum.subarray(250 * 8), hum.subarray(0, 150 * 8))).toBeLessThan(-60);
  });

  it.each([
    ['PCMU', 1],
    ['L16', 2],
  ] as const)('is interleaved with the channel internal, in %s, also after a hold', async (format, size) => {
    const { clock, server, call } = await openCall({
      caller: counted(1000),
      internalAudio: counted(1100).reverse(),
      media: { format },
    });
    await clock.advance(200);
    call.hold();
    await clock.advance(600);
    call.unhold();
    await clock.advance(400);
    expect(server.of('open')[0]?.parameters.media[0]?.channels).toEqual(['external', 'internal']);
    const sent = (mulaw: Uint8Array) => toMulaw(fromMulaw(mulaw, { format }), { format });
    const channel = (index: number, of: number) =>
      toMulaw(
        (server.audio[index]?.what ?? new Uint8Array()).filter((_, at) => Math.floor(at / size) % 2 === of),
        { format },
      );
    expect(server.audio.map(({ what }) => what.length)).toEqual(server.audio.map(() => 3200 * size));
    const internal = counted(1100).reverse();
    expect(channel(0, 0)).toEqual(sent(counted(1000).subarray(0, 1600)));
    expect(channel(0, 1)).toEqual(sent(internal.subarray(0, 1600)));
    // The clock of the stream continues during a hold; after its end a channel is silent.
    expect(channel(1, 1)).toEqual(sent(internal.subarray(6400, 8000)));
    expect(channel(2, 1)).toEqual(
      sent(Uint8Array.from([...internal.subarray(8000), ...new Uint8Array(800).fill(SILENCE)])),
    );
  });

  it('continues in real time with silence while a source is late, and counts it', async () => {
    const { clock, server, call } = scriptedCall();
    let push: (bytes: Uint8Array) => void = () => {};
    const late = new Promise<Uint8Array>((resolve) => {
      push = resolve;
    });
    async function* source() {
      yield counted(100);
      yield await late;
    }
    void call.say(source());
    await clock.advance(900);
    push(counted(200, 100));
    await clock.advance(500);
    const frames = server.audio.map(({ what }) => [what[0], what[799], what[800], what.at(-1)]);
    expect(frames.slice(0, 6)).toEqual([
      [0, 99, SILENCE, SILENCE],
      [SILENCE, SILENCE, SILENCE, SILENCE],
      [SILENCE, SILENCE, SILENCE, SILENCE],
      [SILENCE, SILENCE, SILENCE, SILENCE],
      [100, 199, 0, 99],
      [SILENCE, SILENCE, SILENCE, SILENCE],
    ]);
    call.hangup();
    expect((await clock.run(call.result)).callerLateMs).toBe(700);
  });

  it('does not count a late source while nothing is sent, because the call is on hold', async () => {
    const { clock, server, call } = scriptedCall();
    async function* source() {
      yield counted(200);
      await new Promise(() => {});
    }
    void call.say(source());
    await clock.advance(500);
    const sentBefore = server.audio.length;
    call.hold();
    await clock.advance(4000);
    expect(server.audio.length).toBe(sentBefore);
    call.hangup();
    const sentSilenceMs = (sentBefore - 1) * 200;
    expect((await clock.run(call.result)).callerLateMs).toBe(sentSilenceMs);
  });

  it('is read ahead no further than necessary', async () => {
    let read = 0;
    async function* source() {
      for (;;) {
        read += 100;
        yield audio(100);
      }
    }
    const { clock } = await openCall({ caller: source() });
    await clock.advance(2000);
    expect(read).toBeLessThanOrEqual(2000 + 4 * 200);
  });

  it('is sent one source after another, and reports when all was sent', async () => {
    const { clock, server, call } = await openCall({ caller: counted(300) });
    const done: number[] = [];
    const told: number[] = [];
    call.on('callerDone', ({ t }) => told.push(t));
    void call.say(counted(100, 50)).then(() => done.push(clock.now()));
    await clock.advance(1000);
    const all = Buffer.concat(server.audio.map(({ what }) => what));
    expect(all.subarray(0, 3200)).toEqual(Buffer.concat([counted(300), counted(100, 50)]));
    expect(done).toEqual([400]);
    expect(told).toEqual([400]);
    const late = call.say(audio(100_000));
    call.hangup();
    await clock.run(late);
  });

  it('continues after a reply that the bot gave while the caller still spoke', async () => {
    const { clock, server, call } = await openCall();
    const all = sayInTurn(call, clock, [audio(1000, 1), audio(200, 2)], { turnGapMs: 300 });
    await clock.advance(600);
    server.binary(audio(200));
    await clock.advance(2400);
    await clock.run(all);
    const heard = Buffer.concat(server.audio.map(({ what }) => what));
    expect(heard.filter((byte) => byte === 1)).toHaveLength(8000);
    expect(heard.filter((byte) => byte === 2)).toHaveLength(1600);
    expect(heard.indexOf(2)).toBeGreaterThan(heard.lastIndexOf(1));
  });

  it('closes its source at the end of the call', async () => {
    let released = 0;
    async function* source() {
      try {
        for (;;) yield audio(100);
      } finally {
        released += 1;
      }
    }
    const { clock, call } = await openCall({ caller: source() });
    await clock.advance(1000);
    call.hangup();
    await clock.run(call.closed);
    expect(released).toBe(1);
    expect(await clock.run(call.say(audio(10)).then(() => 'said'))).toBe('said');
  });

  it('can be a Web Stream, and can be sent in other frames, the first at once', async () => {
    const caller = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(counted(60));
        controller.close();
      },
    });
    const { clock, server } = await openCall({ caller, media: { frameMs: 20, firstFrameAtOnce: true } });
    await clock.advance(100);
    expect(server.audio.map(({ atMs, what }) => [atMs, what.length])).toEqual(
      [0, 20, 40, 60, 80, 100].map((atMs) => [atMs, 160]),
    );
  });

  it.each(['le', 'be'] as const)('is L16 %s if offered, in both directions', async (byteOrder) => {
    const { clock, server, call } = await openCall({
      caller: audio(200, 0x00),
      media: { format: 'L16', byteOrder },
    });
    expect(server.of('open')[0]?.parameters.media).toEqual([
      { type: 'audio', format: 'L16', channels: ['external'], rate: 8000 },
    ]);
    await clock.advance(200);
    // µ-law 0x00 is −32,124.
    const frame = Buffer.from(server.audio[0]?.what ?? []);
    expect(frame).toHaveLength(3200);
    expect(byteOrder === 'le' ? frame.readInt16LE(0) : frame.readInt16BE(0)).toBe(-32_124);
    server.binary(frame);
    await clock.advance(1000);
    call.hangup();
    expect((await clock.run(call.result)).heardMs).toBe(200);
  });

  it(verifies('AC-AUDIO-5', 'refuses half a sample of L16'), async () => {
    const { clock, server, call } = await openCall({ media: { format: 'L16' } });
    server.binary(new Uint8Array(3));
    expect(await clock.run(call.result)).toMatchObject({ clause: 'AC-AUDIO-5' });
  });
});

describe('pause, hold and discard', () => {
  const types = (server: { messages: { what: { type: string } }[] }) =>
    server.messages.map(({ what }) => what.type).filter((type) => type !== 'ping' && type !== 'open');

  it(
    verifies('AC-PAUSE-1', 'AC-PAUSE-4', 'stops at `pause`, runs its clock on and tells the gap at `resume`'),
    async () => {
      const { clock, server } = await openCall({ caller: counted(10_000) });
      await clock.advance(1250);
      server.send('pause', {});
      await clock.advance(3000);
      expect(server.audio.map(({ atMs }) => atMs).at(-1)).toBe(1200);
      server.send('resume', {});
      await clock.advance(500);
      const [resumed] = server.of('resumed');
      expect(server.of('paused')[0]?.position).toBe('PT1.2S');
      expect(resumed).toMatchObject({
        position: 'PT4.25S',
        parameters: { start: 'PT1.2S', discarded: 'PT3.05S' },
      });
      const after = server.audio.filter(({ atMs }) => atMs > 4250);
      expect(after.map(({ atMs }) => atMs)).toEqual([4450, 4650]);
      // Audio during the pause is lost: 4250 ms into the source.
      expect(after[0]?.what[0]).toBe(4250 % 200);
    },
  );

  it(verifies('AC-PAUSE-7', 'answers every `pause` and every `resume`'), async () => {
    const { clock, server } = await openCall({ limits: 'off' });
    for (const type of ['pause', 'pause', 'resume', 'resume'] as const) server.send(type, {});
    await clock.advance(100);
    expect(types(server)).toEqual(['paused', 'paused', 'resumed', 'resumed']);
    expect(server.of('resumed')[1]?.parameters.discarded).toBe('PT0.0S');
  });

  it.each(['pause', 'hold'] as const)(
    'tells the gap from the first pause, a %s, where another follows',
    async (first) => {
      const { clock, server, call } = await openCall();
      await clock.advance(1000);
      if (first === 'pause') server.send('pause', {});
      else call.hold();
      await clock.advance(1000);
      server.send('pause', {});
      await clock.advance(500);
      call.unhold();
      await clock.advance(500);
      server.send('resume', {});
      await clock.advance(10);
      expect(server.of('resumed').map(({ parameters }) => parameters)).toEqual([
        { start: 'PT1.0S', discarded: 'PT2.0S' },
      ]);
    },
  );

  it(verifies('AC-PAUSE-2', 'answers `resume` with `paused` while the call is on hold'), async () => {
    const { clock, server, call } = await openCall();
    await clock.advance(1000);
    call.hold();
    server.send('pause', {});
    await clock.advance(10);
    server.send('resume', {});
    await clock.advance(990);
    expect(types(server)).toEqual(['paused', 'paused', 'paused']);
    call.unhold();
    call.unhold();
    await clock.advance(10);
    expect(types(server).at(-1)).toBe('resumed');
    expect(server.of('resumed')[0]?.parameters).toEqual({ start: 'PT1.0S', discarded: 'PT1.0S' });
  });

  it(verifies('AC-PAUSE-2', 'sends `paused` for a hold that begins during a pause of the bot'), async () => {
    const { clock, server, call } = await openCall();
    server.send('pause', {});
    await clock.advance(1000);
    call.hold();
    await clock.advance(10);
    expect(types(server)).toEqual(['paused', 'paused']);
    server.send('resume', {});
    await clock.advance(990);
    expect(types(server)).toEqual(['paused', 'paused', 'paused']);
    call.unhold();
    await clock.advance(10);
    expect(server.of('resumed').map(({ parameters }) => parameters)).toEqual([
      { start: 'PT0.0S', discarded: 'PT2.0S' },
    ]);
  });

  it(verifies('AC-PAUSE-6', 'AC-AUDIO-7', 'starts paused when `opened` says so'), async () => {
    const { clock, server } = scriptedCall();
    server.auto.opened = ({ parameters }) => ({ startPaused: true, media: parameters.media as [] });
    await clock.advance(1000);
    expect(server.audio).toEqual([]);
    expect(types(server)).toEqual(['paused']);
    server.send('resume', {});
    await clock.advance(200);
    expect(server.of('resumed')[0]?.parameters).toEqual({ start: 'PT0.0S', discarded: 'PT1.0S' });
    expect(server.audio.map(({ atMs }) => atMs)).toEqual([1200]);
  });

  it('does not send the first frame early if it starts paused', async () => {
    const { clock, server } = scriptedCall({ media: { firstFrameAtOnce: true } });
    server.auto.opened = ({ parameters }) => ({ startPaused: true, media: parameters.media as [] });
    await clock.advance(1000);
    expect(server.audio).toEqual([]);
  });

  it('starts on hold if the call was put on hold before it was open', async () => {
    const { clock, server, call } = scriptedCall();
    call.hold();
    await clock.advance(500);
    expect(types(server)).toEqual(['paused']);
    server.binary(audio(100));
    await clock.advance(500);
    expect(types(server)).toEqual(['paused']);
    call.unhold();
    await clock.advance(200);
    expect(types(server)).toEqual(['paused', 'playback_started', 'resumed', 'playback_completed']);
  });

  it(verifies('AC-OPEN-10', 'skips to the frame of `discardTo` and says so'), async () => {
    const { clock, server } = scriptedCall({ caller: counted(5000) });
    server.auto.opened = ({ parameters }) => ({
      startPaused: false,
      media: parameters.media as [],
      discardTo: 'PT2.5S',
    });
    await clock.advance(200);
    expect(server.of('discarded')[0]).toMatchObject({
      position: 'PT2.4S',
      parameters: { start: 'PT0.0S', discarded: 'PT2.4S' },
    });
    expect(server.audio[0]?.what[0]).toBe(2400 % 200);
  });

  it('is silent until a source that computes its audio has reached a distant `discardTo`, then exact', async () => {
    const source = (function* () {
      for (let second = 0; ; second++) yield counted(1000, second);
    })();
    const { clock, server } = scriptedCall({ caller: source });
    server.auto.opened = ({ parameters }) => ({
      startPaused: false,
      media: parameters.media as [],
      discardTo: 'PT60S',
    });
    await clock.advance(3000);
    const sent = server.audio.map(({ what }) => what[0]);
    const silent = sent.findIndex((first) => first !== SILENCE);
    expect(sent.slice(silent, silent + 6)).toEqual([60, 60, 60, 60, 60, 61]);
    expect(silent).toBeGreaterThan(0);
    expect(silent).toBeLessThan(10);
    expect(server.audio).toHaveLength(15);
  });

  it(verifies('AC-MSG-6', 'AC-MSG-9', 'never decreases the position'), async () => {
    const { clock, server, call } = await openCall({ limits: 'off' });
    for (let step = 0; step < 60; step++) {
      await clock.advance(130);
      if (step % 7 === 2) server.send('pause', {});
      if (step % 7 === 5) server.send('resume', {});
      if (step % 11 === 3) call.hold();
      if (step % 11 === 8) call.unhold();
      void call.sendDtmf('1');
    }
    const positions = server.messages.map(({ what }) => Number(/^PT(.*)S$/.exec(what.position)?.[1]));
    expect(positions.length).toBeGreaterThan(60);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    expect(server.messages.map(({ what }) => what.seq)).toEqual(server.messages.map((_, index) => index + 1));
  });

  it('is reported with its lateness: each frame to the sink, the maximum and the 99th percentile in the result', async () => {
    const clock = new SlowClock();
    const server = new ScriptedServer(clock);
    const told: (number | undefined)[] = [];
    const call = callAudioConnector({
      integration,
      clock,
      dial: server.dial,
      sink: {
        event() {},
        audio: (dir, _, __, lateMs) => {
          if (dir === 'out') told.push(lateMs);
        },
      },
    });
    await clock.advance(150_100);
    clock.lateMs = 30;
    await clock.advance(1600);
    clock.lateMs = 0;
    await clock.advance(48_000);
    call.hangup();
    const { timings } = await clock.run(call.result);
    expect(told.filter((lateMs) => lateMs !== 0)).toEqual(Array.from({ length: 8 }, () => 30));
    expect(told.length).toBeGreaterThan(900);
    expect(timings.sendLateMs).toEqual({ p99: 1, max: 30 });
  });

  it('counts as late only because of the machine, not because of configured jitter or a late `opened`', async () => {
    const { clock, server, call } = scriptedCall({ faults: { jitterMs: 90, seed: 3 } });
    server.auto.opened = undefined;
    const told: (number | undefined)[] = [];
    const late = scriptedCall({
      sink: {
        event() {},
        audio: (dir, _, __, lateMs) => {
          if (dir === 'out') told.push(lateMs);
        },
      },
    });
    const opened = late.server.auto.opened;
    late.server.auto.opened = undefined;
    await late.clock.advance(1000);
    late.server.auto.opened = opened;
    late.server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL] });
    await late.clock.advance(500);
    expect(told).toEqual([undefined, undefined, undefined, undefined, undefined, 0, 0]);

    await clock.settle();
    server.send('opened', { startPaused: false, media: [PCMU_EXTERNAL] });
    await clock.advance(10_000);
    call.hangup();
    const { timings } = await clock.run(call.result);
    expect(timings.sendLateMs?.max).toBeLessThanOrEqual(5);
  });

  it('counts lateness up to a minute, which is the largest 99th percentile', () => {
    const counts = new LatenessCounts();
    counts.record(60_000);
    expect(counts.summary).toEqual({ p99: 60_000, max: 60_000 });
    const later = new LatenessCounts();
    later.record(100_000);
    expect(later.summary).toEqual({ p99: 65_536, max: 100_000 });
  });

  it('has no lateness if no frame was sent', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.advance(1000);
    call.hangup();
    expect((await clock.run(call.result)).timings.sendLateMs).toBeUndefined();
  });
});

/** A clock whose timers fire late, as on a busy machine. */
class SlowClock extends VirtualClock {
  lateMs = 0;

  override after(ms: number, callback: () => void) {
    return super.after(ms + this.lateMs, callback);
  }
}
