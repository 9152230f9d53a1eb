import { PassThrough, type Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AudioSource, type Call, CallFailure, pcm16, sequence, wav } from '../src/index.js';
import { audio, hangUp, idle, openCall } from './open-call.js';

/** The rejections that nothing handled in this test. Vitest itself fails as well if there is one. */
function unhandledRejections() {
  const errors: unknown[] = [];
  const listener = (error: unknown) => void errors.push(error);
  process.on('unhandledRejection', listener);
  onTestFinished(() => void process.off('unhandledRejection', listener));
  return errors;
}

/** Node reports unhandled rejections after the microtasks of a turn. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A rejected promise, as made by a request to a speech service that fails. */
const rejected = async (): Promise<never> => {
  throw new Error('the service is down');
};

type Bytes = Uint8Array | Readable | Promise<never>;

const WRAPPED: readonly (readonly [string, (failing: Bytes) => AudioSource])[] = [
  ['itself', (failing) => failing],
  ['a promise of it', (failing) => Promise.resolve(failing)],
  ['wav()', (failing) => wav(failing)],
  ['pcm16()', (failing) => pcm16(failing, { rate: 16_000 })],
  ['a part of a sequence', (failing) => sequence([audio(20), failing])],
  ['a part of a sequence in a promise', (failing) => Promise.resolve(sequence([failing]))],
  ['a part of a sequence in a sequence', (failing) => sequence([sequence([failing])])],
];

/** What a bot does with a source whose turn does not come. */
const USES: readonly (readonly [string, (call: Call, make: () => AudioSource) => unknown])[] = [
  ['that is queued', (call, make) => call.play(make()).catch(() => {})],
  ['that is queued as speech', (call, make) => call.say('hello', { synth: make }).catch(() => {})],
  ['with a wrong option', (call, make) => call.play(make(), { leadMs: -1 }).catch(() => {})],
];

/** Runs `use` on a key press while a long playback is in progress, or once the call is over. */
async function used(use: (call: Call) => unknown, when: 'during a playback' | 'after the call') {
  const { clock, client } = await openCall(async (call) => {
    if (when === 'after the call') {
      await call.ended;
      use(call);
      return;
    }
    void call.play(audio(10_000));
    call.on('dtmf', () => void use(call));
    return idle(call);
  });
  if (when === 'after the call') await hangUp(clock, client);
  else client.send('dtmf', { digit: '1' });
  await clock.advance(100);
  await nextTurn();
}

describe.each(['during a playback', 'after the call'] as const)('a source used %s', (when) => {
  describe.each(USES)('%s', (_, use) => {
    it.each(WRAPPED)('does not end the process when it fails: a promise as %s', async (__, wrap) => {
      const unhandled = unhandledRejections();
      await used((call) => use(call, () => wrap(rejected())), when);
      expect(unhandled).toEqual([]);
    });

    it.each(WRAPPED)('does not end the process when it fails: a stream as %s', async (__, wrap) => {
      const streams: Readable[] = [];
      const make = () => {
        const stream = new PassThrough();
        streams.push(stream);
        return wrap(stream);
      };
      await used((call) => use(call, make), when);
      expect(streams.filter((stream) => stream.listenerCount('error') === 0)).toEqual([]);
    });
  });
});

describe('a stream that is played again and again', () => {
  it('gets one listener for its errors', async () => {
    const stream = new PassThrough();
    await used((call) => {
      for (let time = 0; time < 20; time++) void call.play(wav(stream)).catch(() => {});
    }, 'during a playback');
    expect(stream.listenerCount('error')).toBe(1);
  });
});

describe('a piece that is a promise', () => {
  it('does not end the process if it rejects before its turn', async () => {
    const unhandled = unhandledRejections();
    await used(
      (call) => void call.play([audio(20), rejected()] as never).catch(() => {}),
      'during a playback',
    );
    expect(unhandled).toEqual([]);
  });

  it('does not end the process either in a part of a sequence that is generated', async () => {
    const unhandled = unhandledRejections();
    const { clock } = await openCall((call) => {
      function* parts(): Generator<AudioSource> {
        yield [audio(5000), rejected()] as never;
      }
      void call.play(sequence(parts()));
      return idle(call);
    });
    await clock.advance(100);
    await nextTurn();
    expect(unhandled).toEqual([]);
  });
});

describe('a promise that a bot forgot to await', () => {
  it.each<[string, (call: Call) => unknown]>([
    ['the outputs of complete', (call) => call.complete(rejected() as never)],
    ['an output of complete', (call) => call.complete({ balance: rejected() as never })],
    [
      'an output beside a wrong option',
      (call) => call.complete({ a: rejected() as never }, { now: 1 } as never),
    ],
    ['an output of fail', (call) => call.fail('closed', { outputs: { balance: rejected() as never } })],
    [
      'an output of a CallFailure',
      () => new CallFailure('closed', { outputs: { balance: rejected() as never } }),
    ],
    ['the value of checkOutput', (call) => call.checkOutput('balance', rejected() as never)],
    ['the text of a turn', (call) => call.turn({ disposition: 'match', text: rejected() as never })],
    ['the text of say', (call) => call.say(rejected() as never, { synth: () => audio(20) })],
    ['a frame', (call) => call.sendFrame(rejected() as never)],
    ['a piece that is written', (call) => call.stream().write(rejected() as never)],
  ])('does not end the process when it rejects: %s', async (_, use) => {
    const unhandled = unhandledRejections();
    await used(async (call) => {
      try {
        await use(call);
      } catch {
        // What matters here is the other rejection.
      }
    }, 'during a playback');
    expect(unhandled).toEqual([]);
  });

  it.each<[string, (call: Call) => unknown, RegExp]>([
    [
      'outputs',
      (call) => call.complete(Promise.resolve({}) as never),
      /output variables are a promise; .*await it/,
    ],
    [
      'an output',
      (call) => call.complete({ balance: Promise.resolve('5') as never }),
      /"balance" is a promise; .*await it/,
    ],
  ])('is named by the error about %s', async (_, use, text) => {
    const refused = vi.fn();
    await used(
      (call) => Promise.resolve(use(call)).catch((error) => refused(String(error))),
      'during a playback',
    );
    expect(refused).toHaveBeenCalledWith(expect.stringMatching(text));
  });
});

describe('a source that is not queued', () => {
  it.each<[string, 'during a playback' | 'after the call', (call: Call, source: AudioSource) => unknown]>([
    ['the call is over', 'after the call', (call, source) => call.play(source)],
    [
      'the bot has ended the call',
      'during a playback',
      (call, source) => {
        void call.complete();
        return call.play(source);
      },
    ],
    ['an option is wrong', 'during a playback', (call, source) => call.play(source, { leadMs: -1 })],
    [
      'an option is unknown',
      'during a playback',
      (call, source) => call.playback(source, { bargein: true } as never),
    ],
  ])('is closed, because %s', async (_, when, use) => {
    const [node, cancel] = [new PassThrough(), vi.fn()];
    const web = new ReadableStream<Uint8Array>({ cancel }, { highWaterMark: 0 });
    await used(async (call) => {
      try {
        await use(call, sequence([node, pcm16(web, { rate: 24_000 })]));
      } catch {
        // Tested elsewhere.
      }
    }, when);
    expect(node.destroyed).toBe(true);
    expect(cancel).toHaveBeenCalledOnce();
  });
});
