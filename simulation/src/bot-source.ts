import type { MediaFormat } from '@hookline/protocol';
import { type AudioSource, pcm16, sequence } from '@hookline/server';
import type { Machine } from './machine.js';
import { markedAudio, markedSamples } from './marked-audio.js';
import type { Random } from './random.js';

/** An audio source of a bot, and how it behaves. */
export interface BotSource {
  readonly source: AudioSource;
  /** The duration of all its audio, in milliseconds. */
  readonly totalMs: number;
  /** It never ends. */
  readonly hangs: boolean;
  readonly throws: boolean;
}

/** What a source is drawn for. */
export interface BotSourceContext {
  readonly random: Random;
  readonly machine: Machine;
  readonly mark: number;
  readonly format: MediaFormat;
  readonly byteOrder: 'le' | 'be';
}

/** Draws a source: in one piece or several, in time or late, complete or not. */
export function drawBotSource(context: BotSourceContext): BotSource {
  const { random, machine, mark, format, byteOrder } = context;
  const totalMs = random.pick([random.integer(0, 300), random.integer(100, 1500), random.integer(0, 4000)]);
  const audio = (ms: number) => markedAudio(mark, ms, format, byteOrder);
  const sizes = splitDuration(random, totalMs);
  const normal = { totalMs, hangs: false, throws: false };
  const sourceRandom = random.fork();
  return random.weighted<() => BotSource>([
    [4, () => ({ ...normal, source: audio(totalMs) })],
    [2, () => ({ ...normal, source: sizes.map(audio) })],
    [3, () => ({ ...normal, source: delayedSource(sourceRandom, machine, sizes.map(audio)) })],
    [1, () => ({ ...normal, source: pcm16(markedSamples(mark, totalMs), { rate: 8000 }) })],
    [
      1,
      () => ({
        ...normal,
        throws: true,
        source: delayedSource(sourceRandom, machine, sizes.map(audio), () => {
          throw new Error('the source of the bot failed');
        }),
      }),
    ],
    [
      1,
      () => ({
        ...normal,
        hangs: true,
        source: delayedSource(sourceRandom, machine, sizes.map(audio), () => new Promise(() => {})),
      }),
    ],
    [1, () => ({ ...normal, source: drawSourceFailingOnReturn(sourceRandom, machine, sizes.map(audio)) })],
    [0.5, () => ({ ...normal, throws: true, source: drawInvalidSource(sourceRandom, sizes.map(audio)) })],
  ])();
}

async function* delayedSource(
  random: Random,
  machine: Machine,
  pieces: readonly Uint8Array[],
  end: () => void | Promise<void> = () => {},
): AsyncGenerator<Uint8Array> {
  const slowness = random.pick([0, 0.5, 1, 1.5]);
  for (const piece of pieces) {
    if (slowness > 0) await machine.sleep((piece.length / 8) * slowness * random.next());
    yield piece;
  }
  await end();
}

/** Draws a complete source that fails when it is stopped early. */
function drawSourceFailingOnReturn(
  random: Random,
  machine: Machine,
  pieces: readonly Uint8Array[],
): AudioSource {
  const fail = (): never => {
    throw new Error('the source cannot be stopped');
  };
  const throwAtEnd = function* (from = 0) {
    try {
      yield* pieces.slice(from);
    } finally {
      fail();
    }
  };
  const withReturn = (end: () => Promise<never>): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => {
      const iterator = delayedSource(random, machine, pieces);
      return { next: () => iterator.next(), return: end };
    },
  });
  return random.pick<() => AudioSource>([
    () => sequence([...pieces.slice(0, 1), throwOnReturnOnly(throwAtEnd(1))]),
    () => throwOnReturnOnly(throwAtEnd()),
    () => withReturn(async () => fail()),
    () => withReturn(fail),
    () => withReturn(() => new Promise(() => {})),
    () => sequence([withReturn(fail)]),
    () =>
      new ReadableStream<Uint8Array>({
        async pull(controller) {
          const piece = pieces[0];
          if (!piece) controller.close();
          else {
            await machine.sleep(random.integer(0, 300));
            for (const each of pieces) controller.enqueue(each);
            controller.close();
          }
        },
        cancel: fail,
      }),
  ])();
}

/** Hides an error at the end of a generator, so that only `return` throws it. */
function throwOnReturnOnly(source: Generator<Uint8Array>): Iterable<Uint8Array> {
  return {
    [Symbol.iterator]: () => ({
      next: () => {
        try {
          return source.next();
        } catch {
          return { done: true, value: undefined };
        }
      },
      return: () => source.return(undefined),
    }),
  };
}

/** Draws a source that yields invalid values, or fails before its first value. */
function drawInvalidSource(random: Random, pieces: readonly Uint8Array[]): AudioSource {
  const fail = (): never => {
    throw new Error('the source of the bot is broken');
  };
  const invalid: unknown = random.pick<unknown>([42, null, 'audio', { length: 3 }, [1, 2]]);
  const source: unknown = random.pick<unknown>([
    { [Symbol.asyncIterator]: fail },
    { [Symbol.iterator]: () => ({ next: fail }) },
    { [Symbol.asyncIterator]: () => ({ next: fail }) },
    { [Symbol.asyncIterator]: () => ({ next: () => invalid }) },
    [...pieces, invalid],
    { [Symbol.iterator]: () => 42 },
    invalid,
  ]);
  return source as AudioSource;
}

/** Splits a duration into random pieces, in milliseconds. */
function splitDuration(random: Random, totalMs: number): number[] {
  const pieces: number[] = [];
  const longest = random.pick([20, 100, 700]);
  for (let left = totalMs; left > 0; ) {
    const ms = Math.min(left, random.integer(1, longest));
    pieces.push(ms);
    left -= ms;
  }
  return pieces;
}
