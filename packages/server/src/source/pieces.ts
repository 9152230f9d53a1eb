import { type Clock, holdClock } from '@hookline/runtime';
import { serverError } from '../error.js';
import { quietly } from '../user-code/deferred.js';
import { discardSource } from './discard.js';
import { type Feed, feedOf } from './feed.js';
import type { OpenSource } from './open-source.js';
import { isPromise } from './source.js';
import type { Transcoder } from './transcoder.js';
import { whatCame } from './what-came.js';

/** What a source is made of. */
export interface PieceKind<Piece> {
  /** The call that it was given to, for messages. */
  readonly play: string;
  /** What that call takes, and what a piece must be. */
  readonly expected: string;
  readonly piece: string;
  /** Undefined for what is no piece. */
  take(value: unknown): Piece | undefined;
  /** A view of a part. */
  cut(piece: Piece, start: number, end?: number): Piece;
}

/** A longer piece is converted part by part, so that other calls get their turn. */
const PART_LENGTH = 32_768;

/** A source that gives so many pieces in a row without any audio in them will give none. */
const MAX_BARREN_PIECES = 100_000;

/**
 * Opens a source of pieces: pulls one after the other and converts it. Empty bytes come of a piece without audio.
 *
 * @param source - a single piece, whatever holds several, or a promise of either
 * @param clock - stands still, where it can, while a file is read or a converter is loaded; what else a source waits for
 *   may need its time
 * @throws HooklineError `SERVER_BAD_SOURCE`
 */
export function openPieces<Piece extends Uint8Array | Int16Array>(
  source: unknown,
  kind: PieceKind<Piece>,
  making: Transcoder<Piece> | Promise<Transcoder<Piece>>,
  clock: Clock,
): OpenSource {
  const open = (given: unknown) =>
    feedOf(kind.take(given) === undefined ? given : [given], kind.play, kind.expected);
  let feed: Feed | undefined = isPromise(source) ? undefined : open(source);
  const ready = quietly(holdClock(clock, Promise.resolve(making)));
  let index = 0;
  let barren = 0;
  let rest: Piece | undefined;
  let closed = false;

  const nextPart = async (from: Feed): Promise<Piece | undefined> => {
    if (rest === undefined) {
      const step = await (from.readsFile ? holdClock(clock, from.next()) : from.next());
      if (step.done) return undefined;
      // As `for await` does with the promises of a plain iterable.
      rest = pieceOf(isPromise(step.value) ? await step.value : step.value);
      index += 1;
    }
    const piece = rest;
    rest = piece.length > PART_LENGTH ? kind.cut(piece, PART_LENGTH) : undefined;
    return rest ? kind.cut(piece, 0, PART_LENGTH) : piece;
  };

  const pieceOf = (value: unknown): Piece => {
    const piece = kind.take(value);
    if (piece !== undefined) return piece;
    throw serverError(
      'SERVER_BAD_SOURCE',
      `${kind.play} got ${whatCame(value)} for piece ${index} (counted from 0) of its source; a piece is ${kind.piece}.`,
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
      barren = bytes.length > 0 ? 0 : barren + 1;
      if (barren === MAX_BARREN_PIECES) {
        throw serverError(
          'SERVER_BAD_SOURCE',
          `${kind.play} got ${MAX_BARREN_PIECES} pieces in a row without audio; end the source where no more comes, or wait in it for what does.`,
        );
      }
      return bytes;
    },
    close() {
      if (!closed) finish();
    },
  };
}
