import { encodeL16, encodeMulaw, toneDbfs } from '@hookline/audio';
import { Resampler } from '@hookline/audio/resample';
import type { MediaParameter } from '@hookline/protocol';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { BotOptions, Call, CallerOptions } from '../src/index.js';
import { dialBot, hangUp, idle, openCall, untilEnd } from './open-call.js';

/** A call that is open in that media, without caller audio yet. */
async function openIn(media: Partial<MediaParameter> = {}, options: Partial<BotOptions> = {}) {
  let call: Call | undefined;
  const line = await dialBot((it) => {
    call = it;
    return idle(it);
  }, options);
  line.client.open({
    media: [{ type: 'audio', format: 'PCMU', rate: 8000, channels: ['external'], ...media }],
  });
  await line.clock.advanceUntil(() => line.client.types.includes('opened'));
  if (!call) throw new Error('the handler was not called');
  return { ...line, call };
}

/** Keeps what a listener hears. */
function listening(call: Call, options?: CallerOptions) {
  const heard: [Uint8Array, number][] = [];
  const off = call.caller(options).onAudio((bytes, atMs) => void heard.push([bytes, atMs]));
  return { heard, off };
}

const frame = (fill: number, ms = 200) => new Uint8Array(ms * 8).fill(fill);
const joined = (heard: readonly (readonly [Uint8Array, number])[]) =>
  Buffer.concat(heard.map(([bytes]) => bytes));

describe('the caller', () => {
  it('is the bytes of the transport, uncopied, if they already have the requested format', async () => {
    const { clock, client, call } = await openIn();
    const { heard } = listening(call, { format: 'PCMU' });
    await clock.advance(1);
    const frames = [frame(1), frame(2, 20), frame(3)];
    for (const bytes of frames) client.sendAudio(bytes);
    await clock.advance(1);
    expect(heard.map(([, atMs]) => atMs)).toEqual([0, 200, 220]);
    for (const [index, [bytes]] of heard.entries()) expect(bytes).toBe(frames[index]);
  });

  const samples = Int16Array.from({ length: 800 }, (_, index) => Math.round(6000 * Math.sin(index / 5)));
  const other = new Int16Array(800).fill(-20_000);
  const interleaved = Int16Array.from({ length: 1600 }, (_, index) =>
    index % 2 === 0 ? (other[index / 2] ?? 0) : (samples[(index - 1) / 2] ?? 0),
  );
  const both: MediaParameter['channels'] = ['internal', 'external'];

  it.each<[string, Partial<MediaParameter>, Partial<BotOptions>, Uint8Array]>([
    ['µ-law', {}, {}, encodeMulaw(samples)],
    ['two channels of µ-law', { channels: both }, {}, encodeMulaw(interleaved)],
    ['L16', { format: 'L16' }, {}, encodeL16(samples, 'le')],
    ['L16 in the other byte order', { format: 'L16' }, { l16ByteOrder: 'be' }, encodeL16(samples, 'be')],
    ['two channels of L16', { format: 'L16', channels: both }, {}, encodeL16(interleaved, 'le')],
  ])('is one channel in the requested format if the client sends %s', async (_, media, options, bytes) => {
    const { clock, client, call } = await openIn(media, options);
    const mulaw = listening(call, { format: 'PCMU' });
    const linear = listening(call, { format: 'L16' });
    const plain = listening(call);
    await clock.advance(1);
    client.sendAudio(bytes);
    await clock.advance(1);
    const decoded = media.format === 'L16' ? encodeL16(samples, 'le') : undefined;
    expect(joined(mulaw.heard)).toEqual(Buffer.from(encodeMulaw(samples)));
    if (decoded) expect(joined(linear.heard)).toEqual(Buffer.from(decoded));
    else expect(joined(linear.heard)).toHaveLength(1600);
    expect(joined(plain.heard)).toEqual(joined(mulaw.heard));
  });

  it.each([16_000, 24_000])('comes at %i samples a second with its tones where they were', async (rate) => {
    const { clock, client, call } = await openIn();
    const { heard } = listening(call, { format: 'L16', rate });
    const tone = Int16Array.from(
      { length: 8000 },
      (_, at) => 8000 * Math.sin((2 * Math.PI * 440 * at) / 8000),
    );
    const bytes = encodeMulaw(tone);
    for (let at = 0; at < bytes.length; at += 160) client.sendAudio(bytes.subarray(at, at + 160));
    await clock.advance(1);
    await hangUp(clock, client);
    const all = joined(heard);
    const pcm = new Int16Array(all.buffer.slice(all.byteOffset, all.byteOffset + all.length));
    expect(pcm).toHaveLength(rate);
    expect(toneDbfs(pcm, 440, rate)).toBeCloseTo(20 * Math.log10(8000 / 32_768 / Math.SQRT2), 0);
  });

  it('is delivered to the first reader from opened on, in order, with positions', async () => {
    const { clock, client, call } = await openIn();
    for (let sent = 0; sent < 10; sent++) client.sendAudio(frame(sent));
    await clock.advance(1);
    const first = listening(call);
    const second = listening(call);
    client.sendAudio(frame(10));
    await clock.advance(1);
    expect(first.heard.map(([bytes, atMs]) => [bytes[0], atMs])).toEqual(
      Array.from({ length: 11 }, (_, sent) => [sent, sent * 200]),
    );
    expect(second.heard.map(([, atMs]) => atMs)).toEqual([2000]);
    expect(call.stats.droppedTapFrames).toBe(0);
  });

  it('is not delivered to a listener before it can unsubscribe', async () => {
    const { clock, client, call } = await openIn();
    client.sendAudio(frame(1));
    client.sendAudio(frame(2));
    await clock.advance(1);
    const heard: number[] = [];
    const off = call.caller().onAudio((bytes) => {
      heard.push(bytes[0] ?? 0);
      off();
    });
    await clock.advance(1);
    expect(heard).toEqual([1]);
  });

  it.each([
    [{}, 25],
    [{ holdCallerAudioMs: 1000 }, 5],
    [{ holdCallerAudioMs: 0 }, 0],
  ])('is buffered for the first reader for 5 s, or as configured: %o', async (options, frames) => {
    const { clock, client, call } = await openIn({}, options);
    for (let sent = 0; sent < frames; sent++) client.sendAudio(frame(sent));
    await clock.advance(1);
    const { heard } = listening(call);
    client.sendAudio(frame(frames));
    await clock.advance(1);
    expect(heard.map(([bytes]) => bytes[0])).toEqual(Array.from({ length: frames + 1 }, (_, sent) => sent));
    expect(call.stats.droppedTapFrames).toBe(0);
  });

  it.each([
    [{}, 25],
    [{ holdCallerAudioMs: 1000 }, 5],
  ])('is no longer buffered after that time without a reader: %o', async (options, frames) => {
    const { clock, client, call } = await openIn({}, options);
    for (let sent = 0; sent < frames + 3; sent++) client.sendAudio(frame(sent));
    await clock.advance(1);
    expect(call.stats.droppedTapFrames).toBe(0);
    const first = listening(call);
    const second = listening(call);
    client.sendAudio(frame(99));
    await clock.advance(1);
    expect(first.heard.map(([bytes]) => bytes[0])).toEqual([99]);
    expect(second.heard.map(([bytes]) => bytes[0])).toEqual([99]);
    // Until the frame that was too many; what came after it was held for nobody.
    expect(call.stats.droppedTapFrames).toBe(frames + 1);
  });

  it('is iterated from opened on to the end of the call', async () => {
    const { clock, client, call } = await openIn();
    client.sendAudio(frame(1));
    await clock.advance(1);
    const heard: number[] = [];
    const over = (async () => {
      for await (const bytes of call.caller()) heard.push(bytes[0] ?? 0);
    })();
    client.sendAudio(frame(2));
    await clock.advance(1);
    client.sendAudio(frame(3));
    await hangUp(clock, client);
    await over;
    expect(heard).toEqual([1, 2, 3]);
    await expect(call.caller()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'CALL_ENDED' });
  });

  it('fails its call if a listener throws', async () => {
    const { clock, client, call } = await openIn();
    call.caller().onAudio(() => {
      throw new Error('boom');
    });
    client.sendAudio();
    await clock.advance(1);
    expect(client.last('disconnect')?.parameters.info).toBe('internal error of the bot');
  });

  it.each<[object, string]>([
    [{ rate: 16_000 }, 'caller: rate is 16000; "PCMU" always has 8000'],
    [{ format: 'L16', rate: 1 }, 'caller: rate is 1; expected'],
    [{ format: 'PCMA' }, 'caller: format is "PCMA"'],
    [{ fillGaps: 'noise' }, 'caller: fillGaps is "noise"'],
    [{ fillGap: 'silence' }, 'caller: unknown option `fillGap`; did you mean `fillGaps`?'],
  ])('refuses %o', async (options, message) => {
    const { call } = await openIn();
    expect(() => Reflect.apply(call.caller, call, [options])).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringContaining(message) }),
    );
  });

  it('ends for a loop when the call does, even if no resampler can be loaded for it', async () => {
    vi.spyOn(Resampler, 'create').mockRejectedValue(new Error('no WebAssembly'));
    onTestFinished(() => void vi.restoreAllMocks());
    let isOver = false;
    const { clock, client } = await openCall(
      async (call) => {
        try {
          for await (const bytes of call.caller({ format: 'L16', rate: 16_000 }))
            expect(bytes).toBeUndefined();
        } finally {
          isOver = true;
        }
      },
      { onError: () => {} },
    );
    await untilEnd(clock, client);
    expect(isOver).toBe(true);
  });
});

describe('a method of a call that is called without the object that it takes', () => {
  it.each<['turn' | 'onSpeech' | 'stream' | 'caller' | 'pcm16', readonly unknown[], string]>([
    ['turn', [], 'turn: the options are nothing; give an object with disposition, text, confidence'],
    ['turn', ['match'], 'turn: the options are a string'],
    ['onSpeech', [5], 'onSpeech: the options are a number; give an object with start, end'],
    ['onSpeech', [], 'onSpeech: the options are nothing'],
    ['stream', ['PCMU'], 'stream: the options are a string'],
    ['caller', [null], 'caller: the options are nothing'],
    ['pcm16', [], 'call.pcm16: the options are nothing; give an object with rate.'],
    ['stream', [['PCMU']], 'stream: the options are an array; give an object with'],
  ])('says so: %s(%o)', async (method, args, message) => {
    const { call } = await openIn();
    expect(() => Reflect.apply(call[method], call, args)).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringContaining(message) }),
    );
  });

  it('rejects: say(text)', async () => {
    const { call } = await openIn();
    await expect(Reflect.apply(call.say, call, ['hello'])).rejects.toMatchObject({
      code: 'SERVER_BAD_OPTION',
      message: expect.stringContaining('say: the options are nothing; give an object with'),
    });
  });
});

describe('a rate that no conversion has', () => {
  it.each<['pcm16' | 'caller' | 'stream', object]>([
    ['pcm16', {}],
    ['caller', { format: 'L16' }],
    ['stream', { format: 'L16' }],
  ])('is refused where it is given, before any audio is read: %s', async (method, options) => {
    const { call } = await openIn();
    for (const rate of [0, 999, 192_001, 8000.5, Number.NaN, '8000']) {
      const message = new RegExp(`${method}: rate is .*; expected a whole number from 1000 to 192000\\.$`);
      expect(() => Reflect.apply(call[method], call, [{ ...options, rate }])).toThrow(
        expect.objectContaining({ code: 'SERVER_BAD_OPTION', message: expect.stringMatching(message) }),
      );
    }
  });
});

describe('gaps in the caller', () => {
  it('are filled with silence in real time while the client is paused, and not again afterwards', async () => {
    const { clock, client, call } = await openIn();
    const filled = listening(call, { fillGaps: 'silence' });
    const plain = listening(call);
    await clock.advance(1);
    client.sendAudio(frame(1));
    client.send('paused', {});
    await clock.advance(1050);
    expect(joined(filled.heard.slice(1))).toEqual(Buffer.alloc(8000, 0xff));
    expect(filled.heard.slice(1).map(([, atMs]) => atMs)).toEqual(
      Array.from({ length: 10 }, (_, piece) => 200 + piece * 100),
    );
    client.send('resumed', { start: 'PT0.2S', discarded: 'PT1.3S' });
    client.sendAudio(frame(2));
    await clock.advance(500);
    expect(joined(filled.heard).length / 8).toBe(1700);
    expect(filled.heard.at(-1)?.[1]).toBe(1500);
    expect(plain.heard.map(([, atMs]) => atMs)).toEqual([0, 1500]);
  });

  it('are filled once if the client says again that it is paused', async () => {
    const { clock, client, call } = await openIn();
    const { heard } = listening(call, { fillGaps: 'silence' });
    await clock.advance(1);
    client.send('paused', {});
    await clock.advance(550);
    client.send('paused', {});
    await clock.advance(500);
    expect(heard.map(([, atMs]) => atMs)).toEqual(Array.from({ length: 10 }, (_, piece) => piece * 100));
    client.send('resumed', { start: 'PT0S', discarded: 'PT1S' });
    await clock.advance(500);
    expect(heard).toHaveLength(10);
  });

  it('are filled in real time, even if the client reports a part of them while it is paused', async () => {
    const { clock, client, call } = await openIn();
    const { heard } = listening(call, { fillGaps: 'silence' });
    await clock.advance(1);
    client.send('paused', {});
    await clock.advance(500);
    // The timer of the fifth piece is not due yet.
    client.send('discarded', { start: 'PT0S', discarded: 'PT0.5S' });
    await clock.advance(550);
    const inPause = Array.from({ length: 10 }, (_, piece) => piece * 100);
    expect(heard.map(([, atMs]) => atMs)).toEqual(inPause);
    client.send('resumed', { start: 'PT0.5S', discarded: 'PT0.7S' });
    await clock.advance(500);
    const ofPause = [...inPause, 1000, 1100];
    expect(heard.map(([, atMs]) => atMs)).toEqual(ofPause);
    client.send('discarded', { start: 'PT1.2S', discarded: 'PT0.2S' });
    await clock.advance(1);
    expect(heard.map(([, atMs]) => atMs)).toEqual([...ofPause, 1200, 1300]);
  });

  it('are filled anew in each pause', async () => {
    const { clock, client, call } = await openIn();
    const { heard } = listening(call, { fillGaps: 'silence' });
    await clock.advance(1);
    for (const start of ['PT0S', 'PT0.3S']) {
      client.send('paused', {});
      await clock.advance(250);
      client.send('resumed', { start, discarded: 'PT0.3S' });
      await clock.advance(250);
    }
    expect(heard.map(([, atMs]) => atMs)).toEqual([0, 100, 200, 300, 400, 500]);
  });

  it('are filled for a reader that starts during a pause', async () => {
    const { clock, client, call } = await openIn();
    client.send('paused', {});
    await clock.advance(1000);
    const { heard } = listening(call, { fillGaps: 'silence' });
    await clock.advance(1050);
    expect(joined(heard).length / 8).toBe(1000);
    await hangUp(clock, client);
    const before = heard.length;
    await clock.advance(1000);
    expect(heard).toHaveLength(before);
  });

  it('are filled up to the limit on the speed of the client only, however many it reports', async () => {
    const { clock, client, call } = await openIn();
    const { heard } = listening(call, { fillGaps: 'silence' });
    await clock.advance(1);
    for (let second = 0; second < 10; second++) {
      for (let gap = 0; gap < 10; gap++) client.send('discarded', { start: 'PT0S', discarded: 'PT5S' });
      await clock.advance(1000);
    }
    // 10 s at once, and twice the real time.
    expect(joined(heard).length / 8000).toBeGreaterThan(25);
    expect(joined(heard).length / 8000).toBeLessThanOrEqual(30);
    expect(client.types).not.toContain('disconnect');
  });

  it('that the client reports afterwards are filled at once, in the requested format', async () => {
    const { clock, client, call } = await openIn({ format: 'L16' });
    const { heard } = listening(call, { fillGaps: 'silence' });
    await clock.advance(1);
    client.send('discarded', { start: 'PT1S', discarded: 'PT2S' });
    await clock.advance(1);
    expect(joined(heard)).toEqual(Buffer.alloc(16_000, 0xff));
  });
});
