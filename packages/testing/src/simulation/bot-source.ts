import type { MediaFormat } from '@hookline/protocol';
import { type AudioSource, pcm16 } from '@hookline/server';
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
