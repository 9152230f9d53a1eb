import { decodeMulaw, encodeL16, toneDbfs } from '@hookline/audio';
import { describe, expect, it } from 'vitest';
import type { Call, PlaybackResult, PlaybackStream, StoppedPlayback, StreamOptions } from '../src/index.js';
import { audio, hangUp, idle, openCall, untilEnd } from './open-call.js';

/** A call of a bot that only listens, to act on from outside. */
async function openIdle(...args: Parameters<typeof openCall> extends [unknown, ...infer Rest] ? Rest : []) {
  let call: Call | undefined;
  const line = await openCall(
    (it) => {
      call = it;
      return idle(it);
    },
    ...args,
  );
  if (!call) throw new Error('the handler was not called');
  return { ...line, call };
}

const bytesOf = (frames: readonly { readonly bytes: Uint8Array }[]) =>
  Buffer.concat(frames.map(({ bytes }) => bytes));

/** µ-law that differs in each byte of a second. */
const counted = (ms: number) => Uint8Array.from({ length: ms * 8 }, (_, index) => (index * 7) % 251);

/** Milliseconds between two moments in which the client had nothing to play. */
const gapsOf = (call: Call) => call.stats.underruns;

describe('a stream', () => {
  it('plays the written bytes unchanged, without a copy, as one playback', async () => {
    const written = counted(3000);
    const { clock, client } = await openCall(async (call) => {
      const stream = call.stream({ format: 'PCMU' });
      for (let at = 0; at < written.length; at += 4000) stream.write(written.subarray(at, at + 4000));
      stream.end();
      expect(await stream.finished).toEqual({ ended: 'completed', heardMs: 3000 });
    });
    await untilEnd(clock, client);
    expect(bytesOf(client.frames)).toEqual(Buffer.from(written));
    expect(client.frames.every(({ bytes }) => bytes.buffer === written.buffer)).toBe(true);
    expect(client.player.heardMs).toBe(3000);
  });

  it('sends its first bytes as soon as they are written', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream();
    await clock.advance(1000);
    const writtenMs = clock.now();
    stream.write(audio(100));
    await clock.advance(50);
    expect(client.frames.map(({ atMs }) => atMs - writtenMs)).toEqual([0]);
  });

  it('sends its first bytes before the bot writes more in the same turn of the event loop', async () => {
    const { clock, call } = await openIdle();
    const stream = call.stream();
    await clock.advance(1000);
    const sentMs = [20, 400, 400].map((ms) => {
      stream.write(audio(ms));
      return call.stats.audioOutMs;
    });
    expect(sentMs).toEqual([20, 270, 520]);
    stream.stop();
    await clock.advance(1000);
  });

  it('causes one warning of wrong audio per call, for any number of streams', async () => {
    const told: string[] = [];
    const line = (_: unknown, message: string) => void told.push(message);
    const { clock, call } = await openIdle({ logger: { debug() {}, info() {}, warn: line, error: line } });
    for (let nth = 0; nth < 3; nth++) {
      const stream = call.stream({ format: 'PCMU' });
      stream.write(new Uint8Array(8000));
      stream.end();
      await clock.advance(1500);
    }
    expect(told).toEqual([expect.stringContaining('0x00')]);
  });

  it.each([0, 60, 150])('tells by its marks what was heard of each part, %i ms away', async (latencyMs) => {
    const { clock, client, call } = await openIdle({}, { latencyMs });
    const stream = call.stream({ format: 'PCMU' });
    stream.write(audio(1000), { mark: 'a' });
    stream.write(audio(500), { mark: 'b' });
    stream.write(audio(500));
    stream.mark('c');
    stream.write(audio(700));
    await clock.advance(1600 + 2 * latencyMs);
    const [stopped] = call.stop();
    const { heardMs } = client.player;
    // What the client plays until the news of the stop has reached it.
    const untilMs = heardMs + latencyMs;
    expect(stopped?.playback).toBe(stream);
    expect(stopped?.heard.map(({ key, totalMs }) => [key, totalMs])).toEqual([
      ['a', 1000],
      ['b', 1000],
      ['c', 700],
    ]);
    const [a, b, c] = stopped?.heard ?? [];
    expect(a?.heardMs).toBe(1000);
    expect(Math.abs((b?.heardMs ?? 0) + 1000 - untilMs)).toBeLessThanOrEqual(20);
    expect(c?.heardMs).toBe(0);
    expect(stopped?.heardMs).toBe((a?.heardMs ?? 0) + (b?.heardMs ?? 0));
    const told = stream.heard();
    expect(told).toEqual(stopped?.heard);
    await clock.advance(3000);
    expect(stream.heard()).toEqual(told);
    expect(Math.abs(client.player.heardMs - (stopped?.heardMs ?? 0))).toBeLessThanOrEqual(20);
  });

  it.each<[string, (line: Awaited<ReturnType<typeof openIdle>>, stream: PlaybackStream) => unknown]>([
    ['a key', ({ client }) => client.send('dtmf', { digit: '1' })],
    ['its own stop()', (_, stream) => stream.stop()],
    ['stop() of the call', ({ call }) => call.stop()],
    ['bargeIn() of the call', ({ call }) => call.bargeIn()],
  ])(
    'tells what was heard once it has finished, if %s stopped it; a later stop() returns nothing',
    async (_, interrupt) => {
      const line = await openIdle();
      const stream = line.call.stream({ format: 'PCMU', bargeIn: true });
      stream.write(audio(400), { mark: 'a' });
      stream.write(audio(1600), { mark: 'b' });
      await line.clock.advance(1000);
      interrupt(line, stream);
      expect(await line.clock.run(stream.finished)).toMatchObject({ ended: 'interrupted' });
      expect(stream.heard()).toEqual([
        { key: 'a', heardMs: 400, totalMs: 400 },
        { key: 'b', heardMs: expect.closeTo(600, -2), totalMs: 1600 },
      ]);
      const told = stream.heard();
      expect(line.call.stop()).toEqual([]);
      await line.clock.advance(3000);
      expect(stream.heard()).toEqual(told);
    },
  );

  it('drops and counts bytes that are written after it was stopped, and never throws', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream({ format: 'PCMU' });
    expect(stream.write(audio(1000), { mark: 'a' })).toBe(true);
    await clock.advance(300);
    call.bargeIn();
    await clock.advance(1000);
    const before = client.frames.length;
    expect(stream.write(audio(400), { mark: 'late' })).toBe(false);
    stream.mark('late');
    // @ts-expect-error no audio
    expect(stream.write('text')).toBe(false);
    stream.end();
    stream.stop();
    await clock.advance(2000);
    expect(client.frames).toHaveLength(before);
    expect(stream.droppedMs).toBe(400);
    expect(stream.queuedMs).toBe(0);
    expect(call.stats.droppedStreamMs).toBe(400);
    expect(stream.heard().map(({ key }) => key)).toEqual(['a']);
  });

  it('drops bytes that are written after its end or the end of its call', async () => {
    const { clock, client, call } = await openIdle();
    const ended = call.stream();
    ended.write(audio(100));
    ended.end();
    expect(ended.write(audio(100))).toBe(false);
    const open = call.stream();
    expect(open.write(audio(5000))).toBe(true);
    await hangUp(clock, client);
    expect(open.write(audio(100))).toBe(false);
    expect(await ended.finished).toMatchObject({ ended: 'callEnded' });
    expect(await open.finished).toEqual({ ended: 'callEnded', heardMs: 0 });
    const late = call.stream();
    expect(late.write(audio(100))).toBe(false);
    await expect(late.finished).rejects.toMatchObject({ code: 'CALL_ENDED' });
    expect(call.stats.droppedStreamMs).toBe(300);
  });

  it('is queued like any playback, and buffers what is written in the meantime', async () => {
    const results: PlaybackResult[] = [];
    const { clock, client, call } = await openIdle();
    void call.play(audio(1000)).then((result) => results.push(result));
    const stream = call.stream({ format: 'PCMU' });
    stream.write(counted(500));
    stream.end();
    void stream.finished.then((result) => results.push(result));
    expect(stream.queuedMs).toBe(500);
    await clock.advance(3000);
    expect(results).toEqual([
      { ended: 'completed', heardMs: 1000 },
      { ended: 'completed', heardMs: 500 },
    ]);
    expect(bytesOf(client.frames).subarray(8000)).toEqual(Buffer.from(counted(500)));
  });

  it('accepts PCM16 at any rate, in pieces of any size', async () => {
    const rate = 24_000;
    const samples = Int16Array.from({ length: rate }, (_, index) =>
      Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / rate)),
    );
    const bytes = encodeL16(samples, 'le');
    const { clock, client, call } = await openIdle();
    const stream = call.stream({ rate });
    for (let at = 0, cut = 1; at < bytes.length; at += cut, cut = (cut * 7) % 2003) {
      stream.write(bytes.subarray(at, at + cut), { mark: at < 24_000 ? 'first' : 'second' });
    }
    stream.end();
    await clock.advanceUntil(() => client.botAudioMs >= 1000);
    await clock.advance(2000);
    expect(await stream.finished).toEqual({ ended: 'completed', heardMs: 1000 });
    const heard = decodeMulaw(bytesOf(client.frames));
    expect(heard).toHaveLength(8000);
    expect(toneDbfs(heard, 440, 8000)).toBeCloseTo(20 * Math.log10(8000 / 32_768 / Math.SQRT2), 0);
    expect(stream.heard().reduce((sum, { heardMs }) => sum + heardMs, 0)).toBeCloseTo(1000, 6);
  });

  it('accepts samples as an Int16Array for PCM16', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream({ rate: 8000 });
    stream.write(new Int16Array(800).fill(1000));
    stream.end();
    await clock.advance(1000);
    expect(decodeMulaw(bytesOf(client.frames)).every((sample) => Math.abs(sample - 1000) < 40)).toBe(true);
  });

  it('drops what is written beyond its bound, warns and ends', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream({ maxMs: 2000 });
    expect(stream.write(audio(1500))).toBe(true);
    expect(stream.write(audio(1500))).toBe(false);
    expect(stream.write(audio(10))).toBe(false);
    await clock.advance(5000);
    const taken = 3010 - stream.droppedMs;
    expect(client.player.heardMs).toBe(taken);
    // Up to a second had been sent, or was about to be.
    expect(taken).toBeGreaterThanOrEqual(2000);
    expect(taken).toBeLessThanOrEqual(3000);
    expect(await stream.finished).toEqual({ ended: 'completed', heardMs: taken });
  });

  it('accepts whole samples up to its bound, however the bytes were split', async () => {
    const { clock, call } = await openIdle();
    // 22.05 bytes a millisecond, so 661.5 in all.
    const stream = call.stream({ rate: 11_025, maxMs: 30 });
    expect(stream.write(audio(50))).toBe(true);
    expect(stream.write(new Uint8Array(1))).toBe(true);
    expect(stream.write(new Uint8Array(300))).toBe(false);
    expect(stream.droppedMs).toBeCloseTo((701 - 660) / 22.05, 9);
    await clock.advance(1000);
    expect(await clock.run(stream.finished)).toMatchObject({ ended: 'completed' });
  });

  it.each<[string, StreamOptions]>([
    ['PCM16', { rate: 16_000 }],
    ['L16', { format: 'L16' }],
    ['µ-law', { format: 'PCMU' }],
  ])('of %s ends after its audio if it is ended once that was played', async (_, options) => {
    const { clock, call } = await openIdle();
    const stream = call.stream(options);
    stream.write(audio(400));
    await clock.advance(2000);
    stream.end();
    stream.end();
    await clock.advance(100);
    expect(await clock.run(stream.finished)).toMatchObject({ ended: 'completed' });
  });

  it.each<[string, StreamOptions, readonly Uint8Array[], RegExp]>([
    ['a WAV file', { format: 'PCMU' }, [Buffer.from('RIFF....WAVEfmt ')], /got a WAV file/],
    [
      'a WAV file, bytewise',
      { format: 'PCMU' },
      [...Buffer.from('RIFF....WAVEfmt ')].map((byte) => Uint8Array.of(byte)),
      /got a WAV file/,
    ],
    ['a WAV file as samples', { rate: 8000 }, [Buffer.from('RIFF....WAVEfmt ')], /got a WAV file/],
    [
      'half a sample',
      { format: 'L16' },
      [new Uint8Array(321)],
      /ended after 321 bytes, in the middle of a sample/,
    ],
  ])('fails if %s is written to it, and drops what is written then', async (_, options, pieces, message) => {
    for (const format of ['PCMU', 'L16'] as const) {
      const media = [{ type: 'audio', format, channels: ['external'], rate: 8000 }];
      const { clock, client, call } = await openIdle({}, {}, { media });
      const stream = call.stream(options);
      for (const piece of pieces) stream.write(piece);
      stream.end();
      await clock.advance(1000);
      await expect(clock.run(stream.finished)).rejects.toMatchObject({
        code: 'SERVER_BAD_SOURCE',
        message: expect.stringMatching(message),
      });
      expect(stream.write(audio(100))).toBe(false);
      await clock.advance(1000);
      expect(client.botAudioMs).toBeLessThanOrEqual(50);
    }
  });

  it('of L16 is not inspected as if it were µ-law, in which its silence would be noise', async () => {
    const told: string[] = [];
    const line = (_: unknown, message: string) => void told.push(message);
    const logger = { debug() {}, info() {}, warn: line, error: line };
    for (const format of ['PCMU', 'L16']) {
      const media = [{ type: 'audio', format, channels: ['external'], rate: 8000 }];
      const { clock, client, call } = await openIdle({ logger }, {}, { media });
      const stream = call.stream({ format: 'L16' });
      stream.write(new Uint8Array(16_000));
      stream.end();
      await clock.advance(2000);
      await hangUp(clock, client);
    }
    expect(told).toEqual([]);
  });

  it.each<[string, StreamOptions]>([
    ['PCM16', { rate: 8000 }],
    ['L16', { format: 'L16' }],
    ['µ-law', { format: 'PCMU' }],
  ])('of %s plays all that is written at once after it had run empty', async (_, options) => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream(options);
    const piece = options.format === 'PCMU' ? audio(100) : encodeL16(decodeMulaw(audio(100)), 'le');
    for (let burst = 0; burst < 2; burst++) {
      for (let nth = 0; nth < 3; nth++) stream.write(piece);
      await clock.advance(1000);
    }
    stream.end();
    await clock.advance(1000);
    expect(await clock.run(stream.finished)).toMatchObject({ ended: 'completed' });
    expect(bytesOf(client.frames)).toEqual(Buffer.from(audio(600)));
  });

  it('counts bytes without a mark to the part before them, and refuses an unknown option', async () => {
    const { call } = await openIdle();
    const stream = call.stream({ format: 'PCMU' });
    stream.write(audio(100), {});
    stream.write(audio(100), { mark: 'a' });
    stream.write(audio(50), {});
    expect(stream.heard()).toMatchObject([{ key: 'a', totalMs: 150 }]);
    expect(() => stream.write(audio(10), { mark: 'b', ...{ marks: 'b' } })).toThrow('did you mean `mark`?');
  });

  it('stops itself, and the next playback follows', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream();
    const next = call.play(audio(200));
    stream.write(audio(2000));
    await clock.advance(500);
    stream.stop();
    expect(await clock.run(stream.finished)).toEqual({
      ended: 'interrupted',
      heardMs: expect.closeTo(500, -2),
    });
    expect(await clock.run(next)).toEqual({ ended: 'completed', heardMs: 200 });
    expect(client.player.heardMs).toBeLessThan(1000);
  });

  it('ignores pieces without audio, however many', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream({ rate: 8000 });
    // As a source that yielded this many it would have failed.
    for (let nth = 0; nth < 100_000; nth++) stream.write(audio(0));
    stream.write(new Int16Array(800));
    stream.end();
    expect(await clock.run(stream.finished)).toEqual({ ended: 'completed', heardMs: 100 });
    expect(client.botAudioMs).toBe(100);
  });

  it('has no maximum duration if it is written no faster than it is played', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream({ maxMs: 1000 });
    for (let second = 0; second < 30; second++) {
      expect(stream.write(audio(1000))).toBe(true);
      await clock.advance(1000);
      expect(stream.queuedMs).toBeLessThanOrEqual(1000);
    }
    expect(client.player.heardMs).toBeGreaterThan(29_000);
  });

  it('refuses a value that is not audio, and names it', async () => {
    const { call } = await openIdle();
    const stream = call.stream();
    // @ts-expect-error base64, as services give it
    expect(() => stream.write('AAAA')).toThrow(
      expect.objectContaining({
        code: 'SERVER_BAD_SOURCE',
        message: expect.stringContaining('decode base64'),
      }),
    );
    expect(() => stream.write(new Int16Array(10))).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_SOURCE' }),
    );
    // @ts-expect-error no text
    expect(() => stream.mark(1)).toThrow(expect.objectContaining({ code: 'SERVER_BAD_OPTION' }));
  });

  it.each<[StreamOptions, string]>([
    [{ maxMs: 0 }, 'stream: maxMs is 0'],
    [{ maxMs: Number.NaN }, 'stream: maxMs is NaN'],
    [{ leadMs: -1 }, 'stream: leadMs is -1'],
    [{ leadMs: 1001 }, 'stream: leadMs is 1001'],
    [{ rate: 0.5 }, 'stream: rate is 0.5'],
    [{ rate: 24_000, format: 'PCMU' }, 'which has 8000 samples per second'],
  ])('refuses %o', async (options, message) => {
    const { call } = await openIdle();
    expect(() => call.stream(options)).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringContaining(message) }),
    );
  });

  it('stops at a key if configured, with what was written so far', async () => {
    const { clock, client, call } = await openIdle();
    const stream = call.stream({ bargeIn: true });
    stream.write(audio(2000));
    await clock.advance(500);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect(await stream.finished).toMatchObject({ ended: 'interrupted' });
    expect(stream.write(audio(100))).toBe(false);
  });
});

describe('a source that arrives in real time', () => {
  /** Plays 6 s that come in pieces of so many milliseconds, by `open`. */
  async function paced(pieceMs: number, open: (call: Call) => PlaybackStream) {
    const { clock, call } = await openIdle();
    const stream = open(call);
    for (let sent = 0; sent < 6000; sent += pieceMs) {
      stream.write(audio(pieceMs));
      await clock.advance(pieceMs);
    }
    stream.end();
    await clock.advance(2000);
    return gapsOf(call);
  }

  it.each([20, 60, 100])('plays without a gap in pieces of %i ms with a lead', async (pieceMs) => {
    expect(await paced(pieceMs, (call) => call.stream({ leadMs: 300 }))).toBe(0);
    expect(await paced(pieceMs, (call) => call.stream())).toBeGreaterThan(0);
  });

  it('is buffered by play() too', async () => {
    const { clock, client, call } = await openIdle();
    async function* late() {
      yield audio(50);
      await new Promise<void>((resolve) => clock.after(100, resolve));
      yield audio(400);
    }
    const startedMs = clock.now();
    void call.play(late(), { leadMs: 200 });
    await clock.advance(2000);
    expect((client.frames[0]?.atMs ?? 0) - startedMs).toBeCloseTo(100, -1);
    expect(gapsOf(call)).toBe(0);
  });
});

describe('stop() and bargeIn()', () => {
  it.each(['stop', 'bargeIn'] as const)(
    '%s returns what was heard of each, the first one first',
    async (how) => {
      const { clock, call } = await openIdle();
      const first = call.playback(audio(2000));
      const second = call.stream();
      second.write(audio(100), { mark: 'x' });
      await clock.advance(700);
      const stopped: readonly StoppedPlayback[] = call[how]();
      expect(stopped).toEqual([
        { playback: first, heardMs: first.heardMs, heard: [] },
        { playback: second, heardMs: 0, heard: [{ key: 'x', heardMs: 0, totalMs: 100 }] },
      ]);
      expect(stopped.map(({ playback }) => playback)).toEqual([first, second]);
      expect(first.heardMs).toBeCloseTo(700, -1);
      const heardMs = stopped[0]?.heardMs;
      await clock.advance(2000);
      expect(await first.finished).toEqual({ ended: 'interrupted', heardMs });
      expect(call[how]()).toEqual([]);
    },
  );
});
