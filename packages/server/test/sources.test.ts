import { Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import { decodeMulaw, encodeAudio, encodeL16, encodeMulaw, sine, writeWav } from '@hookline/audio';
import { resample, toMulaw8k } from '@hookline/audio/resample';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AudioSource, type Call, type PlaybackResult, pcm16, sequence, wav } from '../src/index.js';
import { audio, dialBot, openCall, untilEnd } from './open-call.js';

const RATE = 24_000;
const speech = sine({ hz: 430, ms: 1000, rate: RATE, dbfs: -12 });
const bytes = encodeL16(speech, 'le');

/** A view that begins at an odd offset of its buffer. */
function odd(of: Uint8Array): Uint8Array {
  const larger = new Uint8Array(of.length + 1);
  larger.set(of, 1);
  return larger.subarray(1);
}

function cut(of: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < of.length; at += size) parts.push(of.slice(at, at + size));
  return parts;
}

async function* asItComes<T>(parts: readonly T[]) {
  for (const part of parts) yield part;
}

/** Plays and returns what the caller was sent, how it ended, and what was logged. */
function played(source: () => AudioSource) {
  return during((call) => call.play(source()));
}

async function during(play: (call: Call) => Promise<PlaybackResult>) {
  const warnings: string[] = [];
  let outcome: unknown;
  const line = await openCall(
    async (call) => {
      outcome = await play(call).catch((error: unknown) => error);
    },
    { logger: { debug() {}, info() {}, warn: (_, message) => warnings.push(message ?? ''), error() {} } },
  );
  // WebAssembly loads in real time.
  await line.clock.hold(resample(new Int16Array(2), { from: 16_000, to: 8000 }));
  await untilEnd(line.clock, line.client);
  const sent = Buffer.concat(line.client.frames.map((frame) => frame.bytes));
  return { ...line, outcome, warnings, sent };
}

const arrayBuffer = (of: Uint8Array) => new Uint8Array(of).buffer;

describe('pcm16', () => {
  const wanted = resample(speech, { from: RATE, to: 8000 }).then(encodeMulaw);

  it.each<[string, () => Parameters<typeof pcm16>[0]]>([
    ['bytes', () => bytes],
    ['a Buffer', () => Buffer.from(bytes)],
    ['bytes at an odd offset', () => odd(bytes)],
    ['an ArrayBuffer', () => arrayBuffer(bytes)],
    ['a DataView', () => new DataView(arrayBuffer(bytes))],
    ['samples', () => speech],
    ['samples of another realm', () => runInNewContext('Int16Array.from(list)', { list: [...speech] })],
    ['a promise of bytes', () => Promise.resolve(bytes)],
    ['an iterable of samples', () => [speech.subarray(0, 999), speech.subarray(999)]],
    ['single bytes', () => cut(bytes, 1)],
    ['pieces of 961 bytes at odd offsets', () => cut(bytes, 961).map(odd)],
    ['an async iterable of pieces of 7 bytes', () => asItComes(cut(bytes, 7))],
    ['a Web Stream of pieces of 4097 bytes', () => ReadableStream.from(cut(bytes, 4097))],
    ['a Node stream', () => Readable.from(cut(bytes, 1001))],
    ['the body of a response', () => new Response(new Uint8Array(bytes)).body ?? []],
    ['a promise of the body of a response', async () => new Response(new Uint8Array(bytes)).body ?? []],
    [
      'an incomplete sample before samples',
      () => [bytes.subarray(0, 3), new Int16Array(arrayBuffer(bytes.slice(3, -1))), bytes.subarray(-1)],
    ],
    [
      'ArrayBuffers and empty pieces',
      () => cut(bytes, 5000).flatMap((part) => [new Uint8Array(0), arrayBuffer(part)]),
    ],
  ])('plays %s without a discontinuity', async (_, source) => {
    const { sent, outcome, warnings } = await played(() => pcm16(source(), { rate: RATE }));
    expect(outcome).toEqual({ ended: 'completed', heardMs: 1000 });
    expect(sent.equals(await wanted)).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('omits an incomplete sample at the end, with a warning', async () => {
    const { sent, outcome, warnings } = await played(() => pcm16([bytes, Uint8Array.of(1)], { rate: RATE }));
    expect(outcome).toEqual({ ended: 'completed', heardMs: 1000 });
    expect(sent.equals(await wanted)).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('in the middle of a sample')]);
  });

  it.each([
    undefined,
    {},
    { rate: Number.NaN },
    { rate: 0 },
    { rate: 8000.5 },
    { rate: '8000' },
    { rate: 192_001 },
  ])('refuses %j as a rate', (options) => {
    expect(() => pcm16(speech, options as never)).toThrow(
      expect.objectContaining({ code: 'SERVER_BAD_SOURCE', message: expect.stringContaining('rate') }),
    );
  });

  it.each([
    ['a WAV file', writeWav({ codec: 'pcm16', rate: RATE, channels: 1, data: speech }), /use wav\(\)/],
    ['an MP3 file', Buffer.from('ID3\x04\0\0\0\0\0\0\0\0\0\0'), /MP3 file/],
    ['a response in JSON', Buffer.from('{"error":"no such voice"}'), /got text/],
    ['a response in JSON on several lines', Buffer.from('{\n  "error": "no such voice"\n}'), /got text/],
    ['a response without content', Buffer.from('{}          '), /got text/],
    ['a page', Buffer.from('<!doctype html><title>502</title>'), /got text/],
    ['a page in capitals', Buffer.from('<HTML><BODY>502</BODY></HTML>'), /got text/],
    ['XML', Buffer.from('<?xml version="1.0"?><error/>'), /got text/],
  ])('refuses %s, in pieces of any size', async (_, file, message) => {
    for (const size of [1, 5, 100_000]) {
      const { outcome } = await played(() => pcm16(cut(file, size), { rate: RATE }));
      expect(outcome).toMatchObject({ code: 'SERVER_BAD_SOURCE', message: expect.stringMatching(message) });
    }
  });
});

describe('a promise of a source', () => {
  const fileOf = (ms: number) => writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: audio(ms) });

  it.each<[string, () => AudioSource]>([
    ['raw bytes', async () => audio(500)],
    ['pieces', async () => [audio(200), audio(300)]],
    ['a file', async () => wav(fileOf(500))],
    ['a file in pieces', async () => wav(cut(fileOf(500), 333))],
    ['samples', async () => pcm16(decodeMulaw(audio(500)), { rate: 8000 })],
    ['a sequence', async () => sequence([audio(200), Promise.resolve(wav(fileOf(300)))])],
  ])('plays what it resolves to: %s', async (_, make) => {
    const { outcome, sent } = await played(make);
    expect(outcome).toEqual({ ended: 'completed', heardMs: 500 });
    expect(sent.equals(Buffer.from(audio(500)))).toBe(true);
  });

  it('may be a piece of an array, as in `for await`', async () => {
    const pieces = [audio(100), audio(200)].map(async (piece) => piece);
    const { sent, outcome } = await played(() => pieces as never);
    expect(outcome).toMatchObject({ ended: 'completed' });
    expect(sent).toHaveLength(300 * 8);
  });

  it('of something else is refused like the thing itself', async () => {
    const { outcome } = await played(() => Promise.resolve({ kind: 'mp3' } as never));
    expect(outcome).toMatchObject({
      code: 'SERVER_BAD_SOURCE',
      message: expect.stringMatching(/play\(\) got .*; expected a Uint8Array/),
    });
  });
});

describe('raw bytes in another format than that of the call', () => {
  const samples = sine({ hz: 430, ms: 500, dbfs: -12 });

  it.each<['PCMU' | 'L16', 'PCMU' | 'L16', 'le' | 'be']>([
    ['L16', 'PCMU', 'le'],
    ['L16', 'PCMU', 'be'],
    ['PCMU', 'L16', 'le'],
    ['PCMU', 'L16', 'be'],
  ])('are converted from %s to %s, L16 in byte order %s', async (format, media, l16ByteOrder) => {
    const given = encodeAudio(samples, { format, byteOrder: l16ByteOrder });
    const { clock, client } = await dialBot(
      async (call) => {
        await call.play(given, { format });
        await call.play(cut(given, 333), { format });
        await call.play(sequence([given.subarray(0, 800), given.subarray(800)]), { format });
        const stream = call.stream({ format });
        for (const piece of cut(given, 333)) stream.write(piece);
        stream.end();
        await stream.finished;
      },
      { l16ByteOrder },
    );
    client.open({ media: [{ type: 'audio', format: media, channels: ['external'], rate: 8000 }] });
    await untilEnd(clock, client);
    // What µ-law leaves of the samples, whichever of the two it is.
    const sound = format === 'PCMU' ? decodeMulaw(given) : samples;
    const expected = encodeAudio(sound, { format: media, byteOrder: l16ByteOrder });
    const sent = Buffer.concat(client.frames.map((frame) => frame.bytes));
    expect(sent.equals(Buffer.concat(Array(4).fill(expected)))).toBe(true);
  });
});

describe('wav of a stream', () => {
  const file = (data: Int16Array, rate: number, channels = 1) =>
    writeWav({ codec: 'pcm16', rate, channels, data });
  const openEnded = (of: Uint8Array, size: number) => {
    const bytes = Buffer.from(of);
    bytes.writeUInt32LE(size, 4);
    bytes.writeUInt32LE(size, 40);
    return bytes;
  };
  const stereo = Int16Array.from({ length: 2 * speech.length }, (_, i) =>
    i % 2 ? 0 : (speech[i >> 1] ?? 0),
  );

  it.each<[string, Uint8Array, number]>([
    ['8 kHz', file(sine({ hz: 430, ms: 700 }), 8000), 333],
    ['24 kHz', file(speech, RATE), 1001],
    ['44.1 kHz, sizes of 0', openEnded(file(sine({ hz: 430, ms: 700, rate: 44_100 }), 44_100), 0), 4096],
    ['24 kHz, open sizes', openEnded(file(speech, RATE), 0xffffffff), 65_536],
    ['24 kHz, byte by byte', file(speech.subarray(0, 4800), RATE), 1],
    ['24 kHz in stereo', file(stereo, RATE, 2), 999],
    ['µ-law', writeWav({ codec: 'mulaw', rate: 8000, channels: 1, data: audio(700) }), 100],
  ])('of %s plays the same bytes as the file', async (_, whole, size) => {
    const expected = await toMulaw8k(whole);
    for (const source of [
      () => cut(whole, size),
      () => asItComes(cut(whole, size)),
      () => ReadableStream.from(cut(whole, size)),
      () => Readable.from(cut(whole, size)),
      async () => whole,
    ]) {
      const { sent, outcome } = await played(() => wav(source()));
      expect(outcome).toMatchObject({ ended: 'completed' });
      expect(sent.equals(expected)).toBe(true);
    }
  });

  it('warns of a truncated file, and plays the existing part', async () => {
    const whole = file(speech, RATE);
    const { outcome, warnings } = await played(() => wav(whole.subarray(0, whole.length - bytes.length / 2)));
    expect(outcome).toEqual({ ended: 'completed', heardMs: 500 });
    expect(warnings).toEqual([expect.stringContaining('is shorter than its header says')]);
  });

  it('starts at once and holds no more than the queue, for files of any length', async () => {
    let given = 0;
    const second = cut(bytes, 4800);
    async function* endless() {
      yield openEnded(file(new Int16Array(0), RATE), 0xffffffff);
      for (;;) {
        for (const part of second) {
          given += 1;
          yield part;
        }
      }
    }
    const { clock, client } = await openCall((call) => call.play(wav(endless())).then(() => ({})));
    await clock.hold(resample(new Int16Array(2), { from: RATE, to: 8000 }));
    await clock.advance(1);
    expect(client.botAudioMs).toBeGreaterThan(0);
    await clock.advance(10_000);
    expect(client.botAudioMs).toBeGreaterThan(9_000);
    // Parts of 100 ms: what was sent, a second that is queued, and what is on its way.
    expect(given).toBeLessThan(125);
  });

  it('ends with the audio length of the header, even if the stream stays open', async () => {
    let cancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(file(speech, RATE)),
      cancel: () => {
        cancelled = true;
      },
    });
    const { outcome } = await played(() => wav(stream));
    expect(outcome).toEqual({ ended: 'completed', heardMs: 1000 });
    expect(cancelled).toBe(true);
  });

  it('plays the existing part of a file that ends early, with a warning', async () => {
    const { outcome, warnings } = await played(() => wav([file(speech, RATE).subarray(0, 44 + 24_001)]));
    expect(outcome).toEqual({ ended: 'completed', heardMs: 500 });
    expect(warnings).toEqual([expect.stringContaining('is shorter than its header says')]);
  });

  it.each([
    ['nothing', [], /no bytes/],
    ['an MP3 file', [Buffer.from('ID3\x04\0\0\0\0\0\0\0\0\0')], /MP3 file/],
    ['half a header', [file(speech, RATE).subarray(0, 30)], /before its audio|cut off/],
  ])('refuses %s', async (_, parts, message) => {
    const { outcome } = await played(() => wav(asItComes(parts)));
    expect(outcome).toMatchObject({
      code: 'SERVER_BAD_SOURCE',
      message: expect.stringMatching(/^play\(wav\(\)\)/),
    });
    expect(outcome).toMatchObject({ message: expect.stringMatching(message) });
  });

  it('names a file that cannot be read, and the fix', async () => {
    const missing = await played(() => wav('no/such/file.wav'));
    expect(missing.outcome).toMatchObject({
      code: 'SERVER_SOURCE_FAILED',
      message: expect.stringMatching(
        /^play\(wav\("no\/such\/file.wav"\)\) cannot read.*relative path is resolved from/,
      ),
      cause: expect.objectContaining({ code: 'ENOENT' }),
    });
    const web = await played(() => wav('https://a.example/x.wav'));
    expect(web.outcome).toMatchObject({
      code: 'SERVER_BAD_SOURCE',
      message: expect.stringContaining('fetch'),
    });
  });
});

describe('an invalid source', () => {
  const locked = () => {
    const stream = ReadableStream.from([audio(100)]);
    stream.getReader();
    return stream;
  };
  const destroyed = () => {
    const stream = Readable.from([audio(100)]);
    stream.destroy();
    return stream;
  };

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['a number', () => 7],
    ['text', () => 'AAAA'],
    ['true', () => true],
    ['a bigint', () => 7n],
    ['a symbol', () => Symbol('s')],
    ['a function', () => () => audio(1)],
    ['an object', () => ({ audio: 1 })],
    ['an object without a prototype', () => Object.create(null)],
    ['a Response', () => new Response('x')],
    ['a Blob', () => new Blob(['x'])],
    ['floats', () => new Float32Array(10)],
    ['32-bit samples', () => new Int32Array(10)],
    ['a locked stream', locked],
    ['a destroyed stream', destroyed],
    ['an iterable of numbers', () => [1, 2]],
    ['an iterable of text', () => ['AAAA']],
    ['a Node stream of text', () => Readable.from([audio(1)]).setEncoding('utf8')],
    ['an async iterable of undefined', () => asItComes([undefined])],
    ['a stream of floats', () => ReadableStream.from([new Float32Array(4)])],
    ['an iterable without an iterator', () => ({ [Symbol.iterator]: () => 5 })],
    ['an iterator without next()', () => ({ [Symbol.asyncIterator]: () => ({ next: () => 5 }) })],
    ['a promise of undefined', async () => undefined],
  ])('is refused with a clear error if it is %s', async (_, make) => {
    for (const [name, wrap] of [
      ['play(', (source: never) => source],
      ['play(pcm16())', (source: never) => pcm16(source, { rate: 8000 })],
      ['play(wav())', (source: never) => wav(source)],
    ] as const) {
      const source = make();
      // A path is what wav() takes text for.
      if (typeof source === 'string' && name === 'play(wav())') continue;
      const { outcome } = await played(() => wrap(source as never));
      expect(outcome).toMatchObject({ code: 'SERVER_BAD_SOURCE', message: expect.stringContaining(name) });
    }
  });

  it('names the invalid piece', async () => {
    const { outcome } = await played(() => pcm16([bytes, 'x' as never], { rate: RATE }));
    expect(outcome).toMatchObject({
      code: 'SERVER_BAD_SOURCE',
      message: expect.stringMatching(/"x".* as piece 1/),
    });
  });

  it.each<[string, () => AudioSource]>([
    ['a generator', () => asItComes([audio(100)])],
    ['a Web Stream', () => ReadableStream.from([audio(100)])],
    ['a Node stream', () => Readable.from([audio(100)])],
  ])('is %s that was played before', async (_, make) => {
    const source = make();
    const ends: unknown[] = [];
    await during(async (call) => {
      for (let time = 0; time < 2; time++)
        ends.push(await call.play(source).catch((error: unknown) => error));
      return { ended: 'completed', heardMs: 0 };
    });
    expect(ends).toEqual([
      { ended: 'completed', heardMs: 100 },
      expect.objectContaining({ code: 'SERVER_BAD_SOURCE', message: expect.stringMatching(/read/) }),
    ]);
  });

  it('is a Web Stream that somebody else has read to its end', async () => {
    const stream = ReadableStream.from([audio(100)]);
    for await (const _ of stream.values());
    const { outcome } = await played(() => stream);
    expect(outcome).toMatchObject({
      code: 'SERVER_BAD_SOURCE',
      message: expect.stringMatching(/was already read to its end/),
    });
  });

  it.each<[string, () => AudioSource]>([
    ['a generator', () => asItComes([])],
    ['a Web Stream', () => ReadableStream.from([])],
    ['a Node stream', () => Readable.from([])],
  ])('is not %s that nobody has read and that is empty', async (_, make) => {
    const { outcome } = await played(make);
    expect(outcome).toEqual({ ended: 'completed', heardMs: 0 });
  });

  it('that never yields audio is abandoned', async () => {
    function* withoutAudio() {
      for (;;) yield new Uint8Array(0);
    }
    const { outcome } = await played(() => withoutAudio());
    expect(outcome).toMatchObject({
      code: 'SERVER_BAD_SOURCE',
      message: expect.stringContaining('without audio'),
    });
  });
});

describe('a source that fails', () => {
  const unhandled = vi.fn();
  process.on('unhandledRejection', unhandled);
  process.on('uncaughtExceptionMonitor', unhandled);
  afterEach(() => {
    expect(unhandled).not.toHaveBeenCalled();
  });
  const down = new Error('the service hung up');
  async function* midway<T>(part: T) {
    yield part;
    throw down;
  }

  it.each<[string, () => AudioSource]>([
    ['raw', () => midway(audio(200))],
    ['pcm16', () => pcm16(ReadableStream.from(midway(bytes)), { rate: RATE })],
    [
      'wav',
      () =>
        wav(
          Readable.from(
            midway(writeWav({ codec: 'pcm16', rate: RATE, channels: 1, data: speech }).subarray(0, 9999)),
          ),
        ),
    ],
    ['a promise', () => Promise.reject(down)],
    ['a promise in wav()', () => wav(Promise.reject(down))],
    ['a member of a sequence', () => sequence([midway(audio(200))])],
  ])('in the middle, %s, ends its playback with the error as the cause', async (_, make) => {
    const { outcome } = await played(() => make());
    expect(outcome).toMatchObject({ code: 'SERVER_SOURCE_FAILED', cause: down });
  });

  it('while it is queued fails only its own playback', async () => {
    const { outcome } = await during(async (call) => {
      const first = call.play(audio(1000));
      const stream = new Readable({ read() {} });
      const failing = [
        call.play(Promise.reject(down)),
        call.play(pcm16(Promise.reject(down), { rate: 8000 })),
        call.play(stream),
      ].map((play) => play.catch((error: unknown) => error));
      stream.destroy(down);
      for (const play of failing)
        expect(await play).toMatchObject({ code: 'SERVER_SOURCE_FAILED', cause: down });
      return first;
    });
    expect(outcome).toEqual({ ended: 'completed', heardMs: 1000 });
  });

  it('that is still queued is stopped at once', async () => {
    let cancelled = false;
    const hanging = new ReadableStream<Uint8Array>({
      cancel: () => {
        cancelled = true;
      },
    });
    const { outcome } = await during(async (call) => {
      const playback = call.playback(pcm16(hanging, { rate: RATE }));
      queueMicrotask(() => playback.stop());
      return playback.finished;
    });
    expect(outcome).toEqual({ ended: 'interrupted', heardMs: 0 });
    expect(cancelled).toBe(true);
  });
});
