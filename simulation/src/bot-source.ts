import type { MediaFormat } from '@hookline/protocol';
import { type AudioSource, pcm16, sequence } from '@hookline/server';
import type { Machine } from './machine.js';
import { markedAudio, markedSamples } from './marked-audio.js';
import type { Random } from './random.js';

/** What a bot plays, and how it will behave. */
export interface BotSource {
  readonly source: AudioSource;
  /** How long the whole of it is, in milliseconds. */
  readonly totalMs: number;
  /** It never ends. */
  readonly hangs: boolean;
  readonly throws: boolean;
}

/** What the audio of a source is made for. */
export interface BotSourceContext {
  readonly random: Random;
  readonly machine: Machine;
  readonly mark: number;
  readonly format: MediaFormat;
  readonly byteOrder: 'le' | 'be';
}

/** Draws a source: whole or in pieces, in time or late, to its end or not. */
export function drawBotSource(context: BotSourceContext): BotSource {
  const { random, machine, mark, format, byteOrder } = context;
  const totalMs = random.pick([random.integer(0, 300), random.integer(100, 1500), random.integer(0, 4000)]);
  const audio = (ms: number) => markedAudio(mark, ms, format, byteOrder);
  const sizes = cut(random, totalMs);
  const well = { totalMs, hangs: false, throws: false };
  const late = random.fork();
  return random.weighted<() => BotSource>([
    [4, () => ({ ...well, source: audio(totalMs) })],
    [2, () => ({ ...well, source: sizes.map(audio) })],
    [3, () => ({ ...well, source: inTime(late, machine, sizes.map(audio)) })],
    [1, () => ({ ...well, source: pcm16(markedSamples(mark, totalMs), { rate: 8000 }) })],
    [
      1,
      () => ({
        ...well,
        throws: true,
        source: inTime(late, machine, sizes.map(audio), () => {
          throw new Error('the source of the bot failed');
        }),
      }),
    ],
    [
      1,
      () => ({
        ...well,
        hangs: true,
        source: inTime(late, machine, sizes.map(audio), () => new Promise(() => {})),
      }),
    ],
    [1, () => ({ ...well, source: untidy(late, machine, sizes.map(audio)) })],
    [0.5, () => ({ ...well, throws: true, source: broken(late, sizes.map(audio)) })],
  ])();
}

async function* inTime(
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

/** A whole source that does not let itself be stopped in peace. */
function untidy(random: Random, machine: Machine, pieces: readonly Uint8Array[]): AudioSource {
  const fail = (): never => {
    throw new Error('the source cannot be stopped');
  };
  const inTurn = function* (from = 0) {
    try {
      yield* pieces.slice(from);
    } finally {
      fail();
    }
  };
  const stopped = (end: () => Promise<never>): AsyncIterable<Uint8Array> => ({
    [Symbol.asyncIterator]: () => {
      const own = inTime(random, machine, pieces);
      return { next: () => own.next(), return: end };
    },
  });
  return random.pick<() => AudioSource>([
    () => sequence([...pieces.slice(0, 1), never(inTurn(1))]),
    () => never(inTurn()),
    () => stopped(async () => fail()),
    () => stopped(fail),
    () => stopped(() => new Promise(() => {})),
    () => sequence([stopped(fail)]),
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

/** The same, but its end is not reached from within: only who stops it meets what it does then. */
function never(source: Generator<Uint8Array>): Iterable<Uint8Array> {
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

/** A source that gives something else, or fails before it gives anything. */
function broken(random: Random, pieces: readonly Uint8Array[]): AudioSource {
  const fail = (): never => {
    throw new Error('the source of the bot is broken');
  };
  const junk: unknown = random.pick<unknown>([42, null, 'audio', { length: 3 }, [1, 2]]);
  const source: unknown = random.pick<unknown>([
    { [Symbol.asyncIterator]: fail },
    { [Symbol.iterator]: () => ({ next: fail }) },
    { [Symbol.asyncIterator]: () => ({ next: fail }) },
    { [Symbol.asyncIterator]: () => ({ next: () => junk }) },
    [...pieces, junk],
    { [Symbol.iterator]: () => 42 },
    junk,
  ]);
  return source as AudioSource;
}

/** Pieces that make up the whole, in milliseconds. */
function cut(random: Random, totalMs: number): number[] {
  const pieces: number[] = [];
  const longest = random.pick([20, 100, 700]);
  for (let left = totalMs; left > 0; ) {
    const ms = Math.min(left, random.integer(1, longest));
    pieces.push(ms);
    left -= ms;
  }
  return pieces;
}
