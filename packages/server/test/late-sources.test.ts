import { Readable } from 'node:stream';
import { type AudioSource, pcm16, sequence, wav } from '@hookline/server';
import { describe, expect, it } from 'vitest';
import { audio, idle, openCall } from './open-call.js';

/** A stream that counts how often it is cancelled. */
function stream() {
  const told = { cancelled: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(audio(20));
    },
    cancel() {
      told.cancelled += 1;
    },
  });
  return { body, told };
}

/** A generated sequence that was stopped while it waited for its next source. */
async function stoppedSequence() {
  let resolve: (source: AudioSource) => void = () => {};
  let ended: string | undefined;
  const { clock, client } = await openCall((call) => {
    async function* sources() {
      yield audio(100);
      yield await new Promise<AudioSource>((onSource) => {
        resolve = onSource;
      });
    }
    void call.play(sequence(sources())).then((result) => {
      ended = result.ended;
    });
    call.on('dtmf', () => call.stop());
    return idle(call);
  });
  await clock.advance(50);
  client.send('dtmf', { digit: '1' });
  await clock.advance(100);
  return {
    stopped: () => ended,
    async come(source: AudioSource) {
      resolve(source);
      await clock.advance(100);
    },
  };
}

type Make = (body: Promise<ReadableStream<Uint8Array>>) => AudioSource;

const LATE: readonly (readonly [string, Make])[] = [
  ['a promise of a stream', (body) => body],
  ['pcm16 of a promise', (body) => pcm16(body, { rate: 16_000 })],
  ['wav of a promise', (body) => wav(body)],
  ['a promise of pcm16', (body) => body.then((samples) => pcm16(samples, { rate: 16_000 }))],
  ['a promise of wav', (body) => body.then((file) => wav(file))],
  ['a sequence of a promise', (body) => sequence([body])],
  ['a promise of a sequence', (body) => body.then((one) => sequence([one]))],
];

describe('a stream that arrives after its playback was stopped is cancelled, once', () => {
  it.each(LATE)('as %s, which was waited for', async (_, make) => {
    const { body, told } = stream();
    let come: (body: ReadableStream<Uint8Array>) => void = () => {};
    const promise = new Promise<ReadableStream<Uint8Array>>((resolve) => {
      come = resolve;
    });
    let ended: string | undefined;
    const { clock, client } = await openCall(async (call) => {
      const playback = call.playback(make(promise));
      call.on('dtmf', () => playback.stop());
      ended = (await playback.finished).ended;
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect([ended, told.cancelled]).toEqual(['interrupted', 0]);
    come(body);
    await clock.advance(100);
    expect(told.cancelled).toBe(1);
  });

  it.each(LATE)('as %s, whose turn had not come', async (_, make) => {
    const { body, told } = stream();
    const { clock, client } = await openCall((call) => {
      void call.play(audio(10_000));
      void call.play(make(Promise.resolve(body)));
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect(told.cancelled).toBe(1);
  });

  it.each<[string, (body: ReadableStream<Uint8Array>) => AudioSource]>([
    ['a stream', (body) => body],
    ['pcm16', (body) => pcm16(body, { rate: 16_000 })],
    ['wav', (body) => wav(body)],
    ['a sequence', (body) => sequence([body])],
    ['a sequence of the items of a stream', (body) => sequence(body)],
  ])('so is an existing one, as %s, that was still queued', async (_, make) => {
    const { body, told } = stream();
    const { clock, client } = await openCall((call) => {
      void call.play(audio(10_000));
      void call.play(make(body));
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect(told.cancelled).toBe(1);
  });

  it('so are later ones of a sequence, and those of a list that is not read', async () => {
    const [playing, next, last] = [stream(), stream(), stream()];
    const { clock, client } = await openCall((call) => {
      void call.play(sequence([audio(100), playing.body, Promise.resolve(next.body), last.body]));
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(1000);
    expect([playing, next, last].map(({ told }) => told.cancelled)).toEqual([0, 0, 0]);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect([playing, next, last].map(({ told }) => told.cancelled)).toEqual([1, 1, 1]);
  });

  it('so is the next of a sequence that is generated, which was waited for', async () => {
    const { body, told } = stream();
    const { stopped, come } = await stoppedSequence();
    await come(body);
    expect([stopped(), told.cancelled]).toEqual(['interrupted', 1]);
  });

  it('one that is a list is not opened then', async () => {
    let opened = 0;
    const { come } = await stoppedSequence();
    await come({
      [Symbol.iterator]() {
        opened += 1;
        return [audio(20)].values();
      },
    });
    expect(opened).toBe(0);
  });

  it('so is one of a sequence that was reached and not yet read', async () => {
    const { body, told } = stream();
    // After 100 sources without audio the other calls have their turn: here after the promise was reached.
    const sources = [...Array<AudioSource>(99).fill(audio(0)), Promise.resolve(body)];
    const { clock, client } = await openCall((call) => {
      call.on('dtmf', ({ digit }) => (digit === '1' ? void call.play(sequence(sources)) : call.stop()));
      return idle(call);
    });
    for (const digit of ['1', '2']) {
      client.send('dtmf', { digit });
      await clock.advance(0);
    }
    expect(told.cancelled).toBe(1);
    await clock.advance(100);
    expect(told.cancelled).toBe(1);
  });

  it.each<[string, (of: Promise<AsyncIterable<Uint8Array>>) => AudioSource]>([
    ['itself', (of) => of],
    ['as a file', (of) => wav(of)],
    ['in a sequence', (of) => sequence([of])],
  ])('so is an iterator that was being played, promised %s', async (_, make) => {
    let returned = 0;
    const iterator = {
      [Symbol.asyncIterator]: () => iterator,
      next: () => new Promise<IteratorResult<Uint8Array>>(() => {}),
      return: async () => {
        returned += 1;
        return { done: true as const, value: undefined };
      },
    };
    const { clock, client } = await openCall((call) => {
      void call.play(make(Promise.resolve(iterator)));
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect(returned).toBe(1);
  });

  it('they are also cancelled when the call ends', async () => {
    const [first, second] = [stream(), stream()];
    const { clock, client } = await openCall((call) => {
      void call.play(audio(10_000));
      void call.play(first.body);
      void call.say('two', { synth: () => Promise.resolve(wav(Promise.resolve(second.body))) });
      return idle(call);
    });
    await clock.advance(100);
    client.transport.terminate();
    await clock.advance(100);
    expect([first, second].map(({ told }) => told.cancelled)).toEqual([1, 1]);
  });

  it('so are a Node stream and an iterator, but not a list', async () => {
    const readable = Readable.from([audio(20)]);
    let returned = 0;
    const iterator: AsyncIterableIterator<Uint8Array> = {
      [Symbol.asyncIterator]: () => iterator,
      next: async () => ({ done: false, value: audio(20) }),
      return: async () => {
        returned += 1;
        throw new Error('boom');
      },
    };
    let asked = 0;
    const again = {
      [Symbol.iterator]() {
        asked += 1;
        return [audio(20)].values();
      },
    };
    const { clock, client } = await openCall((call) => {
      void call.play(audio(10_000));
      for (const source of [readable, iterator, again, [audio(20)]]) void call.play(source);
      call.on('dtmf', () => call.stop());
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect([readable.destroyed, returned, asked]).toEqual([true, 1, 0]);
  });

  it('playing one again is refused because it was stopped', async () => {
    const told: unknown[] = [];
    const generator = (function* () {
      yield audio(20);
    })();
    const { clock, client } = await openCall((call) => {
      void call.play(audio(10_000));
      const { body } = stream();
      for (const source of [generator, body]) void call.play(source);
      call.on('dtmf', () => {
        call.stop();
        for (const source of [generator, body]) call.play(source).catch((error: unknown) => told.push(error));
      });
      return idle(call);
    });
    await clock.advance(100);
    client.send('dtmf', { digit: '1' });
    await clock.advance(100);
    expect(told).toMatchObject([{ code: 'SERVER_BAD_SOURCE' }, { code: 'SERVER_BAD_SOURCE' }]);
  });
});

it('an iterable that was stopped before its turn can be played later, a generator cannot', async () => {
  const sentence = () => [audio(100), audio(100)];
  const iterable: AudioSource = {
    async *[Symbol.asyncIterator]() {
      yield* sentence();
    },
  };
  async function* generated() {
    yield* sentence();
  }
  const generator = generated();
  let results: unknown[] = [];
  const { clock } = await openCall(async (call) => {
    void call.play(audio(10_000));
    const queued = [call.play(iterable), call.play(sentence()), call.play(generator)];
    call.stop();
    await Promise.all(queued);
    results = [
      await call.play(iterable),
      await call.play(sentence()),
      await call.play(generator).catch((error) => error.code),
    ];
    return idle(call);
  });
  await clock.advance(5000);
  expect(results).toMatchObject([
    { ended: 'completed', heardMs: 200 },
    { ended: 'completed', heardMs: 200 },
    'SERVER_BAD_SOURCE',
  ]);
});
