import { type Clock, holdClock } from '@hookline/runtime';
import { serverError } from '../error.js';
import { isPromise, quietly } from '../user-code/deferred.js';
import { describeNonAudio } from './describe-non-audio.js';
import { discardSource } from './discard.js';
import { type Feed, feedOf } from './feed.js';
import type { OpenSource } from './open-source.js';
import type { Transcoder } from './transcoder.js';

/** The kind of pieces that a source consists of. */
export interface PieceKind<Piece> {
  /** The method that the source was passed to, for error messages. */
  readonly play: string;
  /** What that method accepts and what a piece must be, for error messages. */
  readonly expected: string;
  readonly piece: string;
  /** Returns undefined for anything that is not a piece. */
  pieceOf(value: unknown): Piece | undefined;
  /** Returns a view of a part of a piece. */
  slice(piece: Piece, start: number, end?: number): Piece;
}

/** Longer pieces are converted in parts of this size, so that one call does not block the others. */
const PART_LENGTH = 32_768;

/** A source that yields this many pieces in a row without audio is considered broken. */
export const MAX_PIECES_WITHOUT_AUDIO = 100_000;

/**
 * Opens a source that consists of pieces and converts each as it is read. A piece without audio yields empty bytes.
 *
 * @param source - a piece, a stream or iterable of pieces, or a promise of either
 * @param makeTranscoder - called once the source is accepted, unless it is a promise: a refused one needs no memory
 * @param clock - held, if it is a virtual clock, while a file is read or a converter is loaded, but not while any other
 *   source is read: that may wait for the clock itself
 * @throws HooklineError `SERVER_BAD_SOURCE`
 */
export function openPieces<Piece extends Uint8Array | Int16Array>(
  source: unknown,
  kind: PieceKind<Piece>,
  makeTranscoder: () => Transcoder<Piece> | Promise<Transcoder<Piece>>,
  clock: Clock,
): OpenSource {
  const open = (given: unknown) =>
    feedOf(kind.pieceOf(given) === undefined ? given : [given], kind.play, kind.expected);
  let feed: Feed | undefined = isPromise(source) ? undefined : open(source);
  const ready = quietly(holdClock(clock, Promise.resolve(makeTranscoder())));
  let index = 0;
  let emptyInARow = 0;
  let rest: Piece | undefined;
  let closed = false;

  const nextPart = async (from: Feed): Promise<Piece | undefined> => {
    if (rest === undefined) {
      const step = await (from.readsFile ? holdClock(clock, from.next()) : from.next());
      if (step.done) return undefined;
      // A plain iterable may yield promises; `for await` awaits them as well.
      rest = pieceOf(isPromise(step.value) ? await step.value : step.value);
      index += 1;
    }
    const piece = rest;
    rest = piece.length > PART_LENGTH ? kind.slice(piece, PART_LENGTH) : undefined;
    return rest ? kind.slice(piece, 0, PART_LENGTH) : piece;
  };

  const pieceOf = (value: unknown): Piece => {
    const piece = kind.pieceOf(value);
    if (piece !== undefined) return piece;
    throw serverError(
      'SERVER_BAD_SOURCE',
      `${kind.play} got ${describeNonAudio(value)} as piece ${index} (counted from 0) of its source; expected ${kind.piece}.`,
    );
  };

  const finish = () => {
    closed = true;
    if (feed) feed.stop();
    else void discardSource(source);
    void quietly(ready.then((transcoder) => transcoder.close()));
  };

  return {
    async next() {
      const transcoder = await ready;
      if (closed) return undefined;
      const given = await source;
      if (closed) return undefined;
      feed ??= open(given);
      const part = transcoder.done ? undefined : await nextPart(feed);
      if (closed) return undefined;
      const made = part === undefined ? transcoder.end() : transcoder.push(part);
      const bytes = made instanceof Uint8Array ? made : await holdClock(clock, made);
      if (closed) return undefined;
      if (part === undefined) {
        finish();
        return bytes.length > 0 ? bytes : undefined;
      }
      emptyInARow = bytes.length > 0 ? 0 : emptyInARow + 1;
      if (emptyInARow === MAX_PIECES_WITHOUT_AUDIO) {
        throw serverError(
          'SERVER_BAD_SOURCE',
          `${kind.play} got ${MAX_PIECES_WITHOUT_AUDIO} pieces in a row without audio; end the source when there is no more audio, or wait in it for the next piece.`,
        );
      }
      return bytes;
    },
    close() {
      if (!closed) finish();
    },
  };
}
