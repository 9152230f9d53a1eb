import { writeWav } from '@hookline/audio';
import { resample } from '@hookline/audio/resample';
import { durationFromMs } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import { type Call, type Playback, type PlaybackResult, pcm16, wav } from '../src/index.js';
import { audio, dialBot, idle, openCall, untilEnd } from './open-call.js';

/** A handler that plays `play` and keeps what came of it. */
function keeping(play: (call: Call) => Promise<PlaybackResult>) {
  const kept: { result?: PlaybackResult; error?: unknown } = {};
  const handler = async (call: Call) => {
    try {
      kept.result = await play(call);
    } catch (error) {
      kept.error = error;
    }
    return idle(call);
  };
  return { kept, handler };
}

describe('a playback', () => {
  it(
    verifies(
      'AC-PLAY-5',
      'AC-PLAY-6',
      'AC-RATE-2',
      'leaves at once and then in frames of 250 ms, 4 a second, 600 ms ahead of what is heard at most',
    ),
    async () => {
      const { clock, client } = await openCall(async (call) => {
        await call.play(audio(3000));
      });
      await untilEnd(clock, client);
      const [first] = client.frames;
      const times = client.frames.map(({ atMs }) => atMs - (first?.atMs ?? 0));
      expect(client.frames.map(({ bytes }) => bytes.length)).toEqual(Array(12).fill(2000));
      expect(times.slice(0, 2)).toEqual([0, 0]);
      for (const [index, ms] of times.slice(2).entries()) expect(ms).toBeCloseTo(150 + index * 250, -1);
      expect(client.player.heardMs).toBe(3000);
    },
  );

  it.each(['before it starts', 'while it plays'])(
    'that the client starts late was heard by its reports and the round trip, which it measures %s',
    async (measured) => {
      let heardMs: number | undefined;
      const { clock, client } = await openCall(
        (call) => {
          call.on('dtmf', ({ digit }) => {
            if (digit === '1') void call.play(audio(5000));
            else heardMs = call.stop()[0]?.heardMs;
          });
          return idle(call);
        },
        {},
        { plays: false },
      );
      const measure = () => client.send('ping', { rtt: 'PT0.1S' });
      if (measured === 'before it starts') measure();
      client.send('dtmf', { digit: '1' });
      await clock.advance(500);
      client.send('playback_started', {});
      await clock.advance(500);
      if (measured === 'while it plays') measure();
      client.send('dtmf', { digit: '2' });
      await clock.advance(10);
      expect(heardMs).toBeCloseTo(500 + 100, -1);
    },
  );

  it.each([
    [500, 500, 'completed'],
    [500, 480, 'assumed'],
    [100, 900, 'completed'],
    [100, 880, 'assumed'],
  ])(
    'is complete if the client, whose frames have %i ms, played 1000 ms for %i by its positions: %s',
    async (frameMs, playedMs, ended) => {
      const { kept, handler } = keeping((call) => call.play(audio(1000)));
      const { clock, client } = await dialBot(handler, {}, { plays: false });
      client.open();
      await clock.advance(1);
      client.sendAudio(audio(frameMs));
      const at = (ms: number) => ({ position: durationFromMs(client.positionMs + ms) });
      client.send('playback_started', {}, at(0));
      await clock.advance(1000);
      client.send('playback_completed', {}, at(playedMs));
      await clock.advance(10_000);
      expect(kept.result?.ended).toBe(ended);
    },
  );

  it('sends the given bytes unchanged, without a copy', async () => {
    const prompt = Uint8Array.from({ length: 5000 }, (_, index) => index);
    const { clock, client } = await openCall(async (call) => {
      await call.play(prompt);
    });
    await untilEnd(clock, client);
    expect(Buffer.concat(client.frames.map(({ bytes }) => bytes))).toEqual(Buffer.from(prompt));
    expect(client.frames.every(({ bytes }) => bytes.buffer === prompt.buffer)).toBe(true);
  });

  it('without audio is complete when its source has ended, even if nothing was played for a long time', async () => {
    const results: PlaybackResult[] = [];
    const { clock, client } = await openCall(async (call) => {
      results.push(await call.play(audio(0)));
      await call.play(audio(100));
      await call.collectDigits({ timeoutMs: 5000 });
      results.push(await call.play([]));
    });
    await untilEnd(clock, client);
    expect(results).toEqual(Array(2).fill({ ended: 'completed', heardMs: 0 }));
  });

  it('after one whose source failed counts from the time at which the rest of that one was heard', async () => {
    const kept: { next?: Playback } = {};
    const { clock, client } = await openCall(async (call) => {
      const failing = (function* () {
        yield audio(500);
        throw new Error('the source broke');
      })();
      await call.play(failing).catch(() => {});
      kept.next = call.playback(audio(1000));
      await kept.next.finished;
    });
    await clock.advance(800);
    kept.next?.stop();
    expect(Math.abs((kept.next?.heardMs ?? 0) - 300)).toBeLessThanOrEqual(10);
    await untilEnd(clock, client);
  });

  it('starts when the previous one was heard', async () => {
    const order: string[] = [];
    const { clock, client } = await openCall(async (call) => {
      const first = call.play(audio(1000)).then(() => order.push('first'));
      const second = call.play(audio(500)).then(() => order.push('second'));
      await Promise.all([first, second]);
    });
    await untilEnd(clock, client);
    expect(order).toEqual(['first', 'second']);
    expect(client.player.heardMs).toBe(1500);
    expect(client.messages.filter(({ message }) => message.type === 'disconnect')).toHaveLength(1);
  });

  it.each([0, 25, 120])('is heard to its end over a delay of %i ms', async (latencyMs) => {
    const { kept, handler } = keeping((call) => call.play(audio(2345)));
    const { clock, client } = await openCall(handler, {}, { latencyMs });
    await clock.advanceUntil(() => kept.result !== undefined);
    expect(kept.result).toEqual({ ended: 'completed', heardMs: 2345 });
    expect(client.player.heardMs).toBe(2345);
  });

  it('continues if its source is late in the middle', async () => {
    const { kept, handler } = keeping((call) => call.play(slowSource(call)));
    let waiting: (() => void) | undefined;
    async function* slowSource(_: Call) {
      yield audio(1000);
      await new Promise<void>((resolve) => {
        waiting = resolve;
      });
      yield audio(1000);
    }
    const { clock, client } = await openCall(handler);
    await clock.advance(4000);
    expect(kept.result).toBeUndefined();
    waiting?.();
    await clock.advanceUntil(() => kept.result !== undefined);
    expect(kept.result).toEqual({ ended: 'completed', heardMs: 2000 });
    expect(client.player.heardMs).toBe(2000);
  });

  it('is not counted as heard if the buffer of the client ran empty while its last frame was in flight', async () => {
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const { kept, handler } = keeping((call) =>
      call.play(
        (async function* () {
          yield audio(1000);
          await finished;
          yield audio(40);
        })(),
      ),
    );
    const { clock, client } = await openCall(handler, {}, { latencyMs: 50 });
    client.send('ping', { rtt: 'PT0.1S' });
    const startMs = clock.now();
    await clock.advanceUntil(() => client.frames.length > 0);
    // The client falls silent 1000 ms after the first frame; the rest leaves 20 ms after that, before the server knows.
    await clock.advance(startMs + 50 + 1020 - clock.now());
    finish();
    await clock.advanceUntil(() => kept.result !== undefined);
    expect(kept.result?.ended).toBe('completed');
    expect(client.player.heardMs).toBe(1040);
  });

  it('is assumed to be heard after two more seconds if the client reports nothing', async () => {
    const { kept, handler } = keeping((call) => call.play(audio(1000)));
    const { clock } = await openCall(handler, {}, { plays: false });
    await clock.advance(2990);
    expect(kept.result).toBeUndefined();
    await clock.advance(20);
    expect(kept.result).toEqual({ ended: 'assumed', heardMs: 0 });
  });

  it('stops while the client holds the call', async () => {
    const { kept, handler } = keeping((call) => call.play(audio(5000)));
    const { clock, client, stopAudio } = await openCall(handler, {}, { plays: false });
    await clock.advance(500);
    const sent = client.frames.length;
    stopAudio();
    client.send('paused', {});
    const pings = setPings(client, clock);
    await clock.advance(60_000);
    expect(client.frames.length - sent).toBeLessThanOrEqual(1);
    pings();
    client.send('resumed', { start: 'PT0.4S', discarded: 'PT60S' });
    client.stream();
    await clock.advance(4600);
    expect(client.botAudioMs).toBe(5000);
    expect(kept.result).toBeUndefined();
    await clock.advance(2200);
    expect(kept.result).toMatchObject({ ended: 'assumed' });
  });

  it('continues while the bot itself has paused the caller', async () => {
    const { kept, handler } = keeping(async (call) => {
      await call.pause();
      return call.play(audio(2000));
    });
    const { clock, client } = await openCall(handler);
    client.send('paused', {});
    await clock.advance(2300);
    expect(client.botAudioMs).toBe(2000);
    expect(kept.result).toEqual({ ended: 'completed', heardMs: 2000 });
  });

  it(verifies('AC-RATE-4', 'honours retryAfter'), async () => {
    const { clock, client } = await openCall(async (call) => {
      await call.play(audio(4000));
    });
    await clock.advance(1000);
    client.send('error', { code: 429, message: 'too fast', retryAfter: 'PT3S' });
    await clock.advance(1);
    const atMs = clock.now();
    await clock.advanceUntil(() => client.types.includes('disconnect'));
    const gap = client.frames.filter((frame) => frame.atMs > atMs && frame.atMs < atMs + 2990);
    expect(gap).toEqual([]);
    expect(client.player.heardMs).toBe(4000);
  });
});

describe('barge-in', () => {
  it.each(Array.from({ length: 50 }, (_, index) => index * 41))(
    verifies(
      'AC-BARGE-1',
      'AC-BARGE-3',
      'at %i ms silences the prompt, and nothing of it comes after the event',
    ),
    async (atMs) => {
      let interrupted: PlaybackResult | undefined;
      let next: PlaybackResult | undefined;
      const { clock, client } = await openCall(
        async (call) => {
          void call
            .play(
              (async function* () {
                for (let chunk = 0; chunk < 20; chunk++) yield new Uint8Array(800).fill(0x11);
              })(),
            )
            .then((result) => {
              interrupted = result;
            });
          call.on('dtmf', () => {
            call.bargeIn();
            void call.play(new Uint8Array(3200).fill(0x22)).then((result) => {
              next = result;
              void call.complete({});
            });
          });
          return idle(call);
        },
        {},
        { latencyMs: 20 },
      );
      await clock.advance(atMs);
      client.send('dtmf', { digit: '1' });
      await clock.advanceUntil(() => client.types.includes('event'));
      const heardMs = client.player.heardMs;
      await untilEnd(clock, client);
      const firstNew = client.frames.findIndex(({ bytes }) => bytes[0] === 0x22);
      expect(firstNew).toBeGreaterThan(0);
      expect(client.frames.slice(firstNew).every(({ bytes }) => bytes[0] === 0x22)).toBe(true);
      expect(client.player.heardMs - heardMs).toBe(400);
      expect(next).toEqual({ ended: 'completed', heardMs: 400 });
      if (interrupted?.ended === 'interrupted') {
        expect(Math.abs(interrupted.heardMs - heardMs)).toBeLessThanOrEqual(200);
      } else expect(interrupted).toEqual({ ended: 'completed', heardMs: 2000 });
      expect(client.all('disconnect')).toHaveLength(1);
    },
  );

  it('drops audio that a source yields after it was stopped', async () => {
    let give = (_: Uint8Array) => {};
    let returned = false;
    const source: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          new Promise((resolve) => {
            give = (value) => resolve({ done: false, value });
          }),
        return: async () => {
          returned = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const { clock, client } = await openCall((call) => {
      const playback = call.playback(source);
      call.on('dtmf', () => playback.stop());
      return idle(call);
    });
    await clock.advance(1);
    give(audio(100));
    await clock.advance(1);
    expect(client.botAudioMs).toBe(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    give(audio(100));
    await clock.advance(1000);
    expect(client.botAudioMs).toBe(100);
    expect(returned).toBe(true);
    expect(client.types).toEqual(['opened', 'event']);
  });

  it('cancels a queued playback without a message to the client', async () => {
    const results: PlaybackResult[] = [];
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(500)).then((result) => results.push(result));
      const second = call.playback(audio(500));
      void second.finished.then((result) => results.push(result));
      second.stop();
      return idle(call);
    });
    await clock.advance(1000);
    expect(results).toEqual([
      { ended: 'interrupted', heardMs: 0 },
      { ended: 'completed', heardMs: 500 },
    ]);
    expect(client.types).toEqual(['opened']);
  });

  it.each(['play', 'stream', 'say'] as const)(
    'by another playback, %s, stops one that yields, which then makes way at once',
    async (next) => {
      const results: PlaybackResult[] = [];
      const { clock, client } = await openCall((call) => {
        const music = call.playback(audio(20_000), { yields: true });
        void music.finished.then((result) => results.push(result));
        call.on('dtmf', () => {
          if (next === 'play') void call.play(audio(500)).then((result) => results.push(result));
          else if (next === 'say') void call.say('hello', { synth: () => audio(500) });
          else {
            const stream = call.stream();
            stream.write(audio(500));
            stream.end();
          }
        });
        return idle(call);
      });
      await clock.advance(1000);
      client.send('dtmf', { digit: '1' });
      await clock.advance(1000);
      expect(results).toEqual([
        { ended: 'interrupted', heardMs: expect.closeTo(1000, -1) },
        ...(next === 'play' ? [{ ended: 'completed', heardMs: 500 }] : []),
      ]);
    },
  );

  it('by another playback does not stop the one before a queued one that yields, which is never heard', async () => {
    const results: (PlaybackResult & { readonly name: string })[] = [];
    const { clock, client } = await openCall((call) => {
      const play = (name: string, ms: number, yields: boolean) =>
        void call.play(audio(ms), { yields }).then((result) => results.push({ name, ...result }));
      play('first', 1000, false);
      play('music', 5000, true);
      play('last', 500, false);
      return idle(call);
    });
    await clock.advance(3000);
    expect(results).toEqual([
      { name: 'music', ended: 'interrupted', heardMs: 0 },
      { name: 'first', ended: 'completed', heardMs: 1000 },
      { name: 'last', ended: 'completed', heardMs: 500 },
    ]);
    expect(client.types).not.toContain('event');
  });

  it('by a key stops only a playback that allows it', async () => {
    const results: PlaybackResult[] = [];
    const { clock, client } = await openCall(async (call) => {
      results.push(await call.play(audio(2000), { bargeIn: true }));
      results.push(await call.play(audio(1000)));
      return {};
    });
    await clock.advance(300);
    client.send('dtmf', { digit: '1' });
    await clock.advance(300);
    client.send('dtmf', { digit: '2' });
    await untilEnd(clock, client);
    expect(results).toEqual([
      { ended: 'interrupted', heardMs: expect.closeTo(300, -2) },
      { ended: 'completed', heardMs: 1000 },
    ]);
  });

  it('delays the next prompt until the event is sent if events are held back', async () => {
    const { clock, client } = await openCall(async (call) => {
      void call.play(audio(5000));
      call.on('dtmf', () => {
        for (let turn = 0; turn < 20; turn++) call.turn({ disposition: 'match' });
        call.bargeIn();
        void call.play(new Uint8Array(800).fill(0x22)).then(() => call.complete({}));
      });
      return idle(call);
    });
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    expect(client.frames.some(({ bytes }) => bytes[0] === 0x22)).toBe(false);
    await untilEnd(clock, client);
    const event = client.messages.find(
      ({ message }) => message.type === 'event' && message.parameters.entities[0]?.type === 'barge_in',
    );
    const first = client.frames.find(({ bytes }) => bytes[0] === 0x22);
    expect(first?.atMs).toBeGreaterThanOrEqual(event?.atMs ?? Number.POSITIVE_INFINITY);
  });
});

describe('stop', () => {
  it('delays the next prompt until the held barge_in is sent', async () => {
    const { clock, client } = await openCall(async (call) => {
      const first = call.playback(audio(5000));
      void call.play(new Uint8Array(800).fill(0x22)).then(() => call.complete({}));
      call.on('dtmf', () => {
        for (let turn = 0; turn < 20; turn++) call.turn({ disposition: 'match' });
        first.stop();
      });
      return idle(call);
    });
    await clock.advance(1000);
    client.send('dtmf', { digit: '1' });
    await clock.advance(1);
    expect(client.frames.some(({ bytes }) => bytes[0] === 0x22)).toBe(false);
    await untilEnd(clock, client);
    expect(client.frames.at(-1)?.bytes[0]).toBe(0x22);
  });
});

describe('a source', () => {
  const sine = Int16Array.from({ length: 16_000 }, (_, index) => 8000 * Math.sin(index / 5));

  it('may be a WAV file of any rate, PCM16 of any rate, a stream, or an iterable', async () => {
    const file = writeWav({ codec: 'pcm16', rate: 16_000, channels: 1, data: sine });
    const ms: number[] = [];
    const { clock, client } = await openCall(async (call) => {
      for (const source of [
        wav(file),
        pcm16(sine, { rate: 16_000 }),
        pcm16([sine.subarray(0, 999), sine.subarray(999)], { rate: 16_000 }),
        ReadableStream.from([audio(400), audio(600)]),
        [audio(1000)],
      ]) {
        ms.push((await call.play(source)).heardMs);
      }
    });
    // WebAssembly loads in real time.
    await clock.hold(resample(new Int16Array(2), { from: 16_000, to: 8000 }));
    await untilEnd(clock, client);
    expect(ms).toEqual([1000, 1000, 1000, 1000, 1000]);
  });

  it.each([
    ['a WAV file', Buffer.from('RIFF\0\0\0\0WAVEfmt '), /use wav\(\)/],
    ['an MP3 file', Buffer.from('ID3\x04\0\0\0\0\0\0\0\0'), /MP3 file/],
    ['a number', 5, /got a number/],
    ['text', 'hello', /got a string/],
  ])(verifies('AC-AUDIO-1', 'is refused with the reason when it is %s'), async (_, source, reason) => {
    const { kept, handler } = keeping((call) => call.play(source as Uint8Array));
    const { clock } = await openCall(handler);
    await clock.advance(1);
    expect(kept.error).toMatchObject({ code: 'SERVER_BAD_SOURCE', message: expect.stringMatching(reason) });
  });

  it('that fails also fails its playback, and the next one plays', async () => {
    const { kept, handler } = keeping(async (call) => {
      const failing = (async function* () {
        yield audio(100);
        throw new Error('the synthesizer is down');
      })();
      const error = await call.play(failing).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'SERVER_SOURCE_FAILED',
        message: expect.stringMatching(/synthesizer is down/),
      });
      return call.play(audio(300));
    });
    const { clock } = await openCall(handler);
    await clock.advanceUntil(() => kept.result !== undefined || kept.error !== undefined);
    expect(kept).toEqual({ result: { ended: 'completed', heardMs: 300 } });
  });

  it('in L16 that ends with an incomplete sample is refused', async () => {
    const { kept, handler } = keeping((call) => call.play([new Uint8Array(321)], { format: 'L16' }));
    const { clock } = await openCall(handler);
    await clock.advance(1000);
    expect(kept.error).toMatchObject({
      code: 'SERVER_BAD_SOURCE',
      message: expect.stringMatching(/middle of a sample/),
    });
  });
});

function setPings(
  client: { send(type: 'ping', parameters: object): void },
  clock: { after(ms: number, act: () => void): () => void },
) {
  let cancel = () => {};
  const later = () => {
    cancel = clock.after(5000, () => {
      client.send('ping', {});
      later();
    });
  };
  later();
  return () => cancel();
}
